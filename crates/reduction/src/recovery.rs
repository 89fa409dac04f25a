//! A reduced circuit against the circuit that was planted.

use ganglion_attribution::{Polarity, Sign};
use serde::Serialize;

use crate::circuit::Circuit;
use crate::correlation::correlation;

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
}

/// How far a circuit recovers the planted one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recovery {
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
/// Pathways are paired by kernel, sign and polarity together, the largest share first; each found
/// pathway is taken once. A planted pathway without partner is wrong in everything.
pub fn compare(planted: &[Planted], circuit: &Circuit, least: f64) -> Recovery {
    let mut matters: Vec<&Planted> = planted.iter().filter(|one| one.share >= least).collect();
    matters.sort_by(|a, b| b.share.total_cmp(&a.share));
    let mut free: Vec<usize> = (0..circuit.pathways.len()).collect();
    let pathways: Vec<Recovered> = matters
        .iter()
        .map(|planted| recovered(planted, circuit, &mut free))
        .collect();
    Recovery {
        planted: matters.len(),
        found: circuit.pathways.len(),
        pathways,
    }
}

fn recovered(planted: &Planted, circuit: &Circuit, free: &mut Vec<usize>) -> Recovered {
    let kernel = |index: usize| {
        let course = circuit.pathways[index].kernel.time_course();
        correlation(&course, &planted.course).unwrap_or(0.0)
    };
    let score = |index: usize| {
        let same_sign = circuit.pathways[index].sign == planted.sign;
        kernel(index) + if same_sign { 0.5 } else { 0.0 }
    };
    let best = free
        .iter()
        .copied()
        .max_by(|&a, &b| score(a).total_cmp(&score(b)));
    free.retain(|&index| Some(index) != best);
    Recovered {
        name: planted.name.clone(),
        share: planted.share,
        found: best,
        polarity: best.is_some_and(|one| circuit.pathways[one].polarity == planted.polarity),
        sign: best.is_some_and(|one| circuit.pathways[one].sign == planted.sign),
        kernel: best.map_or(0.0, kernel),
    }
}

/// Wilson's 95 % interval of a share of `successes` among `trials` (Wilson 1927, recalled).
pub fn interval(successes: usize, trials: usize) -> [f64; 2] {
    if trials == 0 {
        return [0.0, 1.0];
    }
    let (z, n) = (1.96f64, trials as f64);
    let p = successes as f64 / n;
    let centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    [(centre - half).max(0.0), (centre + half).min(1.0)]
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
        }
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

    #[test]
    fn intervals_are_wilson_s() {
        // 95 % interval of 8 in 10: 0.490 to 0.943.
        let [low, high] = interval(8, 10);
        assert!((low - 0.490).abs() < 1e-3 && (high - 0.943).abs() < 1e-3);
    }
}
