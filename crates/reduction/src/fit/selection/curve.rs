//! Fidelity against the number of terms.

use serde::{Deserialize, Serialize};

/// A choice of terms and how well their sum follows the whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SelectionStep {
    /// The terms kept, in rising order.
    pub members: Vec<usize>,
    /// Correlation of their sum with the full response.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub correlation: f64,
    /// Unexplained variance of a fitted circuit: mean squared error over variance of the full response; absent
    /// where nothing was fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unexplained: Option<f64>,
    /// What it leaves unexplained and the price of its terms, in shares of the variance: what steps are
    /// chosen by; absent where nothing was to be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// The phenomenon's headline metric of their sum; absent where it was not measured.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::number::if_there"
    )]
    pub metric: Option<f64>,
    /// Whether the phenomenon is present in their sum; absent where it was not measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub present: Option<bool>,
}

/// One choice for every number of terms, from one term to all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SelectionCurve {
    /// Step `i` keeps `i + 1` terms.
    pub steps: Vec<SelectionStep>,
}

impl SelectionStep {
    /// A choice that the phenomenon was not measured on.
    pub fn new(mut members: Vec<usize>, correlation: f64) -> Self {
        members.sort_unstable();
        Self {
            members,
            correlation,
            unexplained: None,
            cost: None,
            metric: None,
            present: None,
        }
    }
}

impl SelectionCurve {
    /// The fewest terms whose correlation reaches `least`.
    pub fn fewest(&self, least: f64) -> Option<&SelectionStep> {
        self.steps.iter().find(|step| step.correlation >= least)
    }
}
