//! Pathways of a circuit matched with those that were planted.

use ganglion_attribution::{Polarity, Sign};
use ganglion_numerics::correlation;
use serde::Serialize;

use crate::circuit::{Circuit, Pathway};

/// A pathway of the truth.
#[derive(Clone, Debug, PartialEq)]
pub struct Planted {
    /// Its name.
    pub name: String,
    /// What drives it.
    pub polarity: Polarity,
    /// What it does.
    pub sign: Sign,
    /// Its part in the response to the stimuli, of the sum over pathways.
    pub share: f64,
    /// Its time course, oldest frame first, with the sign of its polarity.
    pub course: Vec<f64>,
    /// Whether it is never rectified under the stimuli. The same pathway of the other polarity and the
    /// other sign then does the same: `b = -(-b)`.
    pub never_rectified: bool,
}

/// Which circuits count as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equivalence {
    /// Polarity and sign must be those that were planted.
    Exact,
    /// A pathway that is never rectified may have both of them the other way round.
    Flips,
}

/// How far a circuit recovers the planted one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Matching {
    /// Planted pathways that matter.
    pub planted: usize,
    /// Pathways found.
    pub found: usize,
    /// What became of each planted pathway that matters, in the order of their shares.
    pub pathways: Vec<Recovered>,
}

/// What became of a planted pathway.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recovered {
    /// Its name.
    pub name: String,
    /// Its share of the planted drive.
    pub share: f64,
    /// Place of the pathway that was found for it in the circuit.
    pub found: Option<usize>,
    /// Whether that has its polarity.
    pub polarity: bool,
    /// Whether that has its sign.
    pub sign: bool,
    /// Correlation of the time courses.
    pub kernel: f64,
}

/// Compares a circuit with the planted pathways whose share is at least `least`.
///
/// Pathways are paired by kernel, which has the sign of its polarity, and by sign, such that the sum over
/// pairs of `correlation of kernels + 0.5 if the signs are the same` is the largest there is: each found
/// pathway is taken once at most. A planted pathway is left without a partner
/// rather than given one that is less like it than nothing, and is then wrong in everything.
pub fn compare(planted: &[Planted], circuit: &Circuit, least: f64) -> Matching {
    compare_up_to(Equivalence::Exact, planted, circuit, least)
}

/// The same up to a class of circuits that do the same.
pub fn compare_up_to(
    equivalence: Equivalence,
    planted: &[Planted],
    circuit: &Circuit,
    least: f64,
) -> Matching {
    let mut matters: Vec<&Planted> = planted.iter().filter(|one| one.share >= least).collect();
    matters.sort_by(|a, b| b.share.total_cmp(&a.share));
    let partners = partners(equivalence, &matters, circuit);
    let pairs = matters.iter().zip(partners);
    Matching {
        planted: matters.len(),
        found: circuit.pathways.len(),
        pathways: pairs
            .map(|(planted, found)| recovered(equivalence, planted, circuit, found))
            .collect(),
    }
}

/// The found pathway of each planted one.
fn partners(
    equivalence: Equivalence,
    planted: &[&Planted],
    circuit: &Circuit,
) -> Vec<Option<usize>> {
    let alike: Vec<Vec<f64>> = (planted.iter())
        .map(|planted| {
            let found = 0..circuit.pathways.len();
            found
                .map(|index| {
                    let straight = alike(planted, circuit, index);
                    match equivalence.allows_flip(planted) {
                        true => straight.max(alike(&planted.flipped(), circuit, index)),
                        false => straight,
                    }
                })
                .collect()
        })
        .collect();
    assigned(&alike, &mut vec![false; circuit.pathways.len()]).1
}

/// How like a planted pathway a found one is; nothing at all is 0.
fn alike(planted: &Planted, circuit: &Circuit, found: usize) -> f64 {
    let same_sign = circuit.pathways[found].sign == planted.sign;
    kernel(planted, circuit, found) + if same_sign { SAME_SIGN } else { 0.0 }
}

