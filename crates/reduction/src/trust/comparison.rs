//! Whether a metric stays what it was, with its error.

use ganglion_experiment::{CellOutcome, Presence};
use ganglion_numerics::Z95;
use serde::{Deserialize, Serialize};

/// What a comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Agreement {
    /// The difference is smaller than what is allowed, error included.
    Same,
    /// It is larger, error excluded; or the phenomenon is gone.
    Different,
    /// The error leaves open which.
    Undetermined,
}

impl Agreement {
    /// A word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Undetermined => "undetermined",
        }
    }
}

/// A phenomenon's metric in some rates beside the same metric in others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The difference, in the metric's unit.
    pub difference: Option<f64>,
    /// Its standard error, by the jackknife over what was varied, pair by pair.
    pub error: Option<f64>,
    /// The largest difference that is allowed.
    pub allowed: Option<f64>,
    /// What follows.
    pub agreement: Agreement,
}

impl Comparison {
    /// Compares an outcome with one that it should be like; `tolerance` is the largest difference
    /// allowed, relative to the latter.
    ///
    /// The same where the 95 % interval of the difference lies within what is allowed (two one-sided
    /// tests, Schuirmann 1987), different where it lies outside. Where the phenomenon is present in the
    /// one and absent in the other, they are different whatever the metric says.
    pub fn new(found: &CellOutcome, reference: &CellOutcome, tolerance: f64) -> Self {
        let difference = found.headline.less(&reference.headline);
        let (value, error) = (difference.value, difference.error());
        let allowed = tolerance * reference.headline.value.abs();
        let finite = |value: f64| Some(value).filter(|value| value.is_finite());
        Self {
            difference: finite(value),
            error: finite(error),
            allowed: finite(allowed),
            agreement: match is_gone(found) && reference.present {
                true => Agreement::Different,
                false => agreement(value.abs(), error, allowed),
            },
        }
    }

    /// Whether the best estimate of the difference is larger than what is allowed, and surely not 0,
    /// although the error leaves open whether it is surely larger.
    pub fn is_probably_different(&self) -> bool {
        match (self.difference, self.error, self.allowed) {
            (Some(difference), Some(error), Some(allowed)) => {
                difference.abs() > allowed && difference.abs() > Z95 * error
            }
            _ => false,
        }
    }
}

/// Whether a phenomenon is absent, or there is no response to find it in.
pub(crate) fn is_gone(outcome: &CellOutcome) -> bool {
    !outcome.measurable || outcome.presence == Presence::Absent
}

fn agreement(size: f64, error: f64, allowed: f64) -> Agreement {
    if size + Z95 * error <= allowed {
        Agreement::Same
    } else if size - Z95 * error > allowed {
        Agreement::Different
    } else {
        Agreement::Undetermined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_judged_with_its_error() {
        assert_eq!(agreement(0.1, 0.02, 0.15), Agreement::Same);
        assert_eq!(agreement(0.1, 0.05, 0.15), Agreement::Undetermined);
        assert_eq!(agreement(0.3, 0.05, 0.15), Agreement::Different);
        assert_eq!(agreement(0.3, f64::NAN, 0.15), Agreement::Undetermined);
    }
}
