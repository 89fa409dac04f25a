//! A circuit that was considered.

use ganglion_attribution::{Polarity, Sign};

use super::cascade::{CascadeFit, Data, shares};
use crate::candidates::polarity_of;
use crate::circuit::RECTIFIED;

/// A circuit that was considered, as far as it is compared with others.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Share of the variance of the rate that it leaves unexplained.
    pub unexplained: f64,
    /// Its pathways.
    pub pathways: Vec<CandidatePathway>,
}

/// One of its pathways.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidatePathway {
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
    /// Whether its synapses run down.
    pub runs_down: bool,
    /// Whether it is never rectified: it could as well have the other polarity and the other sign.
    pub never_rectified: bool,
}

impl Candidate {
    pub(super) fn of(data: &Data, fit: &CascadeFit) -> Self {
        let shares = shares(&fit.cascade.departures(data));
        let pathways = fit.cascade.pathways.iter().zip(shares);
        Self {
            unexplained: 1.0 - fit.explained,
            pathways: pathways
                .map(|(pathway, share)| {
                    let course = data.kernel(&pathway.coefficients);
                    CandidatePathway {
                        polarity: polarity_of(&course),
                        sign: Sign::of(pathway.sign),
                        share,
                        at_rest: pathway.threshold < 0.0,
                        runs_down: pathway.depression.is_some(),
                        never_rectified: pathway.unrectified(data) < RECTIFIED,
                        course,
                    }
                })
                .collect(),
        }
    }
}

/// Circuits of one make-up: of pathways of the same polarities and signs.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The pathways in words, in the order of their names, such as `OFF excitation`.
    pub pathways: Vec<String>,
    /// The probability of all circuits of this make-up together.
    pub probability: f64,
    /// Share of the variance of the rate that the best of them leaves unexplained.
    pub unexplained: f64,
    /// The place, among the circuits that were considered, of the most probable of them.
    pub best: usize,
}

/// What circuits are made of, the most probable first.
pub fn alternatives(candidates: &[Candidate], probabilities: &[f64]) -> Vec<Alternative> {
    let mut all: Vec<Alternative> = Vec::new();
    for (place, (candidate, &probability)) in candidates.iter().zip(probabilities).enumerate() {
        let pathways = candidate.names();
        match all.iter_mut().find(|one| one.pathways == pathways) {
            Some(known) => {
                known.probability += probability;
                known.unexplained = known.unexplained.min(candidate.unexplained);
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

impl Candidate {
    fn names(&self) -> Vec<String> {
        let name = |one: &CandidatePathway| {
            let sign = match one.sign {
                Sign::Inhibitory => "inhibition",
                _ => "excitation",
            };
            let depression = if one.runs_down {
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
