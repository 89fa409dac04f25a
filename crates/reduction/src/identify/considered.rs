//! A circuit that was considered.

use ganglion_attribution::{Polarity, Sign};
use ganglion_numerics::correlation;

use super::cascade::{CascadeFit, Data, shares};
use crate::candidates::polarity_of;

/// Correlation of time courses from which two pathways of a kind are of one type.
pub(super) const ONE_TYPE: f64 = 0.95;

/// A circuit that was considered, as far as it is compared with others.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsideredCircuit {
    /// Share of the variance of the network's rate that it leaves unexplained; none where no network is followed.
    pub unexplained: Option<f64>,
    /// Deviance of the cell's own spikes from it; none where there are no spikes.
    pub deviance: Option<f64>,
    /// Its pathways.
    pub pathways: Vec<ConsideredPathway>,
}

/// One of its pathways.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsideredPathway {
    /// What drives it.
    pub polarity: Polarity,
    /// What it does.
    pub sign: Sign,
    /// Time course of its kernel, the oldest frame first.
    pub course: Vec<f64>,
    /// Its part in the departures from rest.
    pub share: f64,
    /// Whether it is active at rest.
    pub at_rest: bool,
    /// Whether its synapses depress.
    pub depresses: bool,
}

impl ConsideredPathway {
    fn kind(&self) -> (Polarity, Sign, bool, bool) {
        (self.polarity, self.sign, self.at_rest, self.depresses)
    }
}

impl ConsideredCircuit {
    pub(super) fn of(data: &Data, fit: &CascadeFit) -> Self {
        let shares = shares(&fit.cascade.departures(data));
        let pathways = fit.cascade.pathways.iter().zip(shares);
        // What explains nothing, or is no number, is no evidence for anything.
        let left = 1.0 - fit.explained;
        Self {
            unexplained: Some(if left.is_finite() {
                left.clamp(0.0, 1.0)
            } else {
                1.0
            }),
            deviance: None,
            pathways: pathways
                .map(|(pathway, share)| {
                    let course = data.kernel(&pathway.coefficients);
                    ConsideredPathway {
                        polarity: polarity_of(&course),
                        sign: Sign::of(pathway.sign),
                        share,
                        at_rest: pathway.threshold < 0.0,
                        depresses: pathway.depression.is_some(),
                        course,
                    }
                })
                .collect(),
        }
    }
}

/// Circuits of one make-up: of pathways of the same polarities and signs, with or without depression.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The pathways in words, in the order of their names, such as `OFF excitation`.
    pub pathways: Vec<String>,
    /// The probability of all circuits of this make-up together.
    pub probability: f64,
    /// Share of the variance of the network's rate that the best of them leaves unexplained; none where no network is
    /// followed.
    pub unexplained: Option<f64>,
    /// The place, among the circuits that were considered, of the most probable of them.
    pub best: usize,
}

/// What circuits are made of, the most probable first.
pub fn alternatives(candidates: &[ConsideredCircuit], probabilities: &[f64]) -> Vec<Alternative> {
    let mut all: Vec<Alternative> = Vec::new();
    for (place, (candidate, &probability)) in candidates.iter().zip(probabilities).enumerate() {
        let pathways = candidate.names();
        match all.iter_mut().find(|one| one.pathways == pathways) {
            Some(known) => {
                known.probability += probability;
                let both = known.unexplained.zip(candidate.unexplained);
                known.unexplained = both.map(|(a, b)| a.min(b));
                if probability > probabilities[known.best] {
                    known.best = place;
                }
            }
            None => all.push(Alternative {
                pathways,
                probability,
                unexplained: candidate.unexplained,
                best: place,
            }),
        }
    }
    all.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    all
}

impl ConsideredCircuit {
    /// Whether both are the same circuit: as many pathways, of which each has one of its kind that is like it.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let has = |circuit: &Self, pathway: &ConsideredPathway| {
            circuit.pathways.iter().any(|one| {
                let alike = correlation(&one.course, &pathway.course);
                one.kind() == pathway.kind() && alike.is_some_and(|r| r > ONE_TYPE)
            })
        };
        let [one, two] = [self, other].map(|circuit| &circuit.pathways);
        one.len() == two.len()
            && one.iter().all(|pathway| has(other, pathway))
            && two.iter().all(|pathway| has(self, pathway))
    }

    /// Whether synapses of it depress.
    pub(super) fn depresses(&self) -> bool {
        self.pathways.iter().any(|one| one.depresses)
    }

    fn names(&self) -> Vec<String> {
        let name = |one: &ConsideredPathway| {
            let sign = match one.sign {
                Sign::Inhibitory => "inhibition",
                _ => "excitation",
            };
            let depression = if one.depresses {
                " with depression"
            } else {
                ""
            };
            format!("{} {sign}{depression}", one.polarity.name())
        };
        let mut names: Vec<String> = self.pathways.iter().map(name).collect();
        names.sort();
        names
    }
}
