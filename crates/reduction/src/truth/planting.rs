//! The circuit of a cell beside the one that was planted in the simulated retina it was learned
//! from.

use ganglion_attribution::{Polarity, Sign};
use serde::{Deserialize, Serialize};

use crate::circuit::Circuit;
use crate::hypothesis::Hypothesis;
use crate::truth::equivalence::{Term, canonical};
use crate::truth::matching::{
    Equivalence, Planted, Recovered, Side, compare, compare_up_to, match_sides,
};

/// Least share of the planted drive under the experiment's stimuli for which a planted pathway is
/// looked for.
pub const LEAST_SHARE: f64 = 0.1;

/// What was planted in one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// Class of the cell.
    pub class: String,
    /// Its pathways, with their shares under the experiment's stimuli.
    pub pathways: Vec<Planted>,
    /// What the claims' tests say of it, by intervention on its pathways; none where the cell does not
    /// show the phenomenon.
    pub hypotheses: Vec<Hypothesis>,
}

/// A circuit beside the planted one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Planting {
    /// Class of the cell in the simulated retina.
    pub class: String,
    /// Share from which a planted pathway is looked for.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub least_share: f64,
    /// The planted pathways, those with the largest share first.
    pub pathways: Vec<Compared>,
    /// Names of pathways of the circuit that no planted one was paired with.
    pub unmatched: Vec<String>,
    /// Names of pathways of the circuit that were not planted: paired with one of another polarity or
    /// sign, or with none at all, those of small shares included.
    pub not_planted: Vec<String>,
    /// Pathways of the circuit.
    pub found: usize,
    /// Whether there is inhibition, whatever its share.
    #[serde(default)]
    pub inhibition: Inhibition,
    /// What is right if pathways that are never rectified may have both polarity and sign the other way
    /// round.
    #[serde(default)]
    pub up_to_flips: UpToFlips,
    /// What is right if circuits that do the same count as one.
    #[serde(default)]
    pub up_to_equivalence: UpToEquivalence,
}

/// Pathways that are right up to flips of those that are never rectified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpToFlips {
    /// Planted pathways that are looked for and were found.
    pub right: usize,
    /// Found pathways that were planted, whatever their share.
    pub found_right: usize,
}

impl UpToFlips {
    fn new(truth: &Truth, circuit: &Circuit) -> Self {
        let right = |least: f64| {
            let all = compare_up_to(Equivalence::Flips, &truth.pathways, circuit, least);
            all.pathways
                .iter()
                .filter(|one| one.polarity && one.sign)
                .count()
        };
        Self {
            right: right(LEAST_SHARE),
            found_right: right(0.0),
        }
    }
}

/// Pathways that are right in the members of the two classes of circuits that do the same which are most alike:
/// each circuit as it is, or its [canonical form](canonical).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpToEquivalence {
    /// Pathways of the planted one that are looked for.
    pub planted: usize,
    /// Those that were found.
    pub right: usize,
    /// Pathways of the found one.
    pub found: usize,
    /// Those that were planted, whatever their share.
    pub found_right: usize,
}

impl UpToEquivalence {
    /// Of the pathways of a cell and of those that were found for it.
    pub fn new(planted: &[Planted], found: &[Term]) -> Self {
        Self::best(planted, &[sides(found), sides(&canonical(found))])
    }

    /// Of the pathways of a cell and of those of a circuit.
    fn of_circuit(planted: &[Planted], circuit: &Circuit, never_rectified: &[bool]) -> Self {
        let found = Term::of_circuit(circuit, never_rectified);
        // What holds for rectifiers does not hold for synapses that depress.
        match circuit.pathways.iter().any(|one| one.depression.is_some()) {
            true => Self::best(planted, &[sides(&found)]),
            false => Self::new(planted, &found),
        }
    }

    fn best(planted: &[Planted], found: &[Vec<Side>]) -> Self {
        let mut best = Self::default();
        let mut most = f64::NEG_INFINITY;
        for planted in [planted.to_vec(), canonical_of(planted)] {
            for found in found {
                let one = Self::of(&planted, found);
                let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
                let value = share(one.right, one.planted) + share(one.found_right, one.found);
                // The first of equals: circuits as they are.
                if value > most {
                    (best, most) = (one, value);
                }
            }
        }
        best
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            planted: self.planted + other.planted,
            right: self.right + other.right,
            found: self.found + other.found,
            found_right: self.found_right + other.found_right,
        }
    }

    fn of(planted: &[Planted], found: &[Side]) -> Self {
        let matched = |least: f64| {
            let all = match_sides(Equivalence::Class, planted, found, least);
            let right = all.pathways.iter().filter(|one| one.polarity && one.sign);
            (all.planted, right.count())
        };
        let (looked_for, right) = matched(LEAST_SHARE);
        Self {
            planted: looked_for,
            right,
            found: found.len(),
            found_right: matched(0.0).1,
        }
    }
}

