//! What is known of a cell's circuit from the probe and its own spikes, for whatever else is asked of it.

use std::collections::BTreeMap;

use ganglion_attribution::{Polarity, Sign};
use ganglion_numerics::correlation;
use ganglion_recording::CellIndex;
use serde::{Deserialize, Serialize};

use crate::circuit::{Circuit, Pathway};
use crate::stated::STATED;

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

/// How like a pathway is to each of the known ones: the correlation of the time courses at the shift where it is highest, less
/// 0.05 for each frame of it, where polarity and sign are the same and it is high enough.
pub type Likeness = Vec<Option<f64>>;

/// Probability that a cell has a pathway that a circuit lacks: circuits are not of exactly the class that is considered,
/// and a phenomenon may be carried by what other stimuli do not show.
const LACKED: f64 = 0.01;

/// Correlation above which a network's channel may stand for a known pathway of its polarity and sign: networks have few
/// channels, whose time courses are compromises among their cells. Where two channels may, the more alike one does.
const OF_ONE_PATHWAY: f64 = 0.4;
/// Frames by which the two may lie apart besides.
const MOST_SHIFTED: usize = 3;
/// What each of these frames takes from the correlation.
const A_FRAME: f64 = 0.05;

/// The correlation of two time courses at the shift where it is highest, less what the shift costs.
fn at_the_best_shift(known: &[f64], course: &[f64]) -> Option<f64> {
    let frames = known.len().min(course.len());
    let moved = |shift: usize| {
        let kept = frames.checked_sub(shift)?;
        let later = correlation(&known[..kept], &course[shift..][..kept]);
        let earlier = correlation(&known[shift..][..kept], &course[..kept]);
        let best = later.into_iter().chain(earlier).reduce(f64::max)?;
        Some(best - A_FRAME * shift as f64)
    };
    (0..=MOST_SHIFTED).filter_map(moved).reduce(f64::max)
}

impl ProbableCircuits {
    /// How like a pathway is to those of the circuits.
    pub fn likeness(&self, (polarity, sign): (Polarity, Sign), course: &[f64]) -> Likeness {
        let like = |one: &ProbablePathway| {
            let r = at_the_best_shift(&one.course, course)?;
            let is_like = (one.polarity, one.sign) == (polarity, sign) && r > OF_ONE_PATHWAY;
            is_like.then_some(r)
        };
        self.pathways.iter().map(like).collect()
    }

    /// How like the sum of two pathways is to the known pathway that it is most like, of those that are surely there and that
    /// both may stand for; none where it is more like none of them than each of the two is.
    fn likeness_of_one(&self, pathways: [&Pathway; 2]) -> Option<f64> {
        let kinds = pathways.map(|one| (one.polarity, one.sign));
        let courses = pathways.map(|one| one.kernel.time_course());
        let weights = pathways.map(|one| one.weight);
        let sum = courses[0].iter().zip(&courses[1]);
        let sum: Vec<f64> = sum
            .map(|(one, other)| weights[0] * one + weights[1] * other)
            .collect();
        let [one, other] = [0, 1].map(|place| self.likeness(kinds[place], &courses[place]));
        let of_sum = self.likeness(kinds[0], &sum);
        let known = (0..self.pathways.len()).filter(|known| self.probability_of(*known) > STATED);
        let alike = known.filter_map(|known| {
            let parts = one[known]?.max(other[known]?);
            of_sum[known].filter(|like| *like > parts)
        });
        alike.reduce(f64::max)
    }

