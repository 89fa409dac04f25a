//! Least squares by Levenberg and Marquardt, from several starts.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::forward::{Drive, Samples, departures, rates, released, residuals};
use super::linear::solve_damped;
use super::parameters::{Limits, Parameters, PathwayParameters};

/// How long and how often a fit is tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitOptions {
    /// Steps of one fit at most.
    pub steps: usize,
    /// Starts around the best circuit, the first without any change.
    pub starts: usize,
    /// Seed of the starts.
    pub seed: u64,
}

/// A fitted circuit.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Index of each pathway's drive among the candidates.
    pub members: Vec<usize>,
    /// Its parameters.
    pub parameters: Parameters,
    /// Mean squared weighted residual over the fitted samples.
    pub error: f64,
}

/// Candidates for pathways and what they should explain.
pub struct Fitter<'a> {
    /// Candidates.
    pub drives: &'a [Drive],
    /// Where each candidate's pool begins, `[centre, log spread]` in positions.
    pub pools: &'a [[f64; 2]],
    /// What to explain.
    pub samples: &'a Samples,
    /// Whether thresholds may be negative: pathways that are active at rest.
    pub tonic: bool,
    /// Whether a pathway's thresholds may be spread.
    pub spread: bool,
}

/// Smallest relative improvement for which another step is made.
const IMPROVEMENT: f64 = 1e-6;

/// Half-width of the range of thresholds at which a new pathway starts, and its limits, in root mean
/// squares of its drive.
const SPREAD: f64 = 0.5;
const SPREADS: [f64; 2] = [0.02, 3.0];

/// Thresholds at which a new pathway starts, in root mean squares of its drive.
const THRESHOLDS: [f64; 4] = [-0.7, 0.1, 0.7, 1.5];