/// What the same sign is worth, in correlations of kernels.
const SAME_SIGN: f64 = 0.5;

/// The largest sum of entries of different columns, one or none of each row, and their columns. Tries
/// all: circuits have few pathways.
fn assigned(rows: &[Vec<f64>], taken: &mut Vec<bool>) -> (f64, Vec<Option<usize>>) {
    let Some((row, rest)) = rows.split_first() else {
        return (0.0, Vec::new());
    };
    let with = |column: Option<usize>, value: f64, (sum, columns): (f64, Vec<_>)| {
        (value + sum, [vec![column], columns].concat())
    };
    let mut best = with(None, 0.0, assigned(rest, taken));
    for (column, &value) in row.iter().enumerate() {
        if taken[column] {
            continue;
        }
        taken[column] = true;
        let tried = with(Some(column), value, assigned(rest, taken));
        taken[column] = false;
        if tried.0 > best.0 {
            best = tried;
        }
    }
    best
}

fn kernel(planted: &Planted, circuit: &Circuit, found: usize) -> f64 {
    let course = circuit.pathways[found].kernel.time_course();
    correlation(&course, &planted.course).unwrap_or(0.0)
}

impl Equivalence {
    fn allows_flip(self, planted: &Planted) -> bool {
        self == Self::Flips && planted.never_rectified
    }
}

impl Planted {
    /// The same pathway with the other polarity and the other sign.
    fn flipped(&self) -> Self {
        Self {
            polarity: match self.polarity {
                Polarity::On => Polarity::Off,
                Polarity::Off => Polarity::On,
            },
            sign: match self.sign {
                Sign::Excitatory => Sign::Inhibitory,
                Sign::Inhibitory => Sign::Excitatory,
                Sign::None => Sign::None,
            },
            course: self.course.iter().map(|value| -value).collect(),
            ..self.clone()
        }
    }
}

