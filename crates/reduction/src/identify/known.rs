//! What is known of a cell's circuit from the probe and its own spikes, for whatever else is asked of it.

use std::collections::BTreeMap;

use ganglion_attribution::{Polarity, Sign};
use ganglion_numerics::correlation;
use ganglion_recording::CellIndex;
use serde::{Deserialize, Serialize};

use super::Identified;
use super::considered::{ConsideredCircuit, ConsideredPathway, ONE_TYPE};
use crate::circuit::{Circuit, Pathway, THE_SAME};

/// The circuits of a cell that are probable.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProbableCircuits {
    /// Pathways that occur in them, once each.
    pub pathways: Vec<ProbablePathway>,
    /// The circuits, the most probable first; those of a probability below 0.001 are left out.
    pub circuits: Vec<ProbableCircuit>,
}

/// A pathway that a cell may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbablePathway {
    /// What drives it.
    pub polarity: Polarity,
    /// What it does.
    pub sign: Sign,
    /// Time course of its kernel, the oldest frame first.
    pub course: Vec<f64>,
}

/// A circuit that a cell may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbableCircuit {
    /// How probable it is.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub probability: f64,
    /// Its pathways, by their place.
    pub pathways: Vec<usize>,
}

/// What is known of a cell's circuit.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownCircuit {
    /// The most probable one.
    pub circuit: Circuit,
    /// All that are probable.
    pub probable: ProbableCircuits,
}

/// What is known of the circuits of cells; of cells that are not named, nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownCircuits(pub BTreeMap<CellIndex, KnownCircuit>);

/// How like a pathway is to each of the known ones: the correlation of the time courses, where polarity and sign are the
/// same and it is high enough.
pub type Likeness = Vec<Option<f64>>;

/// Probability that a cell has a pathway that a circuit lacks: circuits are not of exactly the class that is considered,
/// and a phenomenon may be carried by what other stimuli do not show.
const LACKED: f64 = 0.01;

/// Probability below which a circuit is not remembered.
const REMEMBERED: f64 = 0.001;

impl ProbableCircuits {
    /// Of the circuits that were considered for a cell.
    pub(super) fn of(candidates: &[ConsideredCircuit], probabilities: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
        let mut probable = Self::default();
        for place in order {
            let probability = probabilities[place];
            if probability < REMEMBERED {
                continue;
            }
            let pathways = candidates[place].pathways.iter();
            let pathways = pathways.map(|pathway| probable.place_of(pathway)).collect();
            probable.circuits.push(ProbableCircuit {
                probability,
                pathways,
            });
        }
        probable
    }

    /// The place of a pathway, which is added if there is none of its type.
    fn place_of(&mut self, pathway: &ConsideredPathway) -> usize {
        let kind = (pathway.polarity, pathway.sign);
        let likeness = self.likeness(kind, &pathway.course);
        let is_of_type = |like: &Option<f64>| like.is_some_and(|r| r > ONE_TYPE);
        if let Some(place) = likeness.iter().position(is_of_type) {
            return place;
        }
        self.pathways.push(ProbablePathway {
            polarity: pathway.polarity,
            sign: pathway.sign,
            course: pathway.course.clone(),
        });
        self.pathways.len() - 1
    }

    /// How like a pathway is to those of the circuits.
    pub fn likeness(&self, (polarity, sign): (Polarity, Sign), course: &[f64]) -> Likeness {
        let like = |one: &ProbablePathway| {
            let r = correlation(&one.course, course)?;
            let is_like = (one.polarity, one.sign) == (polarity, sign) && r > THE_SAME;
            is_like.then_some(r)
        };
        self.pathways.iter().map(like).collect()
    }

    /// Logarithm of how probable it is that the cell has all of some pathways, each another one of its own:
    ///
    /// ```text
    /// log sum over circuits of p 0.01^(pathways that the circuit lacks)
    /// ```
    pub(crate) fn log_probability(&self, pathways: &[&Likeness]) -> f64 {
        let lacks = |circuit: &ProbableCircuit| {
            let matched = circuit.matched(pathways);
            matched.iter().filter(|matched| !**matched).count()
        };
        let circuits = self.circuits.iter();
        let term =
            |circuit: &ProbableCircuit| circuit.probability * LACKED.powi(lacks(circuit) as i32);
        let rest = self.unremembered() * LACKED.powi(pathways.len() as i32);
        (circuits.map(term).sum::<f64>() + rest).ln()
    }

    /// How probable it is that the cell has each of some pathways, each another one of its own.
    fn probabilities(&self, pathways: &[&Likeness]) -> Vec<f64> {
        let mut sums = vec![0.0; pathways.len()];
        for circuit in &self.circuits {
            let matched = circuit.matched(pathways).into_iter();
            let sums = sums.iter_mut().zip(matched);
            sums.filter(|(_, matched)| *matched)
                .for_each(|(sum, _)| *sum += circuit.probability);
        }
        sums.into_iter().map(|sum| sum.min(1.0)).collect()
    }

    /// Probability of circuits that were left out.
    fn unremembered(&self) -> f64 {
        let sum: f64 = self.circuits.iter().map(|one| one.probability).sum();
        (1.0 - sum).max(0.0)
    }
}

