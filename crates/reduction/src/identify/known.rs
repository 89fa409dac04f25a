//! What is known of a cell's pathways from the probe and its own spikes, for whatever else is asked of it.

use std::collections::BTreeMap;

use ganglion_attribution::{Polarity, Sign};
use ganglion_numerics::correlation;
use ganglion_recording::CellIndex;
use serde::{Deserialize, Serialize};

use super::considered::ConsideredCircuit;
use super::{Identified, posterior};
use crate::circuit::{Circuit, Pathway, THE_SAME};

/// A pathway that a cell may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbablePathway {
    /// What drives it.
    pub polarity: Polarity,
    /// What it does.
    pub sign: Sign,
    /// Time course of its kernel, the oldest frame first.
    pub course: Vec<f64>,
    /// How probable it is that the cell has a pathway of this polarity and sign with such a time course.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub probability: f64,
}

/// What is known of a cell's circuit.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownCircuit {
    /// The most probable one.
    pub circuit: Circuit,
    /// The pathways of all that are probable, once each.
    pub pathways: Vec<ProbablePathway>,
}

/// What is known of the circuits of cells; of cells that are not named, nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownCircuits(pub BTreeMap<CellIndex, KnownCircuit>);

/// Least and largest probability that counts, so that nothing is impossible or sure: circuits are not of exactly the
/// class that is considered.
const COUNTS: [f64; 2] = [0.01, 0.99];

/// Probability below which a pathway is not remembered: what is not remembered has the least that counts.
const REMEMBERED: f64 = COUNTS[0];

/// The pathways of all circuits that were considered, once each, the most probable first.
pub(super) fn probable_pathways(
    candidates: &[ConsideredCircuit],
    probabilities: &[f64],
) -> Vec<ProbablePathway> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    let mut found: Vec<ProbablePathway> = Vec::new();
    for pathway in order.iter().flat_map(|&place| &candidates[place].pathways) {
        let probability = posterior::probability(pathway, candidates, probabilities);
        let kind = (pathway.polarity, pathway.sign);
        let is_new = !found.iter().any(|one| one.is_like(kind, &pathway.course));
        if is_new && probability >= REMEMBERED {
            found.push(ProbablePathway {
                polarity: pathway.polarity,
                sign: pathway.sign,
                course: pathway.course.clone(),
                probability,
            });
        }
    }
    found.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    found
}

impl ProbablePathway {
    fn is_like(&self, kind: (Polarity, Sign), course: &[f64]) -> bool {
        (self.polarity, self.sign) == kind
            && correlation(&self.course, course).is_some_and(|r| r > THE_SAME)
    }
}

impl From<&Identified> for KnownCircuit {
    fn from(identified: &Identified) -> Self {
        Self {
            circuit: identified.circuit.clone(),
            pathways: identified.probable.clone(),
        }
    }
}

impl KnownCircuits {
    /// The most probable circuit of a cell.
    pub fn circuit(&self, cell: CellIndex) -> Option<&Circuit> {
        self.0.get(&cell).map(|known| &known.circuit)
    }

    /// How probable it is that a cell has a pathway of a polarity and sign with such a time course; none where nothing is
    /// known of the cell.
    pub fn probability(
        &self,
        cell: CellIndex,
        kind: (Polarity, Sign),
        course: &[f64],
    ) -> Option<f64> {
        let known = self.0.get(&cell)?;
        let like = known
            .pathways
            .iter()
            .filter(|one| one.is_like(kind, course));
        let largest = like.map(|one| one.probability).reduce(f64::max);
        Some(largest.unwrap_or(0.0))
    }

    /// The same of a circuit's pathway.
    pub fn probability_of(&self, cell: CellIndex, pathway: &Pathway) -> Option<f64> {
        let kind = (pathway.polarity, pathway.sign);
        self.probability(cell, kind, &pathway.kernel.time_course())
    }

    /// The logarithm of the odds; 0 where nothing is known of the cell.
    pub(crate) fn log_odds(&self, cell: CellIndex, kind: (Polarity, Sign), course: &[f64]) -> f64 {
        let [least, largest] = COUNTS;
        let probability = self.probability(cell, kind, course);
        probability.map_or(0.0, |p| {
            let p = p.clamp(least, largest);
            (p / (1.0 - p)).ln()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::considered::ConsideredPathway;
    use super::*;

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

    #[test]
    fn pathways_are_known_once_each_with_the_probability_of_all_circuits_that_have_them() {
        use Sign::{Excitatory, Inhibitory};
        let scaled = FAST.map(|value| 3.0 * value);
        let candidates = [
            circuit(&[(Excitatory, FAST)]),
            circuit(&[(Excitatory, scaled), (Inhibitory, SLOW)]),
            circuit(&[(Excitatory, SLOW)]),
        ];
        let found = probable_pathways(&candidates, &[0.3, 0.695, 0.005]);
        let told: Vec<(Sign, f64)> = found
            .iter()
            .map(|one| (one.sign, one.probability))
            .collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert_eq!((told[0].0, told[1].0), (Excitatory, Inhibitory));
        assert!((told[0].1 - 0.995).abs() < 1e-12 && (told[1].1 - 0.695).abs() < 1e-12);
        let cell = CellIndex(3);
        let known = KnownCircuit {
            circuit: crate::circuit::fixture::circuit(),
            pathways: found,
        };
        let known = KnownCircuits([(cell, known)].into());
        let odds = |sign, course: &[f64]| known.log_odds(cell, (Polarity::On, sign), course);
        assert!((odds(Excitatory, &FAST) - 99f64.ln()).abs() < 1e-9);
        assert!((odds(Excitatory, &SLOW) + 99f64.ln()).abs() < 1e-9);
        assert!((odds(Inhibitory, &SLOW) - (0.695f64 / 0.305).ln()).abs() < 1e-9);
        let other = known.log_odds(CellIndex(4), (Polarity::On, Excitatory), &FAST);
        assert_eq!(other, 0.0);
    }
}
