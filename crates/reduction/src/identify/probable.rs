//! The circuits that were considered for a cell, as they are remembered for whatever else is asked of it.

use super::Identified;
use super::considered::{ConsideredCircuit, ConsideredPathway, ONE_TYPE};
use crate::known::{KnownCircuit, ProbableCircuit, ProbableCircuits, ProbablePathway};

/// Probability below which a circuit is not remembered.
const REMEMBERED: f64 = 0.001;

/// Those that are probable, the most probable first.
pub(super) fn probable(
    candidates: &[ConsideredCircuit],
    probabilities: &[f64],
) -> ProbableCircuits {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    let mut probable = ProbableCircuits::default();
    for place in order {
        let probability = probabilities[place];
        if probability < REMEMBERED {
            continue;
        }
        let pathways = candidates[place].pathways.iter();
        let pathways = pathways
            .map(|pathway| place_of(&mut probable, pathway))
            .collect();
        probable.circuits.push(ProbableCircuit {
            probability,
            pathways,
        });
    }
    probable
}

/// The place of a pathway, which is added if there is none of its type.
fn place_of(probable: &mut ProbableCircuits, pathway: &ConsideredPathway) -> usize {
    let kind = (pathway.polarity, pathway.sign);
    let likeness = probable.likeness(kind, &pathway.course);
    let is_of_type = |like: &Option<f64>| like.is_some_and(|r| r > ONE_TYPE);
    if let Some(place) = likeness.iter().position(is_of_type) {
        return place;
    }
    probable.pathways.push(ProbablePathway {
        polarity: pathway.polarity,
        sign: pathway.sign,
        course: pathway.course.clone(),
    });
    probable.pathways.len() - 1
}

impl From<&Identified> for KnownCircuit {
    fn from(identified: &Identified) -> Self {
        Self {
            circuit: identified.circuit.clone(),
            probable: identified.probable.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use Sign::{Excitatory, Inhibitory};
    use ganglion_attribution::{Polarity, Sign};

    use super::*;
    use crate::known::Likeness;

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
        probable(&candidates, &[0.2995, 0.7, 0.0005])
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
