//! The circuits that one cell's answers may come from, each fitted to them.

use ganglion_numerics::cosine;
use ganglion_recording::CellIndex;
use rayon::prelude::*;

use super::cascade::{CascadeFit, Data, Joint, OwnSpikes, SearchOptions, search, without_small};
use super::config::IdentifyConfig;
use super::considered::ConsideredCircuit;
use super::{Synapses, posterior};
use crate::fit::price::Price;
use crate::network_error::SAMPLES;

/// What a circuit has to follow.
pub(super) enum Answers {
    /// A network's answers to the probe.
    Network(Data),
    /// The same, and the cell's own spikes.
    Both(Data, OwnSpikes),
    /// The cell's own spikes.
    Spikes(OwnSpikes),
}

/// What one cell was fitted with.
pub(super) struct CellFits {
    pub(super) cell: CellIndex,
    /// What the circuits were looked for in.
    pub(super) data: Data,
    /// The circuits as they are compared, and as they were fitted.
    pub(super) candidates: Vec<ConsideredCircuit>,
    pub(super) fits: Vec<ConsideredFit>,
    /// The cell's own spikes, and what the network's answers are worth beside them; none where they are not known.
    pub(super) followed: Option<FollowedSpikes>,
    /// Share of the variance explained, by number of pathways.
    pub(super) explained: Vec<f64>,
}

impl CellFits {
    /// The cell's own spikes that were followed.
    pub(super) fn own_spikes(&self) -> Option<f64> {
        self.followed.as_ref().map(|one| one.spikes.spikes())
    }

    /// The place of the circuit that is most probable but for what other cells say.
    pub(super) fn best(&self) -> Option<usize> {
        let least = posterior::least_unexplained(&self.candidates);
        let score = |place: &usize| posterior::score(&self.candidates[*place], least);
        let places = 0..self.candidates.len();
        places.max_by(|a, b| score(a).total_cmp(&score(b)))
    }
}

/// Spikes that circuits follow.
pub(super) struct FollowedSpikes {
    pub(super) spikes: OwnSpikes,
    /// As [`Joint::weights`].
    pub(super) weights: [f64; 2],
}

/// A circuit that was fitted.
pub(super) struct ConsideredFit {
    pub(super) fit: CascadeFit,
    /// Highest rate that it has in answer to what it was fitted to, Hz.
    pub(super) highest_hz: f64,
    /// Share of the variance of the network's rate that it left unexplained before it was fitted to the cell's own
    /// spikes as well; none where no network is followed.
    pub(super) alone: Option<f64>,
}

/// Fits circuits to the answers of cells.
pub(super) struct Fitting<'a> {
    /// Kernels that the search begins with.
    pub(super) starts: Vec<Vec<f64>>,
    pub(super) config: &'a IdentifyConfig,
    pub(super) synapses: &'a [Synapses],
}

/// By what circuits are ordered while they are looked for: less than a probable pathway explains, so that none
/// is passed over.
const SEARCH_PRICE: Price = Price {
    a_pathway: 0.0008,
    at_rest: 0.0003,
};

/// Of the bins of a recording one in so many is searched where no network is followed, to save time.
const SEARCHED: usize = 4;

/// Steps of a fit to the cell's own spikes: it starts where the search ended.
const STEPS: usize = 50;

/// Steps of such a fit, to the first part of each stretch of so many, after which circuits without a prospect are left
/// out.
const ROUGH_STEPS: usize = 10;
const ROUGH_PART: usize = 3;

/// By how much less probable than the best a circuit then is, in logarithms.
const HOPELESS: f64 = 40.0;

/// Cosine from which starts are alike.
const ALIKE: f64 = 0.97;

