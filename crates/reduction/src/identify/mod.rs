//! A cell's circuit from its answers to a probe, kernels and all.

pub mod cascade;
mod circuits_of_others;
pub mod config;
mod considered;
mod considered_fits;
pub mod posterior;
mod probable;
pub mod probe;
mod recorded;

use std::ops::ControlFlow;

use ganglion_attribution::Sign;
use ganglion_experiment::FiniteMemory;
use ganglion_numerics::{correlation, cosine};
use ganglion_recording::{CellIndex, Microns, Milliseconds};
use rayon::prelude::*;

use crate::candidates::polarity_of;
use crate::circuit::kinetics::{biphasic_index, peak_lag};
use crate::circuit::{
    Circuit, Kernel, Output, PROBE, Pathway, Place, Pool, RECORDED, SynapticDepression,
};
use crate::error::Error;
use crate::identify::cascade::{Cascade, CascadePathway, Data, shares};
use crate::known::ProbableCircuits;
use crate::next_experiment::Rival;
use crate::prediction::{CellPrediction, unknown_sentence};
use crate::standing::{self, Standing};
use crate::subject::Subject;
pub use cascade::Synapses;
pub use config::IdentifyConfig;
pub use considered::Alternative;
use considered::{ConsideredCircuit, alternatives};
use considered_fits::{Answers, CellFits, ConsideredFit, Fitting, starts};
use probable::probable as probable_circuits;
pub use recorded::RecordedAnswers;

/// The circuit of one cell, and what else it may be.
#[derive(Clone, Debug)]
pub struct Identified {
    /// The most probable circuit.
    pub circuit: Circuit,
    /// How probable each of its pathways is, with its polarity and sign, in the order of the circuit.
    pub probabilities: Vec<f64>,
    /// Circuits that were considered, of different make-up, the most probable first.
    pub alternatives: Vec<Alternative>,
    /// Those that are probable, with the time courses of their pathways.
    pub probable: ProbableCircuits,
    /// The best circuit of each make-up that is probable enough to matter, the most probable first.
    pub rivals: Vec<Rival>,
    /// Share of the variance of the network's rate that circuits of one pathway, of two, and so on, whose
    /// synapses do not depress, explain.
    pub explained: Vec<f64>,
    /// Share of the variance of the network's rate that the circuit leaves unexplained; none where no network is followed.
    pub unexplained: Option<f64>,
    /// What the circuit left unexplained of it when it was fitted to the network alone.
    pub unexplained_alone: Option<f64>,
    /// The cell's own spikes that the circuit was fitted to as well; none where there were none.
    pub own_spikes: Option<f64>,
    /// How well the network predicts the cell; none where that is not known, or no network is followed.
    pub prediction: Option<CellPrediction>,
}

pub use crate::stated::STATED;

/// Unexplained variance of the network's rate above which no circuit of the class is said to be there: on the
/// simulated retinas that it was chosen on, at most 3 % of the circuits that explain nine tenths of their retina
/// leave more.
const GOOD_ENOUGH: f64 = 0.01;

impl Identified {
    /// How each pathway of the circuit stands.
    pub fn standings(&self) -> Vec<Standing> {
        let may_be_stated = self.not_stated_because().is_none();
        let probabilities = self.probabilities.iter();
        probabilities
            .map(|probability| Standing::new(Some(*probability), may_be_stated))
            .collect()
    }

    /// Whether each pathway of the circuit is stated.
    pub fn stated(&self) -> Vec<bool> {
        let standings = self.standings().into_iter();
        standings
            .map(|standing| standing.is_stated() == Some(true))
            .collect()
    }

    /// Why nothing is stated of the cell, whatever its probabilities; none where something may be.
    pub fn not_stated_because(&self) -> Option<String> {
        self.prediction.as_ref()?.not_stated_because()
    }

    /// How the pathways stand, what is known of the prediction, and the circuit, in plain words.
    pub fn describe(&self) -> String {
        let circuit = &self.circuit;
        let mut text = standing::told(circuit.cell, &circuit.names(), &self.standings());
        if let Some(because) = self.not_stated_because() {
            text += &format!(" Nothing is stated because {because}.");
        } else if self.unexplained_alone.is_some()
            && let Some(unknown) = unknown_sentence(self.prediction.as_ref())
        {
            text += &format!(" {unknown}");
        }
        if let Some(whole) = self.whole_sentence() {
            text += &format!(" {whole}");
        }
        format!("{text} {}", circuit.describe())
    }

    /// What a circuit that does not follow the network closely enough is worth; nothing of one that does.
    fn whole_sentence(&self) -> Option<String> {
        let left = self.unexplained_alone.filter(|left| *left > GOOD_ENOUGH)?;
        let left = format!(
            "as a whole it leaves {:.1} % of the variance of the network's rate",
            100.0 * left
        );
        Some(match self.stated().contains(&true) {
            true => format!("These pathways alone are stated, and not this circuit: {left}."),
            false => format!("This circuit is not the network's: {left}."),
        })
    }

    /// Whether the circuit follows the network closely enough to be called its circuit; none where no network is followed.
    pub fn is_good_enough(&self) -> Option<bool> {
        self.unexplained_alone.map(|left| left <= GOOD_ENOUGH)
    }
}

/// Least probability of a rival circuit.
const LEAST_RIVAL: f64 = 0.05;
/// Rivals at most.
const MOST_RIVALS: usize = 4;

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
    /// What circuits have to follow.
    pub followed: Followed<'a>,
}