fn sides(terms: &[Term]) -> Vec<Side> {
    terms.iter().map(Term::side).collect()
}

/// The canonical form of planted pathways; as they are where the synapse of one is no rectifier.
fn canonical_of(planted: &[Planted]) -> Vec<Planted> {
    let terms: Option<Vec<Term>> = planted.iter().map(Term::of_planted).collect();
    match terms {
        Some(terms) => (canonical(&terms).into_iter()).map(Term::planted).collect(),
        None => planted.to_vec(),
    }
}

/// Where inhibition is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inhibition {
    /// In the cell of the simulated retina.
    pub planted: bool,
    /// In the circuit.
    pub found: bool,
}

/// A planted pathway and what was found for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Interneuron type of the simulated retina.
    pub planted: String,
    /// What drives it.
    pub polarity: Polarity,
    /// What it does.
    pub sign: Sign,
    /// Its share of the planted drive under the experiment's stimuli.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub share: f64,
    /// The pathway that was found for it; none if there is none, or if its share is too small to be
    /// looked for.
    pub found: Option<FoundPathway>,
    /// Whether its share is large enough for it to be looked for.
    pub counts: bool,
}

/// The pathway of a circuit that takes the place of a planted one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundPathway {
    /// Its name in the circuit.
    pub pathway: String,
    /// Whether it has the planted polarity.
    pub polarity_right: bool,
    /// Whether it has the planted sign.
    pub sign_right: bool,
    /// Correlation of the time courses.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub kernel_correlation: f64,
}

impl Planting {
    /// Compares a circuit with the planted pathways of its cell; `never_rectified` says of each pathway of the
    /// circuit whether it is never rectified under the stimuli, as far as that is known.
    pub fn new(truth: &Truth, circuit: &Circuit, never_rectified: &[bool]) -> Self {
        let matching = compare(&truth.pathways, circuit, LEAST_SHARE);
        let names = circuit.names();
        // Both are in the order of shares; a type may be planted more than once.
        let mut looked_for = matching.pathways.iter();
        let pathways = by_share(truth).into_iter().map(|planted| {
            let counts = planted.share >= LEAST_SHARE;
            let recovered = counts.then(|| looked_for.next()).flatten();
            Compared {
                found: recovered.and_then(|one| found(one, &names)),
                ..Compared::not_found(planted)
            }
        });
        let taken: Vec<usize> = (matching.pathways.iter())
            .filter_map(|one| one.found)
            .collect();
        let free = names.iter().enumerate();
        Self {
            class: truth.class.clone(),
            least_share: LEAST_SHARE,
            pathways: pathways.collect(),
            unmatched: free
                .filter(|(place, _)| !taken.contains(place))
                .map(|(_, name)| name.clone())
                .collect(),
            not_planted: not_planted(truth, circuit),
            found: names.len(),
            inhibition: Inhibition {
                planted: (truth.pathways.iter()).any(|one| one.sign == Sign::Inhibitory),
                found: (circuit.pathways.iter()).any(|one| one.sign == Sign::Inhibitory),
            },
            up_to_flips: UpToFlips::new(truth, circuit),
            up_to_equivalence: UpToEquivalence::of_circuit(
                &truth.pathways,
                circuit,
                never_rectified,
            ),
        }
    }

    /// The planted pathways of a cell for which a prediction has no circuit: none of them is found.
    pub fn without_circuit(truth: &Truth) -> Self {
        Self {
            class: truth.class.clone(),
            least_share: LEAST_SHARE,
            pathways: (by_share(truth).into_iter())
                .map(Compared::not_found)
                .collect(),
            unmatched: Vec::new(),
            not_planted: Vec::new(),
            found: 0,
            inhibition: Inhibition {
                planted: (truth.pathways.iter()).any(|one| one.sign == Sign::Inhibitory),
                found: false,
            },
            up_to_flips: UpToFlips::default(),
            up_to_equivalence: UpToEquivalence::new(&truth.pathways, &[]),
        }
    }

