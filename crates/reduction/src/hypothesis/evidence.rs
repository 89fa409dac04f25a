//! What claims are tested on, and observations that several rest on.

use std::ops::Range;

use ganglion_attribution::{Polarity, Sign};
use ganglion_experiment::{Moment, PreparedExperiment, Presence};
use ganglion_recording::Milliseconds;

use super::witness::{Silenced, Witness};
use super::{Observation, number};
use crate::circuit::Circuit;
use crate::circuit::kinetics::peak_lag;
use crate::silencing::lesion::Target;
use crate::trust::comparison::Agreement;

/// The pathways of a cell and what they do under an experiment's stimuli.
#[derive(Clone, Debug)]
pub struct Anatomy {
    /// Pathways.
    pub pathways: Vec<PathwayAnatomy>,
}

/// One pathway.
#[derive(Clone, Debug)]
pub struct PathwayAnatomy {
    /// What drives it.
    pub polarity: Polarity,
    /// What it does.
    pub sign: Sign,
    /// Lag of its kernel's largest weight, ms.
    pub peak_ms: f64,
    /// Departure of its weighted drive from rest `[sample]`.
    pub departure: Vec<f64>,
}

impl PathwayAnatomy {
    /// A pathway whose kernel summed over space is `course`, the oldest frame first.
    pub fn new(
        (polarity, sign): (Polarity, Sign),
        course: &[f64],
        frame_period: Milliseconds,
        departure: Vec<f64>,
    ) -> Self {
        Self {
            polarity,
            sign,
            peak_ms: peak_lag(course) as f64 * frame_period.0,
            departure,
        }
    }
}

impl Anatomy {
    /// A reduced circuit with the departures of its pathways, in its order.
    pub fn of_circuit(circuit: &Circuit, departures: Vec<Vec<f64>>) -> Self {
        let pathways = circuit.pathways.iter().zip(departures);
        Self {
            pathways: pathways
                .map(|(pathway, departure)| PathwayAnatomy {
                    polarity: pathway.polarity,
                    sign: pathway.sign,
                    peak_ms: pathway.peak.0,
                    departure,
                })
                .collect(),
        }
    }
}

/// What claims are tested on: the pathways that are said to be there, and what silencing does.
///
/// Of a network there are two witnesses, the network and its reduced circuit. Of a simulated retina,
/// whose pathways are known, it is the retina alone; the same tests are then the truth by intervention.
pub struct Evidence<'a> {
    /// The experiment.
    pub experiment: &'a PreparedExperiment,
    /// Largest change of a metric that is none, relative to it.
    pub tolerance: f64,
    /// The pathways.
    pub anatomy: Anatomy,
    /// All types of channels of the network, each with its attribution for the departure from rest; none
    /// of a retina.
    pub types: Option<Anatomy>,
    /// Samples of each condition.
    pub samples: &'a [Range<usize>],
    /// Bin of the first sample of each condition.
    pub first_bin: usize,
    /// Causal R² of a circuit that its own lesions refute; none where they do not.
    pub lesions_refute: Option<f64>,
    /// Whether the circuit does not show the phenomenon, or another metric than the network: what it
    /// lacks may then be what makes it.
    pub misses_phenomenon: bool,
    /// Correlation over columns of what ON and OFF channels add at the phenomenon's moments.
    pub opposed: Option<f64>,
    /// The circuit, or the retina.
    pub circuit: Witness,
    /// The network, where there is one beside the circuit.
    pub network: Option<Witness>,
}

impl Anatomy {
    /// Pathways of a polarity that excite, the one with the earliest peak first.
    pub(super) fn excitatory(&self, polarity: Polarity) -> Vec<&PathwayAnatomy> {
        let mut found: Vec<&PathwayAnatomy> = (self.pathways.iter())
            .filter(|one| one.polarity == polarity && one.sign == Sign::Excitatory)
            .collect();
        found.sort_by(|a, b| a.peak_ms.total_cmp(&b.peak_ms));
        found
    }
}

