//! From parameters to pooled releases and their derivatives.

use super::parameters::{OF_A_PATHWAY, PathwayParameters};
use crate::circuit::Rectifier;

/// Drives `[sample, position]` of one candidate pathway, in any unit.
#[derive(Clone, Debug)]
pub struct Drive {
    /// `[sample, position]`
    pub values: Vec<f32>,
    /// Positions.
    pub positions: usize,
}

impl Drive {
    /// Root mean square of the drives that are not 0: grey before and after the stimulus says nothing.
    pub fn size(&self) -> f64 {
        let moved = self.values.iter().filter(|value| **value != 0.0);
        let (count, sum) = moved.fold((0usize, 0.0), |(count, sum), value| {
            (count + 1, sum + f64::from(*value).powi(2))
        });
        (sum / count.max(1) as f64).sqrt()
    }
}

/// A Gaussian pool and its derivatives, `[position]`.
pub(super) struct PoolDerivatives {
    weights: Vec<f64>,
    by_centre: Vec<f64>,
    by_log_spread: Vec<f64>,
}

impl PoolDerivatives {
    pub(super) fn new(parameters: &PathwayParameters, positions: usize) -> Self {
        let spread = parameters.log_spread.exp();
        let scaled: Vec<f64> = (0..positions)
            .map(|position| (position as f64 - parameters.centre) / spread)
            .collect();
        // The nearest position has height 1, so that a far centre does not underflow.
        let nearest = scaled.iter().map(|z| z * z).fold(f64::INFINITY, f64::min);
        let heights: Vec<f64> = scaled
            .iter()
            .map(|z| (-0.5 * (z * z - nearest)).exp())
            .collect();
        let sum: f64 = heights.iter().sum();
        let weights: Vec<f64> = heights.iter().map(|height| height / sum).collect();
        // d log(height) minus its mean over the pool, because the pool's sum stays 1.
        let by = |slope: &dyn Fn(f64) -> f64| -> Vec<f64> {
            let mean: f64 = weights
                .iter()
                .zip(&scaled)
                .map(|(w, &z)| w * slope(z))
                .sum();
            weights
                .iter()
                .zip(&scaled)
                .map(|(w, &z)| w * (slope(z) - mean))
                .collect()
        };
        Self {
            by_centre: by(&|z| z / spread),
            by_log_spread: by(&|z| z * z),
            weights,
        }
    }
}

/// Pooled rectified drive of one sample and its derivatives with respect to threshold, centre and
/// log spread of the pool, and spread of the thresholds.
pub(super) fn pooled(
    drive: &[f32],
    pool: &PoolDerivatives,
    rectifier: Rectifier,
) -> [f64; OF_A_PATHWAY] {
    let mut sums = [0.0; OF_A_PATHWAY];
    for (position, &value) in drive.iter().enumerate() {
        if let Some(release) = rectifier.release(f64::from(value)) {
            let weight = pool.weights[position];
            sums[0] += weight * release.value;
            sums[1] -= weight * release.by_drive;
            sums[2] += pool.by_centre[position] * release.value;
            sums[3] += pool.by_log_spread[position] * release.value;
            sums[4] += weight * release.by_spread;
        }
    }
    sums
}