    /// How many of the planted pathways that are looked for were found with their polarity and sign, of
    /// how many.
    pub fn recovered(&self) -> [usize; 2] {
        let counted = self.pathways.iter().filter(|one| one.counts);
        let right = counted.clone().filter(|one| {
            let found = one.found.as_ref();
            found.is_some_and(|found| found.polarity_right && found.sign_right)
        });
        [right.count(), counted.count()]
    }
}

impl Compared {
    /// A planted pathway for which nothing was found.
    fn not_found(planted: &Planted) -> Self {
        Self {
            planted: planted.name.clone(),
            polarity: planted.polarity,
            sign: planted.sign,
            share: planted.share,
            found: None,
            counts: planted.share >= LEAST_SHARE,
        }
    }
}

/// The planted pathways, those with the largest share first.
fn by_share(truth: &Truth) -> Vec<&Planted> {
    let mut planted: Vec<&Planted> = truth.pathways.iter().collect();
    planted.sort_by(|a, b| b.share.total_cmp(&a.share));
    planted
}

/// Pathways of a circuit that are none of the planted ones, however small these are.
fn not_planted(truth: &Truth, circuit: &Circuit) -> Vec<String> {
    let all = compare(&truth.pathways, circuit, 0.0);
    let right = all.pathways.iter().filter(|one| one.polarity && one.sign);
    let right: Vec<usize> = right.filter_map(|one| one.found).collect();
    let names = circuit.names().into_iter().enumerate();
    names
        .filter(|(place, _)| !right.contains(place))
        .map(|(_, name)| name)
        .collect()
}

fn found(recovered: &Recovered, names: &[String]) -> Option<FoundPathway> {
    Some(FoundPathway {
        pathway: names[recovered.found?].clone(),
        polarity_right: recovered.polarity,
        sign_right: recovered.sign,
        kernel_correlation: recovered.kernel,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::fixture::circuit;

    fn planted(name: &str, sign: Sign, share: f64, course: [f64; 4]) -> Planted {
        Planted {
            name: name.to_owned(),
            polarity: Polarity::Off,
            sign,
            share,
            course: course.to_vec(),
            never_rectified: false,
            polarity_is_free: false,
            function: None,
        }
    }

    /// A type that drives a cell twice, from two places: each pathway has what was found for it.
    #[test]
    fn two_pathways_of_one_type_are_told_apart() {
        let off = [0.0, 0.5, -1.0, 0.0];
        let truth = Truth {
            class: "anticipation".to_owned(),
            pathways: vec![
                planted("off", Sign::Excitatory, 0.6, off),
                planted("off", Sign::Inhibitory, 0.4, off),
            ],
            hypotheses: Vec::new(),
        };
        let mut circuit = circuit();
        circuit.pathways.truncate(1);
        let planting = Planting::new(&truth, &circuit, &[]);
        let found: Vec<bool> = (planting.pathways.iter())
            .map(|one| one.found.is_some())
            .collect();
        assert_eq!((found, planting.recovered()), (vec![true, false], [1, 2]));
    }

    #[test]
    fn planted_pathways_are_listed_by_share_and_small_ones_do_not_count() {
        let truth = Truth {
            class: "latency".to_owned(),
            pathways: vec![
                planted("small", Sign::Excitatory, 0.05, [0.0, 0.5, -1.0, 0.0]),
                planted("off", Sign::Excitatory, 0.95, [0.0, 0.5, -1.0, 0.0]),
            ],
            hypotheses: Vec::new(),
        };
        let circuit = circuit();
        let planting = Planting::new(&truth, &circuit, &[]);
        let names: Vec<&str> = (planting.pathways.iter())
            .map(|one| one.planted.as_str())
            .collect();
        assert_eq!(names, ["off", "small"]);
        let found = planting.pathways[0].found.as_ref().unwrap();
        assert!(found.polarity_right && found.sign_right && found.kernel_correlation > 0.999);
        assert!(!planting.pathways[1].counts && planting.pathways[1].found.is_none());
        assert_eq!(planting.unmatched.len(), circuit.pathways.len() - 1);
        // The ON inhibition is none of both; the OFF excitation is one of them.
        assert_eq!(planting.not_planted, ["ON inhibition"]);
    }
}
