//! A cell's circuit from its answers to a probe, kernels and all.

pub mod cascade;
pub mod config;
mod considered;
pub mod posterior;
pub mod probe;
mod recorded;

use ganglion_attribution::Sign;
use ganglion_experiment::FiniteMemory;
use ganglion_numerics::{correlation, cosine};
use ganglion_recording::{CellIndex, Microns, Milliseconds};
use rayon::prelude::*;

use crate::candidates::polarity_of;
use crate::circuit::kinetics::{biphasic_index, peak_lag};
use crate::circuit::{Circuit, Kernel, Output, PROBE, Pathway, Place, Pool, SynapticDepression};
use crate::error::Error;
use crate::fit::price::Price;
use crate::identify::cascade::{
    Cascade, CascadeFit, CascadePathway, Data, FullFieldSpikes, Joint, SearchOptions, search,
    shares, without_small,
};
use crate::next_experiment::Rival;
use crate::subject::Subject;
pub use cascade::Synapses;
pub use config::IdentifyConfig;
pub use considered::Alternative;
use considered::{ConsideredCircuit, alternatives};
pub use recorded::FullFieldRecording;

/// The circuit of one cell, and what else it may be.
#[derive(Clone, Debug)]
pub struct Identified {
    /// The most probable circuit.
    pub circuit: Circuit,
    /// How probable each of its pathways is, with its polarity and sign, in the order of the circuit.
    pub probabilities: Vec<f64>,
    /// Circuits that were considered, of different make-up, the most probable first.
    pub alternatives: Vec<Alternative>,
    /// The best circuit of each make-up that is probable enough to matter, the most probable first.
    pub rivals: Vec<Rival>,
    /// Share of the variance of the network's rate that circuits of one pathway, of two, and so on, whose
    /// synapses do not depress, explain.
    pub explained: Vec<f64>,
    /// Share of the variance of the network's rate that the circuit leaves unexplained.
    pub unexplained: f64,
    /// The same before the circuit was fitted to the cell's own spikes as well.
    pub unexplained_alone: f64,
    /// The cell's own spikes that the circuit was fitted to as well; none where there were none.
    pub own_spikes: Option<f64>,
}

/// Probability above which a pathway is stated; the others are undetermined.
pub const STATED: f64 = 0.9;

/// Unexplained variance of the network's rate above which no circuit of the class is said to be there: on the
/// simulated retinas that it was chosen on, at most 3 % of the circuits that explain nine tenths of their retina
/// leave more.
const GOOD_ENOUGH: f64 = 0.01;

impl Identified {
    /// Whether each pathway of the circuit is stated.
    pub fn stated(&self) -> Vec<bool> {
        let probabilities = self.probabilities.iter();
        probabilities
            .map(|probability| *probability > STATED)
            .collect()
    }

    /// Whether the circuit follows the network closely enough to be called its circuit.
    pub fn is_good_enough(&self) -> bool {
        self.unexplained_alone <= GOOD_ENOUGH
    }
}

/// Least probability of a rival circuit.
const LEAST_RIVAL: f64 = 0.05;
/// Rivals at most.
const MOST_RIVALS: usize = 4;

/// What one cell was fitted with.
struct CellFits {
    cell: CellIndex,
    data: Data,
    fits: Vec<CellFit>,
    candidates: Vec<ConsideredCircuit>,
    /// The cell's own spikes.
    own_spikes: Option<f64>,
    /// Share of the variance explained, by number of pathways.
    explained: Vec<f64>,
}

/// A circuit that one cell was fitted with.
struct CellFit {
    fit: CascadeFit,
    /// Share of the variance of the network's rate that it left unexplained before it was fitted to the cell's own
    /// spikes as well.
    alone: f64,
}

impl CellFit {
    /// Of the network's rate alone.
    fn alone(fit: CascadeFit) -> Self {
        Self {
            alone: 1.0 - fit.explained,
            fit,
        }
    }
}

/// Identifies circuits with the channels of a network as starts.
pub struct Identifier<'a> {
    /// The network.
    pub subject: &'a Subject<'a>,
    /// Where it comes from, for the circuits' files.
    pub source: String,
    /// Settings.
    pub config: &'a IdentifyConfig,
    /// Which synapses may depress: circuits of each are considered.
    pub synapses: &'a [Synapses],
    /// What the cells themselves answered, which circuits have to follow as well.
    pub recorded: Option<&'a FullFieldRecording>,
}