impl Fitter<'_> {
    /// The circuit without pathways: a constant rate.
    pub fn constant(&self) -> Fit {
        let fitted = &self.samples.fitted;
        let of = |&sample: &usize| self.samples.rates[sample];
        let mean = fitted.iter().map(of).sum::<f64>() / fitted.len().max(1) as f64;
        let largest = fitted.iter().map(of).fold(0.0, f64::max);
        // A knee a twentieth of the largest rate wide, and the rate at rest below it.
        let gain = (0.05 * largest).max(1e-6);
        let resting = self.samples.rates[*fitted.first().unwrap_or(&0)].max(1e-3 * gain);
        let parameters = Parameters {
            pathways: Vec::new(),
            bias: (resting / gain).exp_m1().max(1e-12).ln(),
            log_gain: gain.ln(),
        };
        let residual = |&s: &usize| self.samples.weights[s] * (self.samples.rates[s] - mean);
        let error = fitted.iter().map(|s| residual(s).powi(2)).sum::<f64>();
        Fit {
            members: Vec::new(),
            parameters,
            error: error / fitted.len().max(1) as f64,
        }
    }

    /// The best circuit of `fit` and one more candidate.
    pub fn with(&self, fit: &Fit, candidate: usize, steps: usize) -> Fit {
        let members = [&fit.members[..], &[candidate]].concat();
        let allowed = THRESHOLDS
            .into_iter()
            .filter(|&threshold| self.tonic || threshold >= 0.0);
        let starts = allowed.map(|threshold| self.extended(fit, candidate, threshold));
        let fits = starts.map(|start| self.descend(&members, start, steps));
        fits.min_by(|a, b| a.error.total_cmp(&b.error))
            .expect("there are starts")
    }

    /// The best circuit of `fit` without one of its pathways.
    pub fn without(&self, fit: &Fit, pathway: usize, steps: usize) -> Fit {
        let mut members = fit.members.clone();
        members.remove(pathway);
        self.descend(&members, fit.parameters.without(pathway), steps)
    }

    /// The best of several fits that start around a circuit.
    pub fn polish(&self, fit: &Fit, options: &FitOptions) -> Fit {
        let mut random = ChaCha8Rng::seed_from_u64(options.seed);
        let mut best = self.descend(&fit.members, fit.parameters.clone(), options.steps);
        for _ in 1..options.starts {
            let start = self.shaken(&best, &mut random);
            let other = self.descend(&best.members, start, options.steps);
            if other.error < best.error {
                best = other;
            }
        }
        best
    }

    /// Rates `[sample]` of a circuit, all samples included.
    pub fn rates(&self, fit: &Fit) -> Vec<f64> {
        rates(
            &fit.parameters,
            &self.of(&fit.members),
            self.samples.rates.len(),
        )
    }

    /// Departure of each pathway's weighted drive from rest, `[pathway][sample]`, all samples
    /// included.
    pub fn departures(&self, fit: &Fit) -> Vec<Vec<f64>> {
        departures(&fit.parameters, &self.of(&fit.members))
    }

    /// Mean size of the departure of each pathway's weighted drive from rest, as a share of their
    /// sum.
    pub fn shares(&self, fit: &Fit) -> Vec<f64> {
        let drives = self.departures(fit);
        let sizes: Vec<f64> = drives
            .iter()
            .map(|drive| drive.iter().map(|d| d.abs()).sum())
            .collect();
        let sum: f64 = sizes.iter().sum();
        sizes
            .iter()
            .map(|size| if sum > 0.0 { size / sum } else { 0.0 })
            .collect()
    }

    fn of(&self, members: &[usize]) -> Vec<&Drive> {
        members.iter().map(|&member| &self.drives[member]).collect()
    }

    fn limits(&self, member: usize) -> Limits {
        let size = size(&self.drives[member]);
        Limits {
            least: self.least_threshold(member),
            spread: match self.spread {
                true => SPREADS.map(|spread| spread * size),
                false => [0.0; 2],
            },
        }
    }

    /// Below the smallest drive a pathway is linear, and its threshold cannot be told.
    fn least_threshold(&self, member: usize) -> f64 {
        if !self.tonic {
            return 0.0;
        }
        let values = self.drives[member].values.iter();
        values.fold(0.0, |least: f64, &value| least.min(f64::from(value)))
    }

    /// A circuit with one more pathway, whose weight is what the residuals ask for.
    fn extended(&self, fit: &Fit, candidate: usize, threshold: f64) -> Parameters {
        let drive = &self.drives[candidate];
        let [centre, log_spread] = self.pools[candidate];
        let mut pathway = PathwayParameters {
            weight: 1.0,
            threshold: threshold * size(drive),
            centre,
            log_spread,
            threshold_spread: if self.spread {
                SPREAD * size(drive)
            } else {
                0.0
            },
        };
        let released = released(&pathway, drive);
        let explained = self.rates(fit);
        let gain = fit.parameters.log_gain.exp();
        let (mut shared, mut square) = (0.0, 0.0);
        for &sample in &self.samples.fitted {
            let left = (self.samples.rates[sample] - explained[sample]) / gain;
            shared += left * released[sample];
            square += released[sample].powi(2);
        }
        pathway.weight = if square > 0.0 { shared / square } else { 0.0 };
        let mut parameters = fit.parameters.clone();
        parameters.pathways.push(pathway);
        parameters
    }

    fn shaken(&self, fit: &Fit, random: &mut ChaCha8Rng) -> Parameters {
        let mut parameters = fit.parameters.clone();
        for (pathway, &member) in parameters.pathways.iter_mut().zip(&fit.members) {
            let drive = &self.drives[member];
            pathway.weight *= random.random_range(0.5..1.5);
            let least = if self.tonic { -1.5 } else { 0.0 };
            pathway.threshold = size(drive) * random.random_range(least..2.0);
            pathway.centre += random.random_range(-0.5..0.5) * pathway.log_spread.exp();
            pathway.log_spread += random.random_range(-0.4..0.4);
            if self.spread {
                pathway.threshold_spread *= random.random_range(0.5..2.0);
            }
        }
        let change = random.random_range(-1.0..1.0);
        parameters.log_gain += change;
        let smaller = f64::exp(-change);
        parameters.bias *= smaller;
        parameters
            .pathways
            .iter_mut()
            .for_each(|pathway| pathway.weight *= smaller);
        parameters
    }

    /// Levenberg and Marquardt's method.
    fn descend(&self, members: &[usize], start: Parameters, steps: usize) -> Fit {
        let drives = self.of(members);
        let positions = drives.first().map_or(1, |drive| drive.positions);
        let limits: Vec<Limits> = members.iter().map(|&member| self.limits(member)).collect();
        let mut parameters = start;
        let (mut left, mut jacobian) = residuals(&parameters, &drives, self.samples);
        let mut error = squares(&left);
        let mut damping = 1e-2;
        for _ in 0..steps {
            let (matrix, gradient) = normal_equations(&left, &jacobian);
            let Some(step) = solve_damped(&matrix, &gradient, damping) else {
                damping *= 10.0;
                continue;
            };
            let tried = parameters.moved(&step, positions, &limits);
            let (tried_left, tried_jacobian) = residuals(&tried, &drives, self.samples);
            let tried_error = squares(&tried_left);
            if tried_error.is_nan() || tried_error >= error {
                damping *= 4.0;
                if damping > 1e9 {
                    break;
                }
                continue;
            }
            let gained = (error - tried_error) / error;
            (parameters, left, jacobian) = (tried, tried_left, tried_jacobian);
            error = tried_error;
            damping = (damping / 5.0).max(1e-9);
            if gained < IMPROVEMENT {
                break;
            }
        }
        Fit {
            members: members.to_vec(),
            parameters,
            error: error / self.samples.fitted.len().max(1) as f64,
        }
    }
}

