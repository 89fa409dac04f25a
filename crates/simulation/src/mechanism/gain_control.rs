//! Contrast gain control.

use ganglion_recording::Milliseconds;
use serde::{Deserialize, Serialize};

use super::low_pass::kept;
use crate::circuit::{Problem, positive};

/// A potential divided by its own recent size:
///
/// ```text
/// u[t] = m[t] / (1 + strength * a[t])
/// a[t] = k a[t - 1] + (1 - k) |m[t]|,    k = exp(-dt / time_constant)
/// ```
///
/// so that a stimulus of twice the contrast answers with less than twice the potential, and with a
/// kernel of lower gain. For a potential of constant size `c` the gain is `1 / (1 + strength * c)`.
/// Shapley & Victor, J Physiol 1978; Berry et al., Nature 1999; in bipolar cells Rieke, J Neurosci 2001
/// (all recalled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GainControl {
    /// By how much a unit of recent potential lowers the gain.
    pub strength: f64,
    /// Time over which the size of the potential is averaged.
    pub time_constant: Milliseconds,
}

impl GainControl {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("strength", self.strength)?;
        positive("time_constant", self.time_constant.0)
    }

    /// The step of a bin.
    pub(crate) fn step(&self, bin: Milliseconds) -> GainControlStep {
        GainControlStep {
            strength: self.strength as f32,
            kept: kept(self.time_constant, bin),
        }
    }
}

/// [`GainControl`] over one bin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GainControlStep {
    strength: f32,
    kept: f32,
}

impl GainControlStep {
    /// Divides potentials, given the recent size of each.
    pub(crate) fn apply(self, potentials: &mut [f32], sizes: &mut [f32]) {
        for (potential, size) in potentials.iter_mut().zip(sizes) {
            *size = self.kept * *size + (1.0 - self.kept) * potential.abs();
            *potential /= 1.0 + self.strength * *size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gain_falls_with_the_contrast() {
        let step = GainControl {
            strength: 4.0,
            time_constant: Milliseconds(200.0),
        }
        .step(Milliseconds(10.0));
        let settled = |contrast: f32| {
            let mut size = [0.0];
            let mut last = 0.0;
            for bin in 0..1000 {
                let mut potential = [if bin % 2 == 0 { contrast } else { -contrast }];
                step.apply(&mut potential, &mut size);
                last = potential[0].abs();
            }
            last / contrast
        };
        for contrast in [0.05, 0.2, 0.8] {
            // The size of a potential that changes sign but not size is the size itself.
            assert!((settled(contrast) - 1.0 / (1.0 + 4.0 * contrast)).abs() < 1e-5);
        }
    }
}