impl ProbableCircuit {
    /// Which of some pathways the circuit has; the most like are paired first, each with one.
    fn matched(&self, pathways: &[&Likeness]) -> Vec<bool> {
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for (pathway, likeness) in pathways.iter().enumerate() {
            for (own, &known) in self.pathways.iter().enumerate() {
                pairs.extend(likeness[known].map(|like| (like, pathway, own)));
            }
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut matched = vec![false; pathways.len()];
        let mut taken = vec![false; self.pathways.len()];
        for (_, pathway, own) in pairs {
            if !matched[pathway] && !taken[own] {
                (matched[pathway], taken[own]) = (true, true);
            }
        }
        matched
    }
}

impl From<&Identified> for KnownCircuit {
    fn from(identified: &Identified) -> Self {
        Self {
            circuit: identified.circuit.clone(),
            probable: identified.probable.clone(),
        }
    }
}

impl KnownCircuits {
    /// What is known of a cell.
    pub fn of(&self, cell: CellIndex) -> Option<&KnownCircuit> {
        self.0.get(&cell)
    }

    /// How probable it is that the circuit's cell has each of its pathways; none where nothing is known of the cell.
    pub fn probabilities(&self, circuit: &Circuit) -> Vec<Option<f64>> {
        let Some(known) = self.of(circuit.cell) else {
            return vec![None; circuit.pathways.len()];
        };
        let likeness = |pathway: &Pathway| {
            let kind = (pathway.polarity, pathway.sign);
            known.probable.likeness(kind, &pathway.kernel.time_course())
        };
        let all: Vec<Likeness> = circuit.pathways.iter().map(likeness).collect();
        let probabilities = known
            .probable
            .probabilities(&all.iter().collect::<Vec<_>>());
        probabilities.into_iter().map(Some).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Sign::{Excitatory, Inhibitory};

    const FAST: [f64; 4] = [0.0, 0.1, 0.3, 1.0];
    const SLOW: [f64; 4] = [0.5, 1.0, 0.4, 0.0];

    fn circuit(pathways: &[(Sign, [f64; 4])]) -> ConsideredCircuit {
        let pathway = |&(sign, course): &(Sign, [f64; 4])| ConsideredPathway {
            polarity: Polarity::On,
            sign,
            course: course.to_vec(),
            share: 0.5,
            at_rest: false,
            depresses: false,
        };
        ConsideredCircuit {
            unexplained: Some(0.0),
            deviance: None,
            pathways: pathways.iter().map(pathway).collect(),
        }
    }

    /// A fast excitation for sure, a slow inhibition with 0.7; 0.0005 is not remembered.
    fn known() -> ProbableCircuits {
        let candidates = [
            circuit(&[(Excitatory, FAST)]),
            circuit(&[
                (Excitatory, FAST.map(|value| 3.0 * value)),
                (Inhibitory, SLOW),
            ]),
            circuit(&[(Excitatory, SLOW)]),
        ];
        ProbableCircuits::of(&candidates, &[0.2995, 0.7, 0.0005])
    }

    #[test]
    fn pathways_are_kept_once_each_and_circuits_in_the_order_of_their_probability() {
        let known = known();
        assert_eq!(known.pathways.len(), 2);
        let circuits: Vec<_> = known.circuits.iter().map(|one| &one.pathways[..]).collect();
        assert_eq!(circuits, [&[0, 1][..], &[0]]);
        assert!((known.unremembered() - 0.0005).abs() < 1e-12);
    }

    /// Two pathways that are alike are not both the one that the cell has.
    #[test]
    fn a_pathway_of_the_cell_stands_for_one() {
        let known = known();
        let on = |sign, course: &[f64]| known.likeness((Polarity::On, sign), course);
        let exactly = on(Excitatory, &FAST);
        let nearly = on(Excitatory, &[0.0, 0.3, 0.3, 1.0]);
        let inhibition = on(Inhibitory, &SLOW);
        let other = known.likeness((Polarity::Off, Excitatory), &FAST);
        assert_eq!(other, [None, None]);
        let near = |found: Vec<f64>, expected: &[f64]| {
            assert_eq!(found.len(), expected.len());
            let pairs = found.iter().zip(expected);
            assert!(
                pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-12),
                "{found:?}"
            );
        };
        near(
            known.probabilities(&[&nearly, &exactly, &inhibition, &other]),
            &[0.0, 0.9995, 0.7, 0.0],
        );
        near(known.probabilities(&[&nearly]), &[0.9995]);
        let log = |pathways: &[&Likeness]| known.log_probability(pathways).exp();
        assert!((log(&[]) - 1.0).abs() < 1e-12);
        assert!((log(&[&exactly]) - (0.9995 + 0.0005 * 0.01)).abs() < 1e-12);
        let both = 0.7 + 0.2995 * 0.01 + 0.0005 * 1e-4;
        assert!((log(&[&exactly, &inhibition]) - both).abs() < 1e-12);
        let twice = 0.9995 * 0.01 + 0.0005 * 1e-4;
        assert!((log(&[&exactly, &nearly]) - twice).abs() < 1e-12);
    }
}
