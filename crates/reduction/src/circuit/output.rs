//! From drive to rate.
//!
//! A circuit is fitted where excitation and inhibition are both there. Where they nearly cancel, what is left when one of
//! them is taken away may be any rate: it was never seen. Rates far above all that a circuit was fitted to are not
//! predicted.

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
    /// Highest rate that is predicted; absent where there is no limit, as in circuits of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub highest_hz: Option<f64>,
}

/// Highest rate that is predicted, in highest rates that were fitted.
const HIGHEST: f64 = 2.0;

impl Output {
    /// The same that predicts no rates far above some that it was fitted to.
    #[must_use]
    pub fn limited_by(self, rates: &[f64]) -> Self {
        let highest = rates.iter().copied().fold(0.0, f64::max);
        Self {
            highest_hz: (highest > 0.0 && highest.is_finite()).then_some(HIGHEST * highest),
            ..self
        }
    }

    /// Firing rate in Hz at a drive in Hz.
    pub fn rate(&self, drive: f64) -> f64 {
        self.limited(self.softness_hz * softplus((drive - self.threshold_hz) / self.softness_hz))
    }

    /// A rate, or the highest that is predicted.
    pub fn limited(&self, rate: f64) -> f64 {
        self.highest_hz.map_or(rate, |highest| rate.min(highest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_far_above_those_that_were_fitted_are_not_predicted() {
        let output = Output {
            threshold_hz: 0.0,
            softness_hz: 1.0,
            highest_hz: None,
        };
        let limited = output.limited_by(&[3.0, 30.0, 8.0]);
        assert_eq!(limited.highest_hz, Some(60.0));
        assert_eq!(limited.rate(40.0), output.rate(40.0));
        assert_eq!(limited.rate(1e9), 60.0);
        assert_eq!(output.limited_by(&[0.0]), output);
    }
}
