//! Thresholds that differ among the interneurons of a type.

use rand_distr::{Distribution as _, StandardNormal};
use serde::{Deserialize, Serialize};

use crate::circuit::{Problem, positive};
use crate::random::stream;

/// Every interneuron of a type has a threshold of its own: what is said of the type's threshold at a synapse,
/// plus `deviation` times a normal deviate that belongs to the interneuron and is the same at all its synapses.
/// A pool of such subunits is smoother at its threshold than each of them: if `m` is the same in the whole
/// pool, the mean over many is `deviation * (p(z) + z P(z))` for `z = (m - threshold) / deviation`, with `p` and
/// `P` the density and the distribution of a normal deviate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdSpread {
    /// Standard deviation of thresholds, in units of the potential.
    pub deviation: f64,
}

impl ThresholdSpread {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("deviation", self.deviation)
    }

    /// What is added to thresholds, pixel by pixel, for the type of a name in the retina of a seed.
    pub fn offsets(&self, seed: u64, name: &str, pixels: usize) -> Vec<f64> {
        let mut random = stream(seed, &format!("thresholds of {name}"));
        let offset = || -> f64 {
            let deviate: f64 = StandardNormal.sample(&mut random);
            self.deviation * deviate
        };
        std::iter::repeat_with(offset).take(pixels).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_is_a_smooth_rectifier() {
        let spread = ThresholdSpread { deviation: 0.3 };
        let offsets = spread.offsets(5, "type", 200_000);
        assert_eq!(offsets[..10], spread.offsets(5, "type", 10));
        assert_ne!(offsets[..10], spread.offsets(5, "other", 10));
        let mean = |above: f64| {
            let releases = offsets.iter().map(|offset| (above - offset).max(0.0));
            releases.sum::<f64>() / offsets.len() as f64
        };
        // 0.3 (p(z) + z P(z)) for z = -1, 0, 1 with P(1) = 0.841345 and p(1) = 0.241971; the error of a mean
        // of 200 000 is below 0.3 / 447.
        for (above, expected) in [(-0.3, 0.083_315), (0.0, 0.398_942), (0.3, 1.083_316)] {
            let found = mean(above);
            assert!((found - 0.3 * expected).abs() < 2.5e-3, "{above}: {found}");
        }
    }
}
