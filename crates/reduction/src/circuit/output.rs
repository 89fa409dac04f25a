//! From drive to rate.

use ganglion_numerics::softplus;
use serde::{Deserialize, Serialize};

/// Softplus output nonlinearity: `softness * log(1 + exp((drive - threshold) / softness))`, all
/// in Hz.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Drive at the knee.
    pub threshold_hz: f64,
    /// Width of the knee.
    pub softness_hz: f64,
}

impl Output {
    /// Firing rate in Hz at a drive in Hz.
    pub fn rate(&self, drive: f64) -> f64 {
        self.softness_hz * softplus((drive - self.threshold_hz) / self.softness_hz)
    }
}