/// Circuits whose synapses do not depress, and circuits whose excitatory synapses do.
pub const ALL_SYNAPSES: &[Synapses] = &[Synapses::NonDepressing, Synapses::DepressingExcitation];

/// By what circuits are ordered while they are looked for: less than a probable pathway explains, so that none
/// is passed over.
const SEARCH_PRICE: Price = Price {
    a_pathway: 0.0008,
    at_rest: 0.0003,
};

impl Identifier<'_> {
    /// Fits circuits of few rectified pathways to the network's answers to a probe, joins alike
    /// pathways and takes away small ones, and chooses the [most probable](posterior) circuit of each cell,
    /// given those of the others.
    ///
    /// Stripes say little about space: pathways take the spatial profile of the channel whose kernel
    /// is most like theirs, and pools lie in the middle of the frame. `done` is called after each cell,
    /// from any thread.
    ///
    /// # Errors
    /// If there is no such cell, the settings make no sense, or the network does not answer.
    pub fn network(
        &self,
        cells: &[CellIndex],
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<Identified>, Error> {
        self.of(self.subject.responder, cells, done)
    }

    /// The same for what the network is a model of, such as a simulated retina: what could be found
    /// if the network were perfect.
    ///
    /// # Errors
    /// As [`network`](Self::network).
    pub fn of(
        &self,
        responder: &dyn FiniteMemory,
        cells: &[CellIndex],
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<Identified>, Error> {
        let screen = self.subject.screen();
        self.config.check()?;
        let (courses, movie) = self.config.probe.of(&screen)?;
        let answers = responder.respond(&[movie]);
        let answers = answers.map_err(Error::Responder)?.remove(0);
        let known = responder.cells();
        let one = |&cell: &CellIndex| {
            let output = known.iter().position(|&other| other == cell);
            let output = output.ok_or_else(|| Error::NoSuchCell {
                cell: cell.0,
                known: known.iter().map(|cell| cell.0).collect(),
            })?;
            let rates = answers.cell(output).iter().map(|&rate| f64::from(rate));
            let shape = (self.config.functions, screen.history);
            let data = Data::new(&courses, rates.collect(), shape);
            let considered = self.considered(data, cell);
            done();
            Ok(considered)
        };
        let considered: Vec<CellFits> = cells.par_iter().map(one).collect::<Result<_, Error>>()?;
        let candidates: Vec<&[ConsideredCircuit]> =
            considered.iter().map(|one| &one.candidates[..]).collect();
        let probabilities = posterior::posterior(&candidates);
        let all = considered.into_iter().zip(probabilities);
        Ok(all
            .map(|(one, probable)| self.identified(one, &probable))
            .collect())
    }

    /// Circuits that the answers may come from, and the one without a pathway.
    fn considered(&self, data: Data, cell: CellIndex) -> CellFits {
        let (fits, explained) = self.found(&data);
        let recorded = self.recorded.and_then(|all| all.of(cell, data.functions()));
        let all: Vec<(ConsideredCircuit, CellFit)> = match &recorded {
            None => (fits.into_iter())
                .map(|fit| (ConsideredCircuit::of(&data, &fit), CellFit::alone(fit)))
                .collect(),
            Some(spikes) => self.with_spikes(&data, spikes, fits),
        };
        let (candidates, fits) = distinct_circuits(all).into_iter().unzip();
        CellFits {
            candidates,
            explained,
            fits,
            data,
            cell,
            own_spikes: recorded.map(|spikes| spikes.spikes()),
        }
    }

    /// Circuits that explain the network's rates, once each; and how much circuits of one pathway, of two and so
    /// on explain.
    fn found(&self, data: &Data) -> (Vec<CascadeFit>, Vec<f64>) {
        let kernels: Vec<Vec<f64>> = self.subject.kernels.iter().map(Kernel::summed).collect();
        let starts = distinct(&kernels);
        let found = self.synapses.iter().map(|&synapses| {
            let options = SearchOptions {
                most: self.config.most_pathways,
                price: SEARCH_PRICE,
                synapses,
            };
            search(data, &starts, &options)
        });
        let found: Vec<Vec<Vec<CascadeFit>>> = found.collect();
        let explained = found[0].iter().map(|fits| fits[0].explained).collect();
        let mut fits = without_small(data, &found.concat().concat(), self.config.least_share);
        fits.push(CascadeFit::constant(data));
        let all = fits
            .into_iter()
            .map(|fit| (ConsideredCircuit::of(data, &fit), fit));
        let (_, fits): (Vec<_>, _) = distinct_circuits(all.collect()).into_iter().unzip();
        (fits, explained)
    }

    /// The circuits, each fitted to the network's answers and to the cell's own spikes together; those with a pathway
    /// that became too small are others with one pathway more, and left out.
    fn with_spikes(
        &self,
        data: &Data,
        spikes: &FullFieldSpikes,
        fits: Vec<CascadeFit>,
    ) -> Vec<(ConsideredCircuit, CellFit)> {
        let unexplained = fits.iter().map(|fit| 1.0 - fit.explained);
        let least = unexplained.fold(1.0, f64::min).max(0.0);
        let joint = Joint {
            probe: data,
            spikes,
            // The slope of the evidence, where the best of them stands.
            weight: posterior::SAMPLES / ((least + posterior::FLOOR) * data.variance()),
        };
        let descended = |(fit, steps): (CellFit, usize)| {
            let (cascade, _) = joint.descend(fit.fit.cascade, steps);
            let (fit, alone) = (CascadeFit::of(data, cascade), fit.alone);
            let circuit = ConsideredCircuit {
                deviance: Some(spikes.deviance(&fit.cascade)),
                ..ConsideredCircuit::of(data, &fit)
            };
            (circuit, CellFit { fit, alone })
        };
        let starts = fits
            .into_par_iter()
            .map(|fit| (CellFit::alone(fit), ROUGH_STEPS));
        let mut rough: Vec<_> = starts.map(descended).collect();
        let scores: Vec<f64> = rough
            .iter()
            .map(|(circuit, _)| posterior::score(circuit))
            .collect();
        let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut scores = scores.into_iter();
        rough.retain(|_| scores.next().is_some_and(|score| score >= best - HOPELESS));
        let further = rough.into_par_iter().map(|(_, fit)| (fit, STEPS));
        let least_share = self.config.least_share;
        let has_no_small = |one: &(ConsideredCircuit, CellFit)| {
            let mut pathways = one.0.pathways.iter();
            pathways.all(|pathway| pathway.share >= least_share)
        };
        further.map(descended).filter(has_no_small).collect()
    }

    fn identified(&self, considered: CellFits, probable: &[f64]) -> Identified {
        let candidates = considered.candidates;
        let alternatives = alternatives(&candidates, probable);
        let first = alternatives[0].best;
        let chosen = &candidates[first];
        let shares = chosen.pathways.iter();
        let mut places: Vec<usize> = (0..shares.len()).collect();
        // As in circuits, the largest share first.
        places.sort_by(|&a, &b| {
            chosen.pathways[b]
                .share
                .total_cmp(&chosen.pathways[a].share)
        });
        let probability =
            |&place: &usize| posterior::probability(&chosen.pathways[place], &candidates, probable);
        let title = (considered.cell, self.source.as_str());
        let fit = &considered.fits[first].fit;
        let rivals = alternatives
            .iter()
            .filter(|one| one.probability >= LEAST_RIVAL);
        let rival = |one: &Alternative| {
            let fit = &considered.fits[one.best].fit;
            Rival {
                circuit: circuit(self.subject, &considered.data, fit, title),
                probability: one.probability,
            }
        };
        Identified {
            circuit: circuit(self.subject, &considered.data, fit, title),
            probabilities: places.iter().map(probability).collect(),
            rivals: rivals.take(MOST_RIVALS).map(rival).collect(),
            alternatives,
            explained: considered.explained,
            unexplained: chosen.unexplained,
            unexplained_alone: considered.fits[first].alone,
            own_spikes: considered.own_spikes,
        }
    }
}

/// Steps of a fit to the cell's own spikes as well: it starts where the network's answers led.
const STEPS: usize = 50;

/// Steps of such a fit after which circuits without a prospect are left out.
const ROUGH_STEPS: usize = 10;

/// By how much less probable than the best a circuit then is, in logarithms.
const HOPELESS: f64 = 40.0;

/// Fits that became the same circuit, by losing small pathways or by following other data, once each: the one with
/// the most evidence.
fn distinct_circuits<T>(mut all: Vec<(ConsideredCircuit, T)>) -> Vec<(ConsideredCircuit, T)> {
    all.sort_by(|a, b| posterior::evidence(&b.0).total_cmp(&posterior::evidence(&a.0)));
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
fn distinct(kernels: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut kept: Vec<Vec<f64>> = Vec::new();
    for kernel in kernels {
        let is_new = kept.iter().all(|known| cosine(known, kernel).abs() < ALIKE);
        if is_new && kernel.iter().any(|value| *value != 0.0) {
            kept.push(kernel.clone());
        }
    }
    kept
}

/// Cosine from which starts are alike.
const ALIKE: f64 = 0.97;

fn circuit(
    subject: &Subject<'_>,
    data: &Data,
    fit: &CascadeFit,
    (cell, source): (CellIndex, &str),
) -> Circuit {
    let departures = fit.cascade.departures(data);
    let shares = shares(&departures);
    let softness = fit.cascade.log_gain.exp();
    let mut pathways: Vec<Pathway> = (fit.cascade.pathways.iter().zip(shares))
        .map(|(fitted, share)| pathway(subject, data, fitted, (share, softness)))
        .zip(&departures)
        .map(|(pathway, departure)| Pathway {
            effect: Some(Sign::of(departure.iter().sum())),
            ..pathway
        })
        .collect();
    pathways.sort_by(|a, b| b.share.total_cmp(&a.share));
    let rates = fit.cascade.rates(data);
    Circuit {
        phenomenon: PROBE.to_owned(),
        cell,
        source: source.to_owned(),
        correlation: correlation(&rates, data.rates()).unwrap_or(0.0),
        screen: subject.screen(),
        output: output(&fit.cascade),
        pathways,
    }
}

fn output(cascade: &Cascade) -> Output {
    let softness_hz = cascade.log_gain.exp();
    Output {
        threshold_hz: -softness_hz * cascade.bias,
        softness_hz,
    }
}

fn pathway(
    subject: &Subject<'_>,
    data: &Data,
    fitted: &CascadePathway,
    (share, softness): (f64, f64),
) -> Pathway {
    let own = data.kernel(&fitted.coefficients);
    let gain = data.full_field_gain(&fitted.coefficients);
    let course: Vec<f64> = own.iter().map(|value| gain * value).collect();
    let channel = most_alike(subject, &course);
    let spatial = subject.kernels[channel].unit_profile();
    let size = [
        subject.kernels[channel].height,
        subject.kernels[channel].width,
    ];
    let kernel = Kernel::product(&course, &spatial, size);
    let unit = kernel.step_peak().max(f64::MIN_POSITIVE);
    let peak = peak_lag(&course);
    let [y, x] = [subject.screen().height, subject.screen().width].map(|size| size as f64 / 2.0);
    let pixel = subject.pixel().0;
    let period = subject.screen().frame_period.0;
    Pathway {
        channels: vec![channel],
        polarity: polarity_of(&course),
        sign: Sign::of(fitted.sign),
        effect: None,
        weight: softness * unit * fitted.pooled(data),
        threshold: fitted.threshold / unit,
        threshold_spread: fitted.softness / unit,
        share,
        peak: Milliseconds(peak as f64 * subject.screen().frame_period.0),
        biphasic_index: biphasic_index(&course, course.len() - peak),
        receptive_field_sd: Microns(kernel.centre_sd() * pixel),
        pool: Pool {
            centre: Place {
                x: Microns(x * pixel),
                y: Microns(y * pixel),
            },
            sd: subject.pixel(),
        },
        depression: fitted.depression.map(|one| SynapticDepression {
            recovery: Milliseconds(one.log_recovery.exp() * period),
            // A unit of release of the circuit is `unit` of the fit's.
            depletion: one.log_depletion.exp() * unit / subject.screen().frame_period.seconds(),
        }),
        kernel: kernel.scaled(1.0 / unit),
    }
}

/// The channel whose kernel, seen by a full field, is most like a time course or its negative.
fn most_alike(subject: &Subject<'_>, course: &[f64]) -> usize {
    let alike = |channel: &usize| cosine(&subject.kernels[*channel].summed(), course).abs();
    let channels = 0..subject.kernels.len();
    channels
        .max_by(|a, b| alike(a).total_cmp(&alike(b)))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_without_a_course_and_circuits_without_a_pathway_are_refused_by_name() {
        let refused = |config: IdentifyConfig| config.check().unwrap_err().to_string();
        let default = IdentifyConfig::default();
        let error = refused(IdentifyConfig {
            functions: 1,
            ..default
        });
        assert!(error.contains("functions = 1"), "{error}");
        let error = refused(IdentifyConfig {
            most_pathways: 0,
            ..default
        });
        assert!(error.contains("most_pathways = 0"), "{error}");
        assert!(default.check().is_ok());
    }
}
