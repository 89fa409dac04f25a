//! A metric with its error, and what that says about a phenomenon.

use ganglion_numerics::{Z95, jackknife_error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number and its standard error by the jackknife over what was varied.
///
/// ```text
/// error^2 = (n - 1) / n * sum over i of (x_i - mean of x)^2
/// ```
///
/// with `x_i` the number measured without the `i`th value of the sweep (period, contrast, direction,
/// reversal); values that do not count leave it as it is (Efron & Tibshirani 1993, equation 11.5). A
/// network answers without noise: this error says how much the number hangs on single stimuli, not
/// what another recording would change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The number; NaN where it was not measured.
    pub value: f64,
    /// The number without each value of the sweep, in the order of the sweep.
    pub replicates: Vec<f64>,
}

impl Estimate {
    /// A number that is computed from those of some points that are there: `of` is told which to
    /// leave out, if any.
    pub fn jackknife(points: usize, of: impl Fn(Option<usize>) -> f64) -> Self {
        Self {
            value: of(None),
            replicates: (0..points).map(|left_out| of(Some(left_out))).collect(),
        }
    }

    /// Standard error; NaN where the number, or it without some value, could not be measured.
    pub fn error(&self) -> f64 {
        jackknife_error(&self.replicates)
    }

    /// How much larger this is than the same number of other answers to the same stimuli. What both
    /// share, such as an odd stimulus, leaves the error of the difference.
    pub fn less(&self, other: &Self) -> Self {
        let pairs = self.replicates.iter().zip(&other.replicates);
        Self {
            value: self.value - other.value,
            replicates: pairs.map(|(a, b)| a - b).collect(),
        }
    }
}

/// The standard error alone.
pub(crate) fn serialize_error<S: Serializer>(
    estimate: &Estimate,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let error = estimate.error();
    error.is_finite().then_some(error).serialize(serializer)
}

/// Of an estimate that was written so, the error alone is known: two replicates that give it.
pub(crate) fn deserialize_error<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Estimate, D::Error> {
    let error: Option<f64> = Option::deserialize(deserializer)?;
    Ok(Estimate {
        value: f64::NAN,
        replicates: error.map_or_else(Vec::new, |error| vec![-error, error]),
    })
}

/// Whether a phenomenon is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// It is not.
    Absent,
    /// The numbers agree with either.
    Undetermined,
    /// It is.
    Present,
}

impl Presence {
    /// What a number with its error says: present if its 95 % interval reaches the range that is
    /// asked for and leaves out the value that it has without the phenomenon; absent if the interval
    /// does not reach the range; undetermined if it holds both.
    pub fn judge(value: f64, error: f64, [least, most]: [f64; 2], without: f64) -> Self {
        let [low, high] = [value - Z95 * error, value + Z95 * error];
        if low.is_nan() || high.is_nan() {
            return Self::Undetermined;
        }
        let reaches = high >= least && low <= most;
        let excludes = without < low || without > high;
        match (reaches, excludes) {
            (false, _) => Self::Absent,
            (true, false) => Self::Undetermined,
            (true, true) => Self::Present,
        }
    }

    /// Several conditions, all of which are needed.
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        conditions.into_iter().min().unwrap_or(Self::Undetermined)
    }

    /// Whether a plain yes or no says so.
    pub fn of(present: bool) -> Self {
        if present { Self::Present } else { Self::Absent }
    }

    /// A word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Undetermined => "undetermined",
            Self::Present => "present",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The jackknife of a mean is the textbook's standard error of the mean.
    #[test]
    fn the_error_of_a_mean_is_the_textbook_s() {
        let values = [3.0, 5.0, 10.0, 2.0];
        let mean = |left_out: Option<usize>| {
            let kept: Vec<f64> = (0..4)
                .filter(|one| Some(*one) != left_out)
                .map(|one| values[one])
                .collect();
            kept.iter().sum::<f64>() / kept.len() as f64
        };
        let estimate = Estimate::jackknife(4, mean);
        let variance = values.iter().map(|v| (v - 5.0f64).powi(2)).sum::<f64>() / 3.0;
        assert!((estimate.error() - (variance / 4.0).sqrt()).abs() < 1e-12);
        assert_eq!(estimate.value, 5.0);
        // The same answers differ by nothing, surely.
        let difference = estimate.less(&estimate);
        assert_eq!((difference.value, difference.error()), (0.0, 0.0));
        assert!(Estimate::jackknife(1, |_| 1.0).error().is_nan());
    }

    #[test]
    fn an_interval_that_just_misses_an_edge_is_not_absent() {
        let slope = |value, error| Presence::judge(value, error, [0.7, 1.3], 0.0);
        assert_eq!(slope(0.665, 0.14), Presence::Present);
        assert_eq!(slope(0.665, 0.01), Presence::Absent);
        assert_eq!(slope(0.5, 0.4), Presence::Undetermined);
        assert_eq!(slope(0.02, 0.1), Presence::Absent);
        assert_eq!(slope(1.0, f64::NAN), Presence::Undetermined);
        let two = [Presence::Present, Presence::Undetermined];
        assert_eq!(Presence::all(two), Presence::Undetermined);
    }
}
