//! From parameters to rates and their derivatives.

use rayon::prelude::*;

use super::parameters::{OF_A_PATHWAY, Parameters, PathwayParameters};
use crate::circuit::Rectifier;

/// Drives `[sample, position]` of one candidate pathway, in any unit.
#[derive(Clone, Debug)]
pub struct Drive {
    /// `[sample, position]`
    pub values: Vec<f32>,
    /// Positions.
    pub positions: usize,
}

/// Rates to be explained, `[sample]` in Hz, and which samples count.
#[derive(Clone, Debug)]
pub struct Samples {
    /// Rate of every sample.
    pub rates: Vec<f64>,
    /// Indices of the samples that the fit sees.
    pub fitted: Vec<usize>,
    /// How much each sample's residual counts, `[sample]`.
    pub weights: Vec<f64>,
}

/// Samples that one thread takes at once.
const CHUNK: usize = 512;

/// A Gaussian pool and its derivatives, `[position]`.
struct Pool {
    weights: Vec<f64>,
    by_centre: Vec<f64>,
    by_log_spread: Vec<f64>,
}

impl Pool {
    fn new(parameters: &PathwayParameters, positions: usize) -> Self {
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
fn pooled(drive: &[f32], pool: &Pool, rectifier: Rectifier) -> [f64; OF_A_PATHWAY] {
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

/// Summed weighted drive of each pathway, `[pathway][sample]`, for all samples.
pub(super) fn weighted_drives(parameters: &Parameters, drives: &[&Drive]) -> Vec<Vec<f64>> {
    let one = |(parameters, drive): (&PathwayParameters, &&Drive)| -> Vec<f64> {
        let pool = Pool::new(parameters, drive.positions);
        let samples = drive.values.chunks(drive.positions);
        samples
            .map(|sample| parameters.weight * pooled(sample, &pool, parameters.rectifier())[0])
            .collect()
    };
    parameters.pathways.iter().zip(drives).map(one).collect()
}

/// Pooled rectified drive of one pathway without its weight, `[sample]`, for all samples.
pub(super) fn released(parameters: &PathwayParameters, drive: &Drive) -> Vec<f64> {
    let pool = Pool::new(parameters, drive.positions);
    let samples = drive.values.chunks(drive.positions);
    samples
        .map(|sample| pooled(sample, &pool, parameters.rectifier())[0])
        .collect()
}

/// Departure of each pathway's weighted drive from its value at grey, `[pathway][sample]`.
pub(super) fn departures(parameters: &Parameters, drives: &[&Drive]) -> Vec<Vec<f64>> {
    let mut weighted = weighted_drives(parameters, drives);
    for (pathway, values) in parameters.pathways.iter().zip(&mut weighted) {
        let resting = pathway.weight * pathway.rectifier().released(0.0);
        values.iter_mut().for_each(|value| *value -= resting);
    }
    weighted
}

/// Rates of all samples.
pub(super) fn rates(parameters: &Parameters, drives: &[&Drive], samples: usize) -> Vec<f64> {
    let weighted = weighted_drives(parameters, drives);
    let gain = parameters.log_gain.exp();
    (0..samples)
        .map(|sample| {
            let drive: f64 = weighted.iter().map(|pathway| pathway[sample]).sum();
            gain * softplus(parameters.bias + drive)
        })
        .collect()
}

/// Weighted residuals `rate - target` over the fitted samples, and their Jacobian `[sample, parameter]`.
pub(super) fn residuals(
    parameters: &Parameters,
    drives: &[&Drive],
    samples: &Samples,
) -> (Vec<f64>, Vec<f64>) {
    let pools: Vec<Pool> = (parameters.pathways.iter().zip(drives))
        .map(|(parameters, drive)| Pool::new(parameters, drive.positions))
        .collect();
    let width = OF_A_PATHWAY * pools.len() + 2;
    let fitted = &samples.fitted;
    let mut residuals = vec![0.0; fitted.len()];
    let mut jacobian = vec![0.0; fitted.len() * width];
    let parts = (fitted.par_chunks(CHUNK))
        .zip(residuals.par_chunks_mut(CHUNK))
        .zip(jacobian.par_chunks_mut(CHUNK * width));
    parts.for_each(|((fitted, residuals), jacobian)| {
        let places = residuals.iter_mut().zip(jacobian.chunks_mut(width));
        for (&sample, (residual, row)) in fitted.iter().zip(places) {
            *residual = residual_of((parameters, &pools), drives, (samples, sample), row);
        }
    });
    (residuals, jacobian)
}

/// Weighted residual of one sample, and its derivatives into a row of the Jacobian.
fn residual_of(
    (parameters, pools): (&Parameters, &[Pool]),
    drives: &[&Drive],
    (samples, sample): (&Samples, usize),
    row: &mut [f64],
) -> f64 {
    let gain = parameters.log_gain.exp();
    let width = row.len();
    let mut total = parameters.bias;
    for (index, (pathway, drive)) in parameters.pathways.iter().zip(drives).enumerate() {
        let values = &drive.values[sample * drive.positions..][..drive.positions];
        let sums = pooled(values, &pools[index], pathway.rectifier());
        let row = &mut row[OF_A_PATHWAY * index..][..OF_A_PATHWAY];
        total += pathway.weight * sums[0];
        row[0] = sums[0];
        for part in 1..OF_A_PATHWAY {
            row[part] = pathway.weight * sums[part];
        }
        if drive.positions == 1 {
            row[2] = 0.0;
            row[3] = 0.0;
        }
    }
    let weight = samples.weights[sample];
    let (soft, slope) = (softplus(total), weight * gain * logistic(total));
    row.iter_mut().for_each(|value| *value *= slope);
    row[width - 2] = slope;
    row[width - 1] = weight * gain * soft;
    weight * (gain * soft - samples.rates[sample])
}

/// log(1 + exp u)
pub(crate) fn softplus(u: f64) -> f64 {
    u.max(0.0) + (-u.abs()).exp().ln_1p()
}

/// 1 / (1 + exp(-u))
pub(crate) fn logistic(u: f64) -> f64 {
    1.0 / (1.0 + (-u).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::parameters::Limits;

    /// Central differences agree with the Jacobian away from the ends of the thresholds' range.
    #[test]
    fn the_jacobian_is_the_derivative_of_the_rates() {
        let value = |index: usize| ((index * 7919 % 1009) as f32 / 504.5 - 1.0) * 2.0;
        let drive = Drive {
            values: (0..60 * 9).map(value).collect(),
            positions: 9,
        };
        let samples = Samples {
            rates: (0..60)
                .map(|sample| f64::from(value(sample * 3)).abs())
                .collect(),
            fitted: (0..60).collect(),
            weights: (0..60)
                .map(|sample| 1.0 + f64::from(sample) / 60.0)
                .collect(),
        };
        let parameters = Parameters {
            pathways: vec![PathwayParameters {
                weight: 1.3,
                threshold: 0.2503,
                centre: 4.2,
                log_spread: 0.6,
                threshold_spread: 0.4,
            }],
            bias: -0.4,
            log_gain: 0.7,
        };
        let (_, jacobian) = residuals(&parameters, &[&drive], &samples);
        let limits = [Limits {
            least: 0.0,
            spread: [0.0, 1.0],
        }];
        for parameter in 0..7 {
            let mut step = vec![0.0; 7];
            // Far smaller than the distance of any drive from the threshold.
            step[parameter] = 1e-6;
            let ahead = residuals(&parameters.moved(&step, 9, &limits), &[&drive], &samples).0;
            step[parameter] = -1e-6;
            let behind = residuals(&parameters.moved(&step, 9, &limits), &[&drive], &samples).0;
            for sample in 0..60 {
                let expected = (ahead[sample] - behind[sample]) / 2e-6;
                let found = jacobian[sample * 7 + parameter];
                assert!((expected - found).abs() < 1e-5 * (1.0 + expected.abs()));
            }
        }
    }
}
