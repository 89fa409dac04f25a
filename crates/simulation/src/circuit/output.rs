//! From drive to firing rate.

use serde::{Deserialize, Serialize};

use super::problem::{Problem, finite, positive};

/// Softplus output nonlinearity of a ganglion cell, in Hz:
///
/// ```text
/// rate(u) = gain_hz * softness * ln(1 + exp((u - threshold) / softness))
/// ```
///
/// Far above the threshold the rate grows by `gain_hz` for every unit of drive, the response to a
/// full-contrast step. Shape as in Chichilnisky 2001, Fig. 5 (recalled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Rate gained by a unit of drive above the threshold.
    pub gain_hz: f64,
    /// Drive at the knee.
    pub threshold: f64,
    /// Width of the knee in units of drive.
    pub softness: f64,
}

impl Output {
    /// Firing rate in Hz at a drive.
    pub fn rate(&self, drive: f64) -> f64 {
        let scaled = (drive - self.threshold) / self.softness;
        self.gain_hz * self.softness * (scaled.max(0.0) + (-scaled.abs()).exp().ln_1p())
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("gain_hz", self.gain_hz)?;
        finite("threshold", self.threshold)?;
        positive("softness", self.softness)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: Output = Output {
        gain_hz: 80.0,
        threshold: 0.2,
        softness: 0.05,
    };

    #[test]
    fn at_the_threshold_the_rate_is_ln_2_of_the_knee() {
        let expected = 80.0 * 0.05 * 2f64.ln();
        assert!((OUTPUT.rate(0.2) - expected).abs() < 1e-12);
    }

    #[test]
    fn far_above_the_threshold_it_is_linear_and_far_below_silent() {
        assert!((OUTPUT.rate(100.2) - 8000.0).abs() < 1e-9);
        assert_eq!(OUTPUT.rate(-1e6), 0.0);
    }
}