fn recovered(
    equivalence: Equivalence,
    planted: &Planted,
    circuit: &Circuit,
    found: Option<usize>,
) -> Recovered {
    let flipped = planted.flipped();
    let better = |index: usize| alike(&flipped, circuit, index) > alike(planted, circuit, index);
    let is_flipped = equivalence.allows_flip(planted) && found.is_some_and(better);
    let planted = if is_flipped { &flipped } else { planted };
    let is =
        |like: &dyn Fn(&Pathway) -> bool| found.is_some_and(|index| like(&circuit.pathways[index]));
    Recovered {
        name: planted.name.clone(),
        share: planted.share,
        found,
        polarity: is(&|pathway| pathway.polarity == planted.polarity),
        sign: is(&|pathway| pathway.sign == planted.sign),
        kernel: found.map_or(0.0, |index| kernel(planted, circuit, index)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::fixture::circuit;

    fn planted(name: &str, polarity: Polarity, sign: Sign, course: [f64; 4]) -> Planted {
        Planted {
            name: name.to_owned(),
            polarity,
            sign,
            share: 0.4,
            course: course.to_vec(),
            never_rectified: false,
        }
    }

    /// A pathway that is never rectified is found as its mirror image too, up to flips.
    #[test]
    fn what_is_never_rectified_has_two_names() {
        let course = [0.3, 0.6, 0.2, 0.0];
        let on = planted("on", Polarity::On, Sign::Inhibitory, course);
        let mirrored = on.flipped();
        assert_eq!(
            (mirrored.polarity, mirrored.sign),
            (Polarity::Off, Sign::Excitatory)
        );
        let mut circuit = circuit();
        circuit.pathways.remove(0);
        let right = |planted: &Planted, equivalence| {
            let found = compare_up_to(equivalence, std::slice::from_ref(planted), &circuit, 0.1);
            let one = &found.pathways[0];
            one.polarity && one.sign && one.kernel > 0.999
        };
        assert!(right(&on, Equivalence::Exact));
        assert!(!right(&mirrored, Equivalence::Exact));
        assert!(!right(&mirrored, Equivalence::Flips));
        let tonic = Planted {
            never_rectified: true,
            ..mirrored
        };
        assert!(!right(&tonic, Equivalence::Exact));
        assert!(right(&tonic, Equivalence::Flips));
        assert!(right(&on, Equivalence::Flips));
    }

    #[test]
    fn a_circuit_recovers_itself_and_a_flipped_sign_is_seen() {
        let truth = [
            planted("on", Polarity::On, Sign::Inhibitory, [0.3, 0.6, 0.2, 0.0]),
            planted(
                "off",
                Polarity::Off,
                Sign::Excitatory,
                [0.0, 0.5, -1.0, 0.0],
            ),
        ];
        let all = compare(&truth, &circuit(), 0.1);
        assert!(
            all.pathways
                .iter()
                .all(|one| one.polarity && one.sign && one.kernel > 0.999)
        );
        let mut wrong = circuit();
        wrong.pathways[1].sign = Sign::Excitatory;
        let found = compare(&truth, &wrong, 0.1);
        assert_eq!(found.pathways.iter().filter(|one| one.sign).count(), 1);
        wrong.pathways.truncate(1);
        let missing = compare(&truth, &wrong, 0.1);
        assert_eq!(
            missing
                .pathways
                .iter()
                .filter(|one| one.found.is_some())
                .count(),
            1
        );
        assert_eq!(compare(&truth, &circuit(), 0.5).planted, 0);
    }

    /// Of an ON and an OFF inhibition only the ON one is found: it is not taken for the OFF one, although
    /// that has the larger share.
    #[test]
    fn a_found_pathway_goes_to_the_planted_one_that_it_is() {
        let course = [0.3, 0.6, 0.2, 0.0];
        let on = planted("on", Polarity::On, Sign::Inhibitory, course);
        let mirrored = course.map(|value| -value);
        let mut off = planted("off", Polarity::Off, Sign::Inhibitory, mirrored);
        off.share = 0.5;
        let mut circuit = circuit();
        circuit.pathways.remove(0);
        let found = compare(&[on, off], &circuit, 0.1);
        let [off, on] = [0, 1].map(|index| &found.pathways[index]);
        assert!(on.polarity && on.sign && on.kernel > 0.999);
        assert_eq!((off.found, off.kernel), (None, 0.0));
    }

    /// Every way to give each of three rows one of four columns, or none.
    fn brute_force(rows: &[Vec<f64>]) -> f64 {
        let ways = 0..5usize.pow(3);
        let sum = |way: usize| {
            let columns: Vec<usize> = (0..3).map(|row| way / 5usize.pow(row) % 5).collect();
            let taken = |column: usize| columns.iter().filter(|&&other| other == column).count();
            let is_one_to_one = columns
                .iter()
                .all(|&column| column == 4 || taken(column) == 1);
            let value = |(row, &column): (usize, &usize)| {
                if column == 4 { 0.0 } else { rows[row][column] }
            };
            let sum: f64 = columns.iter().enumerate().map(value).sum();
            if is_one_to_one {
                sum
            } else {
                f64::NEG_INFINITY
            }
        };
        ways.map(sum).fold(f64::NEG_INFINITY, f64::max)
    }

    #[test]
    fn the_assignment_is_the_best_of_all() {
        for case in 0..50usize {
            let value =
                |index: usize| ((case * 97 + index * 7919 + 13) % 1009) as f64 / 504.5 - 1.0;
            let rows: Vec<Vec<f64>> = (0..3)
                .map(|row| (0..4).map(|column| value(row * 4 + column)).collect())
                .collect();
            let (sum, columns) = assigned(&rows, &mut [false; 4].to_vec());
            assert!((sum - brute_force(&rows)).abs() < 1e-12, "{rows:?}");
            let told = columns.iter().zip(&rows);
            let told: f64 = told.filter_map(|(column, row)| Some(row[(*column)?])).sum();
            assert!((sum - told).abs() < 1e-12);
        }
    }
}