/// Root mean square of the drives that are not 0: grey before and after the stimulus says nothing.
fn size(drive: &Drive) -> f64 {
    let moved = drive.values.iter().filter(|value| **value != 0.0);
    let (count, sum) = moved.fold((0usize, 0.0), |(count, sum), value| {
        (count + 1, sum + f64::from(*value).powi(2))
    });
    (sum / count.max(1) as f64).sqrt()
}

fn squares(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum()
}

/// `J'J` and `-J'r`.
fn normal_equations(residuals: &[f64], jacobian: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let width = jacobian.len() / residuals.len().max(1);
    let mut matrix = vec![0.0; width * width];
    let mut gradient = vec![0.0; width];
    for (residual, row) in residuals.iter().zip(jacobian.chunks(width)) {
        for (a, &value) in row.iter().enumerate() {
            if value == 0.0 {
                continue;
            }
            gradient[a] -= value * residual;
            for (sum, other) in matrix[a * width..][..=a].iter_mut().zip(row) {
                *sum += value * other;
            }
        }
    }
    for a in 0..width {
        for b in 0..a {
            matrix[b * width + a] = matrix[a * width + b];
        }
    }
    (matrix, gradient)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::forward;

    fn noise(index: usize) -> f32 {
        let hash = (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((hash ^ (hash >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f32
            / (1u64 << 23) as f32
            - 1.0
    }

    /// Smooth drives over nine positions, and the rates of a planted circuit.
    fn planted(count: usize, spread: f64) -> (Vec<Drive>, Samples, Parameters) {
        let drives: Vec<Drive> = (0..count)
            .map(|drive| {
                let value = |index: usize| {
                    let at = |back: usize| noise(9 * 400 * drive + index + 9 * back);
                    at(0) + at(1) + at(2)
                };
                Drive {
                    values: (0..9 * 390).map(value).collect(),
                    positions: 9,
                }
            })
            .collect();
        let pathway = |weight: f64, threshold: f64, centre: f64| PathwayParameters {
            weight,
            threshold,
            centre,
            log_spread: 0.4,
            threshold_spread: spread,
        };
        let parameters = Parameters {
            pathways: vec![pathway(4.0, 0.6, 3.0), pathway(-2.5, 0.2, 5.0)],
            bias: 0.3,
            log_gain: 1.0,
        };
        let both: Vec<&Drive> = (0..2).map(|drive| &drives[drive % count]).collect();
        let rates = forward::rates(&parameters, &both, 390);
        let samples = Samples {
            fitted: (0..rates.len()).collect(),
            weights: vec![1.0; rates.len()],
            rates,
        };
        (drives, samples, parameters)
    }

    #[test]
    fn a_planted_circuit_is_found_again() {
        found_again(0.0);
    }

    #[test]
    fn spread_thresholds_are_found_again() {
        found_again(0.7);
    }

    fn found_again(spread: f64) {
        let (drives, samples, planted) = planted(3, spread);
        let fitter = Fitter {
            drives: &drives,
            pools: &[[4.0, 0.7]; 3],
            samples: &samples,
            tonic: false,
            spread: spread > 0.0,
        };
        let constant = fitter.constant();
        let one = fitter.with(&constant, 0, 40);
        let two = fitter.with(&one, 1, 40);
        let options = FitOptions {
            steps: 200,
            starts: 4,
            seed: 1,
        };
        let fit = fitter.polish(&two, &options);
        assert!(one.error > two.error && two.error >= fit.error);
        for (found, expected) in fit.parameters.pathways.iter().zip(&planted.pathways) {
            // Without noise the fit ends at the planted circuit but for its last steps.
            assert!(
                (found.weight / expected.weight - 1.0).abs() < 0.05,
                "{fit:?}"
            );
            assert!(
                (found.threshold - expected.threshold).abs() < 0.05,
                "{fit:?}"
            );
            assert!((found.centre - expected.centre).abs() < 0.1, "{fit:?}");
            assert!(
                (found.threshold_spread - expected.threshold_spread).abs() < 0.1,
                "{fit:?}"
            );
        }
    }

    #[test]
    fn thresholds_stay_at_or_above_zero() {
        let (drives, mut samples, _) = planted(1, 0.0);
        // A linear pathway wants a negative threshold.
        let sum = |sample: usize| drives[0].values[9 * sample..][..9].iter().sum::<f32>();
        samples.rates = (0..390)
            .map(|sample| f64::from(20.0 + sum(sample)))
            .collect();
        let fitter = Fitter {
            drives: &drives,
            pools: &[[4.0, 0.7]],
            samples: &samples,
            tonic: false,
            spread: true,
        };
        let fit = fitter.with(&fitter.constant(), 0, 60);
        assert!(fit.parameters.pathways[0].threshold >= 0.0);
    }
}
