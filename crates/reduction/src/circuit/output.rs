//! From drive to rate.

use serde::{Deserialize, Serialize};

use crate::fit::softplus;

/// Softplus output nonlinearity, in Hz: `gain_hz * log(1 + exp(drive - threshold))`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Rate gained by a unit of drive above the threshold.
    pub gain_hz: f64,
    /// Drive at the knee.
    pub threshold: f64,
}

impl Output {
    /// Firing rate in Hz at a drive.
    pub fn rate(&self, drive: f64) -> f64 {
        self.gain_hz * softplus(drive - self.threshold)
    }
}
