//! How a circuit is identified.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::probe::Probe;
use crate::error::Error;

/// How a circuit is identified.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IdentifyConfig {
    /// What is shown to the network.
    pub probe: Probe,
    /// Functions that a temporal kernel is made of.
    pub functions: usize,
    /// Pathways at most.
    pub most_pathways: usize,
    /// Share of the variance of the rate that a pathway costs in `reduce`. `identify` chooses by probability.
    pub least_gain: f64,
    /// Not used any more by `identify`; `reduce` has a `tonic_gain` of its own.
    pub tonic_gain: f64,
    /// Share of the departures from rest that a pathway must have to count.
    pub least_share: f64,
}

impl Default for IdentifyConfig {
    fn default() -> Self {
        Self {
            probe: Probe::default(),
            functions: 12,
            most_pathways: 4,
            least_gain: 0.0032,
            tonic_gain: 0.0015,
            least_share: 0.04,
        }
    }
}

impl IdentifyConfig {
    /// Kernels need two functions to have a course, circuits a pathway.
    pub(crate) fn check(&self) -> Result<(), Error> {
        for (key, value) in [
            ("identify.least_gain", self.least_gain),
            ("identify.tonic_gain", self.tonic_gain),
            ("identify.least_share", self.least_share),
        ] {
            if !(0.0..1.0).contains(&value) {
                return Err(Error::OutOfRange {
                    key,
                    value,
                    allowed: "from 0 to below 1",
                });
            }
        }
        for (key, value, least) in [
            ("identify.functions", self.functions, 2),
            ("identify.most_pathways", self.most_pathways, 1),
        ] {
            if value < least {
                return Err(Error::OutOfRange {
                    key,
                    value: value as f64,
                    allowed: "at least 1 pathway of 2 functions",
                });
            }
        }
        Ok(())
    }
}