/// What circuits have to follow.
#[derive(Clone, Copy, Debug)]
pub enum Followed<'a> {
    /// The network's answers to the probe.
    Network,
    /// The same, and what the cells themselves answered to full fields and stripes.
    Both(&'a RecordedAnswers),
    /// What the cells themselves answered to full fields and stripes; the network gives the kernels that the search begins with.
    Recording(&'a RecordedAnswers),
}

/// Circuits whose synapses do not depress, and circuits whose excitatory synapses do.
pub const ALL_SYNAPSES: &[Synapses] = &[Synapses::NonDepressing, Synapses::DepressingExcitation];

impl Identifier<'_> {
    /// Fits circuits of few rectified pathways to the network's answers to a probe, joins alike
    /// pathways and takes away small ones, and chooses the [most probable](posterior) circuit of each cell,
    /// given those of the others.
    ///
    /// Stripes say little about space: pathways take the spatial profile of the channel whose kernel
    /// is most like theirs, and pools lie in the middle of the frame. `done` is called after each cell,
    /// from any thread, and says whether to go on.
    ///
    /// # Errors
    /// If there is no such cell, the settings make no sense, the network does not answer, or `done` breaks
    /// off.
    pub fn network(
        &self,
        cells: &[CellIndex],
        done: &(dyn Fn() -> ControlFlow<()> + Sync),
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
        done: &(dyn Fn() -> ControlFlow<()> + Sync),
    ) -> Result<Vec<Identified>, Error> {
        self.config.check()?;
        let screen = self.subject.screen();
        let (courses, movie) = self.config.probe.of(&screen)?;
        let answers = responder.respond(&[movie]);
        let answers = answers.map_err(Error::Responder)?.remove(0);
        let known = responder.cells();
        let kernels: Vec<Vec<f64>> = self.subject.kernels.iter().map(Kernel::summed).collect();
        let fitting = Fitting {
            starts: starts(&kernels),
            config: self.config,
            synapses: self.synapses,
        };
        let one = |&cell: &CellIndex| {
            let output = known.iter().position(|&other| other == cell);
            let output = output.ok_or_else(|| Error::NoSuchCell {
                cell: cell.0,
                known: known.iter().map(|cell| cell.0).collect(),
            })?;
            let rates = answers.cell(output).iter().map(|&rate| f64::from(rate));
            let shape = (self.config.functions, screen.history);
            let data = Data::new(&courses, rates.collect(), shape);
            let found = fitting.of(cell, self.answers(data, cell));
            match done() {
                ControlFlow::Continue(()) => Ok(found),
                ControlFlow::Break(()) => Err(Error::Stopped),
            }
        };
        let found: Vec<CellFits> = cells.par_iter().map(one).collect::<Result<_, Error>>()?;
        let considered = fitting.with_circuits_of_others(found);
        let candidates: Vec<&[ConsideredCircuit]> =
            considered.iter().map(|one| &one.candidates[..]).collect();
        let probabilities = posterior::posterior(&candidates);
        let all = considered.into_iter().zip(probabilities);
        Ok(all
            .map(|(one, probable)| self.identified(one, &probable))
            .collect())
    }

    /// What the circuits of a cell have to follow; of a cell that was not recorded, the network.
    fn answers(&self, data: Data, cell: CellIndex) -> Answers {
        let spikes = |recorded: &RecordedAnswers| recorded.of(cell, self.config.functions);
        match self.followed {
            Followed::Network => Answers::Network(data),
            Followed::Both(recorded) => match spikes(recorded) {
                Some(spikes) => Answers::Both(data, spikes),
                None => Answers::Network(data),
            },
            Followed::Recording(recorded) => match spikes(recorded) {
                Some(spikes) => Answers::Spikes(spikes),
                None => Answers::Network(data),
            },
        }
    }

    fn identified(&self, considered: CellFits, probable: &[f64]) -> Identified {
        let own_spikes = considered.own_spikes();
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
        let title = Title {
            stimuli: match considered.fits[first].alone {
                Some(_) => PROBE,
                None => RECORDED,
            },
            cell: considered.cell,
            source: &self.source,
        };
        let fit = &considered.fits[first];
        let rivals = alternatives
            .iter()
            .filter(|one| one.probability >= LEAST_RIVAL);
        let rival = |one: &Alternative| {
            let fit = &considered.fits[one.best];
            Rival {
                circuit: circuit(self.subject, &considered.data, fit, &title),
                probability: one.probability,
            }
        };
        Identified {
            circuit: circuit(self.subject, &considered.data, fit, &title),
            probabilities: places.iter().map(probability).collect(),
            rivals: rivals.take(MOST_RIVALS).map(rival).collect(),
            probable: probable_circuits(&candidates, probable),
            alternatives,
            explained: considered.explained,
            unexplained: chosen.unexplained,
            unexplained_alone: considered.fits[first].alone,
            own_spikes,
            prediction: None,
        }
    }
}

/// What a circuit is called and belongs to.
struct Title<'a> {
    stimuli: &'static str,
    cell: CellIndex,
    source: &'a str,
}

fn circuit(
    subject: &Subject<'_>,
    data: &Data,
    ConsideredFit {
        fit, highest_hz, ..
    }: &ConsideredFit,
    title: &Title<'_>,
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
        phenomenon: title.stimuli.to_owned(),
        cell: title.cell,
        source: title.source.to_owned(),
        correlation: correlation(&rates, data.rates()).unwrap_or(0.0),
        screen: subject.screen(),
        output: output(&fit.cascade).limited_by(&[*highest_hz]),
        pathways,
    }
}

fn output(cascade: &Cascade) -> Output {
    let softness_hz = cascade.log_gain.exp();
    Output {
        threshold_hz: -softness_hz * cascade.bias,
        softness_hz,
        highest_hz: None,
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
