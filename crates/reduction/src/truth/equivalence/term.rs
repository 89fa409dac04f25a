//! A pathway as a function of the stimulus.

use ganglion_attribution::{Polarity, Sign};

use crate::circuit::{Circuit, Pathway};
use crate::truth::matching::{Planted, Side};

/// What a pathway adds to the drive of its cell:
///
/// ```text
/// weight * sum_x g[x] max(m[x] - threshold, 0),    m = kernel * s
/// ```
///
/// with the mean over thresholds `threshold - spread ..= threshold + spread` where they are spread.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Names of the pathways that it is made of.
    pub name: String,
    /// ON or OFF.
    pub polarity: Polarity,
    /// Time course, the oldest frame first, with the sign of the polarity.
    pub course: Vec<f64>,
    /// Kernel in time and space, `[value]`, with the same sign.
    pub kernel: Vec<f64>,
    /// Where the pathway is pooled, in numbers that are equal where that is one place: the pool, and whatever of
    /// the kernel is not in `kernel`.
    pub pool: Vec<f64>,
    /// Below 0 for inhibition.
    pub weight: f64,
    /// What `m` must exceed.
    pub threshold: f64,
    /// Half-width of the range of thresholds.
    pub spread: f64,
    /// Whether `m` exceeds the thresholds all the time under the stimuli: the pathway is then linear.
    pub never_rectified: bool,
    /// Its part in the response to the stimuli.
    pub share: f64,
    /// Whether the mirror image of its kernel would do as well beside another linear pathway.
    pub polarity_is_free: bool,
}

impl Term {
    /// A planted pathway; none where its synapse is no rectifier.
    pub fn of_planted(planted: &Planted) -> Option<Self> {
        let function = planted.function.as_ref()?;
        Some(Self {
            name: planted.name.clone(),
            polarity: planted.polarity,
            course: planted.course.clone(),
            kernel: planted.course.clone(),
            pool: function.pool.clone(),
            weight: signed(function.weight, planted.sign),
            threshold: function.threshold,
            spread: 0.0,
            never_rectified: planted.never_rectified,
            share: planted.share,
            polarity_is_free: planted.polarity_is_free,
        })
    }

    /// The pathways of a circuit, with whether each is never rectified; one of which nothing is said
    /// counts as rectified.
    pub fn of_circuit(circuit: &Circuit, never_rectified: &[bool]) -> Vec<Self> {
        let pathways = circuit.pathways.iter().enumerate();
        let term = |(place, pathway): (usize, &Pathway)| Self {
            name: pathway.polarity_name().to_owned(),
            polarity: pathway.polarity,
            course: pathway.kernel.time_course(),
            kernel: pathway.kernel.values().into_iter().map(f64::from).collect(),
            pool: vec![
                pathway.pool.centre.x.0,
                pathway.pool.centre.y.0,
                pathway.pool.sd.0,
            ],
            weight: pathway.signed_weight(),
            threshold: pathway.threshold,
            spread: pathway.threshold_spread,
            never_rectified: never_rectified.get(place).copied().unwrap_or(false),
            share: pathway.share,
            polarity_is_free: false,
        };
        pathways.map(term).collect()
    }

    /// It as a planted pathway.
    pub fn planted(self) -> Planted {
        Planted {
            sign: self.sign(),
            name: self.name,
            polarity: self.polarity,
            share: self.share,
            course: self.course,
            never_rectified: self.never_rectified,
            polarity_is_free: self.polarity_is_free,
            function: None,
        }
    }

    /// It as a pathway that was found.
    pub fn side(&self) -> Side {
        Side {
            polarity: self.polarity,
            sign: self.sign(),
            course: self.course.clone(),
        }
    }

    /// Excitatory or inhibitory.
    pub fn sign(&self) -> Sign {
        Sign::of(self.weight)
    }
}

fn signed(weight: f64, sign: Sign) -> f64 {
    match sign {
        Sign::Excitatory => weight,
        Sign::Inhibitory => -weight,
        Sign::None => 0.0,
    }
}