impl Fitting<'_> {
    /// Circuits that the answers of a cell may come from, and the one without a pathway.
    pub(super) fn of(&self, cell: CellIndex, answers: Answers) -> CellFits {
        let (data, spikes) = match answers {
            Answers::Network(data) => return self.of_network(cell, data),
            Answers::Both(data, spikes) => (Some(data), spikes),
            Answers::Spikes(spikes) => (None, spikes),
        };
        let has_network = data.is_some();
        let data = data.unwrap_or_else(|| spikes.thinned(SEARCHED));
        let (fits, explained) = self.found(&data);
        let weights = match has_network {
            true => weights(&data, &fits),
            false => [0.0; 2],
        };
        let joint = Joint {
            probe: &data,
            spikes: &spikes,
            times: 1.0,
            weights,
        };
        let start = |fit: CascadeFit| ConsideredFit {
            alone: has_network.then_some(1.0 - fit.explained),
            highest_hz: 0.0,
            fit,
        };
        let all = self.followed(&joint, fits.into_iter().map(start).collect(), None);
        let (candidates, fits) = distinct(all).into_iter().unzip();
        CellFits {
            followed: Some(FollowedSpikes { spikes, weights }),
            candidates,
            explained,
            fits,
            data,
            cell,
        }
    }

    fn of_network(&self, cell: CellIndex, data: Data) -> CellFits {
        let (fits, explained) = self.found(&data);
        let considered = |fit: CascadeFit| {
            let considered = ConsideredFit {
                alone: Some(1.0 - fit.explained),
                highest_hz: highest(&fit.cascade.rates(&data)),
                fit,
            };
            (ConsideredCircuit::of(&data, &considered.fit), considered)
        };
        let (candidates, fits) = fits.into_iter().map(considered).unzip();
        CellFits {
            followed: None,
            candidates,
            explained,
            fits,
            data,
            cell,
        }
    }

    /// Circuits that explain rates, once each, the one that leaves least unexplained first; and how much circuits of
    /// one pathway, of two and so on explain.
    fn found(&self, data: &Data) -> (Vec<CascadeFit>, Vec<f64>) {
        let found = self.synapses.iter().map(|&synapses| {
            let options = SearchOptions {
                most: self.config.most_pathways,
                price: SEARCH_PRICE,
                synapses,
            };
            search(data, &self.starts, &options)
        });
        let found: Vec<Vec<Vec<CascadeFit>>> = found.collect();
        let explained = found[0].iter().map(|fits| fits[0].explained).collect();
        let mut fits = without_small(data, &found.concat().concat(), self.config.least_share);
        fits.push(CascadeFit::constant(data));
        let all = fits
            .into_iter()
            .map(|fit| (ConsideredCircuit::of(data, &fit), fit));
        let (_, fits): (Vec<_>, _) = distinct(all.collect()).into_iter().unzip();
        (fits, explained)
    }

    /// The circuits, each fitted to the cell's own spikes too; those with a pathway that became too small are others
    /// with one pathway more, and left out, and so are those without a prospect beside the others and beside `known`.
    pub(super) fn followed(
        &self,
        joint: &Joint<'_>,
        starts: Vec<ConsideredFit>,
        known: Option<&ConsideredFit>,
    ) -> Vec<(ConsideredCircuit, ConsideredFit)> {
        let beginnings = joint.spikes.beginnings(ROUGH_PART);
        let part = Joint {
            spikes: &beginnings,
            times: joint.spikes.exposure() / beginnings.exposure(),
            ..*joint
        };
        let rough = starts
            .into_par_iter()
            .map(|start| fitted_jointly(&part, start, ROUGH_STEPS));
        let rough: Vec<_> = rough.collect();
        let known = known.map(|known| measured(&part, known));
        // Circuits with a small pathway may be left out in the end, and are no measure for others.
        let whole = rough
            .iter()
            .filter(|(circuit, _)| self.has_no_small(circuit));
        let whole = whole.map(|(circuit, _)| circuit).chain(&known);
        let whole: Vec<&ConsideredCircuit> = whole.collect();
        let least = posterior::least_unexplained(whole.iter().copied());
        let scores = whole.iter().map(|circuit| posterior::score(circuit, least));
        let best = scores.fold(f64::NEG_INFINITY, f64::max);
        let has_prospect = |(circuit, _): &(ConsideredCircuit, ConsideredFit)| {
            circuit.pathways.is_empty() || posterior::score(circuit, least) >= best - HOPELESS
        };
        let promising = rough.into_par_iter().filter(has_prospect);
        let further = promising.map(|(_, fit)| fitted_jointly(joint, fit, STEPS));
        further
            .filter(|(circuit, _)| self.has_no_small(circuit))
            .collect()
    }

    /// Whether all pathways are large enough to count; so is the circuit without any.
    fn has_no_small(&self, circuit: &ConsideredCircuit) -> bool {
        let mut pathways = circuit.pathways.iter();
        pathways.all(|pathway| pathway.share >= self.config.least_share)
    }
}