    /// How probable a known pathway is: the sum over the circuits that have it.
    fn probability_of(&self, known: usize) -> f64 {
        let circuits = self.circuits.iter();
        let having = circuits.filter(|circuit| circuit.pathways.contains(&known));
        having.map(|circuit| circuit.probability).sum()
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
    pub(crate) fn probabilities(&self, pathways: &[&Likeness]) -> Vec<f64> {
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
    pub(crate) fn unremembered(&self) -> f64 {
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

    /// Of each pathway of a circuit that is not stated of its cell, the stated pathway with which it is one: networks divide
    /// pathways among their channels. Two are one where both may stand for a known pathway of a probability above 0.9,
    /// and the sum of their kernels, each times its weight, is more like it than each of them. None of the others.
    pub fn parts(&self, circuit: &Circuit, probabilities: &[Option<f64>]) -> Vec<Option<usize>> {
        let known = self.of(circuit.cell).map(|known| &known.probable);
        let is_stated = |place: usize| probabilities[place].is_some_and(|p| p > STATED);
        let whole_of = |part: usize| {
            let known = known.filter(|_| !is_stated(part))?;
            let stated = (0..circuit.pathways.len()).filter(|place| is_stated(*place));
            let alike = stated.filter_map(|place| {
                let pathways = [&circuit.pathways[place], &circuit.pathways[part]];
                Some((known.likeness_of_one(pathways)?, place))
            });
            let best = alike.max_by(|a, b| a.0.total_cmp(&b.0));
            best.map(|(_, place)| place)
        };
        (0..circuit.pathways.len()).map(whole_of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::Kernel;
    use crate::circuit::fixture::circuit;

    fn bump(peak: usize) -> Vec<f64> {
        let value = |frame: usize| (-0.5 * ((frame as f64 - peak as f64) / 2.0).powi(2)).exp();
        (0..40).map(value).collect()
    }

    /// The two halves of one known pathway are one, whichever is the larger; another pathway of its polarity and sign is none
    /// of its parts, nor is one of the other sign.
    #[test]
    fn halves_of_a_known_pathway_are_told_to_be_one() {
        let whole = bump(30);
        let half = |is_kept: fn(usize) -> bool| -> Vec<f64> {
            let frames = whole.iter().enumerate();
            frames
                .map(|(frame, value)| if is_kept(frame) { *value } else { 0.0 })
                .collect()
        };
        let pathway = |course: &[f64], sign| Pathway {
            kernel: Kernel::product(course, &[1.0], [1, 1]),
            polarity: Polarity::Off,
            sign,
            ..circuit().pathways[0].clone()
        };
        let [early, late] = [half(|frame| frame > 29), half(|frame| frame <= 29)];
        let circuit = Circuit {
            pathways: vec![
                pathway(&early, Sign::Excitatory),
                pathway(&late, Sign::Excitatory),
                pathway(&bump(10), Sign::Excitatory),
                pathway(&late, Sign::Inhibitory),
            ],
            ..circuit()
        };
        let known = KnownCircuit {
            circuit: circuit.clone(),
            probable: ProbableCircuits {
                pathways: vec![ProbablePathway {
                    polarity: Polarity::Off,
                    sign: Sign::Excitatory,
                    course: whole.clone(),
                }],
                circuits: vec![ProbableCircuit {
                    probability: 0.97,
                    pathways: vec![0],
                }],
            },
        };
        let known = KnownCircuits([(circuit.cell, known)].into());
        let probabilities = known.probabilities(&circuit);
        let stated = probabilities.iter().position(|one| *one == Some(0.97));
        let stated = stated.expect("the more alike half is the pathway");
        let mut expected = vec![None; 4];
        expected[1 - stated] = Some(stated);
        assert_eq!(known.parts(&circuit, &probabilities), expected);
        // Where the pathway itself is open, nothing is a part of it.
        assert_eq!(known.parts(&circuit, &[Some(0.5); 4]), vec![None; 4]);
    }

    /// A channel that comes a little earlier than the spikes say is the pathway; one that comes much earlier, or is of the
    /// other polarity, is another.
    #[test]
    fn a_pathway_is_known_at_a_small_shift() {
        let known = ProbableCircuits {
            pathways: vec![ProbablePathway {
                polarity: Polarity::On,
                sign: Sign::Inhibitory,
                course: bump(30),
            }],
            circuits: Vec::new(),
        };
        let like = |polarity, peak| known.likeness((polarity, Sign::Inhibitory), &bump(peak))[0];
        let [none, three, eight] = [30, 33, 38].map(|peak| like(Polarity::On, peak));
        assert!(none.is_some_and(|r| (r - 1.0).abs() < 1e-9), "{none:?}");
        assert!(three.is_some_and(|r| r > 0.7 && r < 0.9), "{three:?}");
        assert_eq!(like(Polarity::On, 27), three);
        assert_eq!([eight, like(Polarity::Off, 30)], [None, None]);
    }
}