impl Evidence<'_> {
    /// An observation on the pathways: where lesions refute them, it decides nothing; what is not among
    /// those of a circuit that does not show the phenomenon may be missing there.
    pub(super) fn on_pathways(&self, observation: Observation) -> Observation {
        match self.lesions_refute {
            None if self.misses_phenomenon && observation.holds == Some(false) => Observation {
                holds: None,
                told: format!(
                    "{}; this circuit does not show the phenomenon as the network does, so that what it \
                     lacks decides nothing",
                    observation.told
                ),
            },
            None => observation,
            Some(r_squared) => Observation {
                holds: None,
                told: format!(
                    "{}; silencing in the network does not agree with this circuit (causal R² \
                     {r_squared:.2}), so that this decides nothing",
                    observation.told
                ),
            },
        }
    }

    /// Mean size of a pathway's departure from rest at a moment of the phenomenon.
    pub(super) fn activity(&self, pathway: &PathwayAnatomy, moment: &Moment) -> f64 {
        let samples = samples_of(self.samples, self.first_bin, moment);
        let count = samples.len().max(1) as f64;
        samples
            .map(|sample| pathway.departure[sample].abs())
            .sum::<f64>()
            / count
    }

    /// Whether a kind of pathway changes the phenomenon.
    ///
    /// It does not where silencing leaves the network's metric as it is. It does where the phenomenon is
    /// gone or its metric another in the network, and the circuit says so as well. Where silencing
    /// changes the network and the circuit says that it should not, any loss of the same size may be the
    /// reason: it counts only if random lesions of the same attribution mass do less (p < 0.05). What
    /// errors leave open is not decided, unless both witnesses lean the same way.
    pub(super) fn changed_by(&self, target: Target) -> Observation {
        self.weighed(target, changed)
    }

    /// Whether the phenomenon needs a kind of pathway: as [`changed_by`](Self::changed_by), but a
    /// phenomenon that is present without it, and not surely another, does not need it.
    pub(super) fn necessary(&self, target: Target) -> Observation {
        self.weighed(target, needed)
    }

    /// Whether pathways of a kind carry the phenomenon: it needs them, or they make it when all of the
    /// `others` are silenced. Where it is present without them, and they do not make it by themselves,
    /// that is left open.
    pub(super) fn carried(&self, target: Target, others: Target) -> Observation {
        let observation = self.necessary(target);
        if observation.holds != Some(false) {
            return Observation {
                holds: Some(true),
                ..observation
            };
        }
        let alone = self.necessary(others);
        let (holds, reason) = match alone.holds {
            Some(false) => (
                Some(true),
                "the phenomenon is present without either kind: each makes it by itself",
            ),
            _ => (
                None,
                "the phenomenon does without the former, and these may not make it by themselves, which \
                 leaves open what they are for",
            ),
        };
        Observation {
            holds,
            told: format!("{}. {}; {reason}", observation.told, alone.told),
        }
    }

    fn weighed(&self, target: Target, reading: fn(&Silenced) -> Option<bool>) -> Observation {
        let circuit = reading(self.circuit.of(target));
        let Some(network) = &self.network else {
            return Observation {
                holds: circuit,
                told: told("the retina", self.circuit.of(target), target.pathways()),
            };
        };
        let silenced = network.of(target);
        // A circuit that does not show the phenomenon cannot tell what that can do without.
        let circuit = circuit.filter(|needed| *needed || !self.misses_phenomenon);
        let by_chance = silenced.random.is_none_or(|random| random.p >= CHANCE);
        let leans = silenced.comparison.is_probably_different();
        let holds = match (reading(silenced), circuit) {
            // No channel of this kind, and no circuit of channels that shows the phenomenon: a later
            // stage may turn signs round.
            (Some(false), _) if !silenced.exists && self.misses_phenomenon => None,
            (Some(false), _) => Some(false),
            (Some(true), Some(true)) => Some(true),
            (Some(true), None) if !by_chance => Some(true),
            (None, Some(true)) if leans => Some(true),
            (Some(true) | None, Some(false)) if by_chance => Some(false),
            _ => None,
        };
        let random = silenced.random.map_or(String::new(), |random| {
            format!(
                "; {} of {} random lesions of the same attribution mass do as much (p = {:.2})",
                random.as_strong, random.sets, random.p
            )
        });
        Observation {
            holds,
            told: format!(
                "{}{random}. {}",
                told("the network", silenced, target.name()),
                told("the circuit", self.circuit.of(target), target.pathways()),
            ),
        }
    }
}

/// Probability from which an effect is no larger than that of random lesions.
const CHANCE: f64 = 0.05;

/// Mean rate, as a share of the intact one, below which there is no response left to show a phenomenon.
const LEAST_RATE: f64 = 0.1;

/// Whether the phenomenon needs what is silenced; none where errors leave it open.
fn needed(silenced: &Silenced) -> Option<bool> {
    let stays = silenced.outcome.measurable && silenced.outcome.presence == Presence::Present;
    changed(silenced).or(stays.then_some(false))
}

/// Whether silencing changes the phenomenon; none where errors leave it open.
fn changed(silenced: &Silenced) -> Option<bool> {
    if !silenced.exists {
        return Some(false);
    }
    if silenced.rate < LEAST_RATE {
        return Some(true);
    }
    match silenced.comparison.agreement {
        Agreement::Different => Some(true),
        Agreement::Same => Some(false),
        Agreement::Undetermined => None,
    }
}

fn told(who: &str, silenced: &Silenced, what: &str) -> String {
    if !silenced.exists {
        return format!("{who} has no {what}");
    }
    let comparison = &silenced.comparison;
    let found = match silenced.outcome.measurable {
        true => silenced.outcome.presence.name(),
        false => "not measurable",
    };
    let change = match (comparison.difference, comparison.error) {
        _ if !silenced.outcome.measurable => String::new(),
        (Some(difference), Some(error)) => {
            format!(" and its metric changes by {difference:.3} ± {error:.3}")
        }
        (Some(difference), None) => format!(" and its metric changes by {difference:.3}"),
        _ => " and its metric cannot be measured".to_owned(),
    };
    let allowed = match change.is_empty() {
        true => String::new(),
        false => format!(" (allowed {})", number(comparison.allowed)),
    };
    format!(
        "in {who}, with {what} silenced, the phenomenon is {found}{change}{allowed}; the rate is {:.0} % \
         of the intact one",
        100.0 * silenced.rate,
    )
}

/// Samples of a moment.
pub(crate) fn samples_of(
    samples: &[Range<usize>],
    first_bin: usize,
    moment: &Moment,
) -> Range<usize> {
    let own = &samples[moment.condition];
    let sample = |bin: usize| (own.start + bin.saturating_sub(first_bin)).min(own.end);
    sample(moment.bins.start)..sample(moment.bins.end)
}