/// What one squared Hz of the network's residuals is worth, where synapses do not depress and where they do: the slope of its
/// part in the evidence, where the best circuit stands; nothing where the network does nothing. Spikes count in full here: what
/// they are trusted less for is the choice among circuits, not the numbers of one.
fn weights(data: &Data, fits: &[CascadeFit]) -> [f64; 2] {
    let unexplained = fits.iter().map(|fit| 1.0 - fit.explained);
    let least = unexplained.fold(1.0, f64::min).max(0.0);
    let weight = |depresses: bool| {
        let floor = posterior::floor(depresses);
        SAMPLES / ((least + floor) * data.variance())
    };
    match data.variance() > NOTHING {
        true => [false, true].map(weight),
        false => [0.0; 2],
    }
}

fn highest(rates: &[f64]) -> f64 {
    rates.iter().copied().fold(0.0, f64::max)
}

/// Summed squares of a rate that does not change, Hz^2: rounding.
const NOTHING: f64 = 1e-9;

/// A circuit after some steps towards the cell's own spikes.
fn fitted_jointly(
    joint: &Joint<'_>,
    before: ConsideredFit,
    steps: usize,
) -> (ConsideredCircuit, ConsideredFit) {
    let (cascade, _) = joint.descend(before.fit.cascade, steps);
    let answers = highest(&cascade.rates(joint.probe));
    let fit = ConsideredFit {
        highest_hz: answers.max(joint.spikes.highest_rate(&cascade)),
        fit: CascadeFit::of(joint.probe, cascade),
        alone: before.alone,
    };
    (measured(joint, &fit), fit)
}

/// A fit as a circuit that is compared with others.
fn measured(joint: &Joint<'_>, fit: &ConsideredFit) -> ConsideredCircuit {
    let circuit = ConsideredCircuit::of(joint.probe, &fit.fit);
    ConsideredCircuit {
        deviance: Some(joint.times * joint.spikes.deviance(&fit.fit.cascade)),
        unexplained: circuit.unexplained.filter(|_| fit.alone.is_some()),
        ..circuit
    }
}

/// Fits that became the same circuit, by losing small pathways or by following other data, once each: the one with
/// the most evidence.
pub(super) fn distinct<T>(mut all: Vec<(ConsideredCircuit, T)>) -> Vec<(ConsideredCircuit, T)> {
    // The same circuits have the same synapses, so that what they are measured beside makes no difference.
    let evidence = |one: &(ConsideredCircuit, T)| posterior::evidence(&one.0, 0.0);
    all.sort_by(|a, b| evidence(b).total_cmp(&evidence(a)));
    let mut kept: Vec<(ConsideredCircuit, T)> = Vec::new();
    for (candidate, fit) in all {
        let is_new = kept.iter().all(|(known, _)| !known.is_same_as(&candidate));
        if is_new {
            kept.push((candidate, fit));
        }
    }
    kept
}

