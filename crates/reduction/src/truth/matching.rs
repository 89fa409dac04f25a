//! Pathways of a circuit matched with those that were planted.

use ganglion_attribution::{Polarity, Sign};
use ganglion_numerics::{assignment, correlation};
use serde::Serialize;

use crate::circuit::Circuit;

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
    /// Whether the same pathway of the other polarity would do as well, because a linear pathway takes in the
    /// difference: see [`canonical`](crate::truth::equivalence::canonical).
    pub polarity_is_free: bool,
    /// What it does with its course; none where its synapse is no rectifier.
    pub function: Option<PlantedFunction>,
}

/// What a planted pathway does with its course besides its sign.
#[derive(Clone, Debug, PartialEq)]
pub struct PlantedFunction {
    /// At or above 0.
    pub weight: f64,
    /// What its potential must exceed.
    pub threshold: f64,
    /// Where it is pooled and what of light its interneurons see, in numbers that are equal where these are.
    pub pool: Vec<f64>,
}

/// A pathway that was found, as far as it is matched.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// What drives it.
    pub polarity: Polarity,
    /// What it does.
    pub sign: Sign,
    /// Its time course, with the sign of its polarity.
    pub course: Vec<f64>,
}

/// Which circuits count as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equivalence {
    /// Polarity and sign must be those that were planted.
    Exact,
    /// A pathway that is never rectified may have both of them the other way round.
    Flips,
    /// The same, and one whose polarity is free may have the other one.
    Class,
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
    let found: Vec<Side> = circuit.pathways.iter().map(Side::of).collect();
    match_sides(equivalence, planted, &found, least)
}

/// The same of pathways that are in no circuit.
pub fn match_sides(
    equivalence: Equivalence,
    planted: &[Planted],
    found: &[Side],
    least: f64,
) -> Matching {
    let mut matters: Vec<&Planted> = planted.iter().filter(|one| one.share >= least).collect();
    matters.sort_by(|a, b| b.share.total_cmp(&a.share));
    let matters: Vec<Vec<Planted>> = (matters.into_iter())
        .map(|one| equivalence.images(one))
        .collect();
    let pairs = matters.iter().zip(partners(&matters, found));
    Matching {
        planted: matters.len(),
        found: found.len(),
        pathways: pairs
            .map(|(images, place)| recovered(images, found, place))
            .collect(),
    }
}

/// The found pathway of each planted one, which is given with what does the same as it.
fn partners(planted: &[Vec<Planted>], found: &[Side]) -> Vec<Option<usize>> {
    let best = |images: &[Planted], found: &Side| {
        let alike = images.iter().map(|one| alike(one, found));
        alike.fold(f64::NEG_INFINITY, f64::max)
    };
    let alike: Vec<Vec<f64>> = (planted.iter())
        .map(|images| found.iter().map(|one| best(images, one)).collect())
        .collect();
    assignment(&alike)
}

/// How like a planted pathway a found one is; nothing at all is 0.
fn alike(planted: &Planted, found: &Side) -> f64 {
    let same_sign = found.sign == planted.sign;
    kernel(planted, found) + if same_sign { SAME_SIGN } else { 0.0 }
}

/// What the same sign is worth, in correlations of kernels.
const SAME_SIGN: f64 = 0.5;

fn kernel(planted: &Planted, found: &Side) -> f64 {
    correlation(&found.course, &planted.course).unwrap_or(0.0)
}

impl Side {
    fn of(pathway: &crate::circuit::Pathway) -> Self {
        Self {
            polarity: pathway.polarity,
            sign: pathway.sign,
            course: pathway.kernel.time_course(),
        }
    }
}

impl Equivalence {
    /// A planted pathway, and what does the same as it.
    fn images(self, planted: &Planted) -> Vec<Planted> {
        let mut images = vec![planted.clone()];
        if self != Self::Exact && planted.never_rectified {
            images.push(planted.flipped());
        }
        if self == Self::Class && planted.polarity_is_free {
            images.push(planted.mirrored());
        }
        images
    }
}

impl Planted {
    /// The same pathway with the other polarity and the other sign.
    fn flipped(&self) -> Self {
        Self {
            sign: match self.sign {
                Sign::Excitatory => Sign::Inhibitory,
                Sign::Inhibitory => Sign::Excitatory,
                Sign::None => Sign::None,
            },
            ..self.mirrored()
        }
    }

    /// The same pathway with the other polarity.
    fn mirrored(&self) -> Self {
        Self {
            polarity: match self.polarity {
                Polarity::On => Polarity::Off,
                Polarity::Off => Polarity::On,
            },
            course: self.course.iter().map(|value| -value).collect(),
            ..self.clone()
        }
    }
}

/// What became of a planted pathway, by that of its images which is most like what was found.
fn recovered(images: &[Planted], found: &[Side], place: Option<usize>) -> Recovered {
    let side = place.map(|place| &found[place]);
    let like = |one: &&Planted| side.map_or(0.0, |side| alike(one, side));
    // The first of equals, as it was planted.
    let best = images.iter().rev();
    let best = best.max_by(|a, b| like(a).total_cmp(&like(b)));
    let planted = best.expect("a pathway is an image of itself");
    Recovered {
        name: planted.name.clone(),
        share: planted.share,
        found: place,
        polarity: side.is_some_and(|side| side.polarity == planted.polarity),
        sign: side.is_some_and(|side| side.sign == planted.sign),
        kernel: side.map_or(0.0, |side| kernel(planted, side)),
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
            polarity_is_free: false,
            function: None,
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
}