/// Kernels that are not alike, as starts.
pub(super) fn starts(kernels: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut kept: Vec<Vec<f64>> = Vec::new();
    for kernel in kernels {
        let is_new = kept.iter().all(|known| cosine(known, kernel).abs() < ALIKE);
        if is_new && kernel.iter().any(|value| *value != 0.0) {
            kept.push(kernel.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::cascade::AnsweredStretch;
    use super::*;

    /// Light of a frame each, and what a rectified pathway answers to it.
    fn example() -> (Vec<f64>, Vec<f64>) {
        let value = |frame: usize| ((frame * 7919 % 1009) as f64 / 504.5 - 1.0) * 1.5;
        let light: Vec<f64> = (0..600).map(value).collect();
        let rates = light
            .windows(12)
            .map(|seen| 40.0 * seen[10].max(0.0))
            .collect();
        (light, rates)
    }

    fn fitting(config: &IdentifyConfig) -> Fitting<'_> {
        let kernel = |at: usize| {
            (0..12)
                .map(|frame| f64::from(u8::from(frame == at)))
                .collect()
        };
        Fitting {
            starts: vec![kernel(9), kernel(11)],
            synapses: &[Synapses::NonDepressing, Synapses::DepressingExcitation],
            config,
        }
    }

    fn config() -> IdentifyConfig {
        IdentifyConfig {
            functions: 4,
            most_pathways: 2,
            ..IdentifyConfig::default()
        }
    }

    fn spikes(light: &[f64], rates: &[f64]) -> OwnSpikes {
        let counts = rates[..rates.len() - 1]
            .iter()
            .map(|rate| (rate * 0.1).round());
        let exposures = vec![0.1; rates.len() - 1];
        let stretch = AnsweredStretch {
            courses: vec![light.to_vec()],
            counts: counts.collect(),
            exposures,
        };
        OwnSpikes::new(&[stretch], (4, 12))
    }

    /// The circuit without a pathway is always considered, and a cell whose network does nothing is fitted to its spikes.
    #[test]
    fn something_is_left_to_choose_from() {
        let (light, rates) = example();
        let config = IdentifyConfig {
            least_share: 0.9,
            ..config()
        };
        let courses = [light.clone(), light.clone()];
        for silent in [false, true] {
            let network = match silent {
                true => vec![3.0; rates.len()],
                false => rates.clone(),
            };
            let data = Data::new(&courses, network, (4, 12));
            let answers = Answers::Both(data, spikes(&light, &rates));
            let found = fitting(&config).of(CellIndex(0), answers);
            assert!(
                found
                    .candidates
                    .iter()
                    .any(|circuit| circuit.pathways.is_empty())
            );
            assert!(
                found
                    .candidates
                    .iter()
                    .all(|circuit| circuit.deviance.is_some())
            );
        }
    }

    /// Whatever is followed, the pathway that is there is in the best circuit; what no network says is not told.
    #[test]
    fn each_kind_of_answers_leads_to_the_pathway() {
        let (light, rates) = example();
        let config = config();
        let network = || Data::new(&[light.clone(), light.clone()], rates.clone(), (4, 12));
        let all = [
            Answers::Network(network()),
            Answers::Both(network(), spikes(&light, &rates)),
            Answers::Spikes(spikes(&light, &rates)),
        ];
        for (place, answers) in all.into_iter().enumerate() {
            let found = fitting(&config).of(CellIndex(0), answers);
            let best = &found.candidates[0];
            let excites = best
                .pathways
                .iter()
                .any(|one| one.sign == ganglion_attribution::Sign::Excitatory);
            assert!(excites, "{place}: {best:?}");
            assert_eq!(best.unexplained.is_some(), place < 2);
            assert_eq!(found.fits[0].alone.is_some(), place < 2);
            assert_eq!(best.deviance.is_some(), place > 0);
            assert_eq!(found.own_spikes().is_some(), place > 0);
        }
    }
}
