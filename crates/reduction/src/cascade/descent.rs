//! Levenberg and Marquardt's method for cascades.

use super::data::Data;
use super::model::Cascade;
use crate::fit::solve_damped;

/// Smallest relative improvement for which another step is made.
const IMPROVEMENT: f64 = 1e-4;

/// Thresholds below this many root mean squares of the drive are those of a linear pathway: lower
/// ones make no difference.
const LOWEST_THRESHOLD: f64 = -4.0;

/// Thresholds above this many are never passed.
const HIGHEST_THRESHOLD: f64 = 4.0;

/// A corner rounded over more than this many is hardly a corner.
const LARGEST_SOFTNESS: f64 = 0.7;

/// Regions that are much finer than a pool weigh about the same in it.
const LARGEST_BALANCE: f64 = 3.0;

/// The circuit at the end of a descent and its weighted sum of squared residuals.
pub(super) fn descend(data: &Data, start: Cascade, steps: usize) -> (Cascade, f64) {
    let mut best = start;
    let mut error = best.error(data);
    let mut damping = 1e-2;
    let mut equations = normal_equations(data, &best);
    let mut done = 0;
    while done < steps && damping < 1e9 {
        let Some(step) = solve_damped(&equations.0, &equations.1, damping) else {
            damping *= 10.0;
            continue;
        };
        let flat: Vec<f64> = best.flat().iter().zip(&step).map(|(a, b)| a + b).collect();
        done += 1;
        let Some(tried) = bounded(data, best.with(&flat)) else {
            damping *= 4.0;
            continue;
        };
        let tried_error = tried.error(data);
        if tried_error.is_nan() || tried_error >= error {
            damping *= 4.0;
            continue;
        }
        let gained = (error - tried_error) / error;
        (best, error) = (tried, tried_error);
        damping = (damping / 5.0).max(1e-9);
        if gained < IMPROVEMENT {
            break;
        }
        equations = normal_equations(data, &best);
    }
    for pathway in &mut best.pathways {
        pathway.settle(data);
    }
    (best, error)
}

/// The circuit with numbers in their ranges; none if a step went so far that drives are no numbers.
fn bounded(data: &Data, mut cascade: Cascade) -> Option<Cascade> {
    for pathway in &mut cascade.pathways {
        let size = root_mean_square(&data.drive(&pathway.coefficients));
        if !(size.is_finite() && pathway.is_finite()) {
            return None;
        }
        let lowest = if pathway.tonic { LOWEST_THRESHOLD } else { 0.0 };
        let [lowest, highest] = [lowest * size, HIGHEST_THRESHOLD * size];
        pathway.threshold = pathway.threshold.clamp(lowest, highest);
        pathway.softness = pathway.softness.clamp(0.0, LARGEST_SOFTNESS * size);
        pathway.balance = pathway
            .balance
            .clamp(1.0 / LARGEST_BALANCE, LARGEST_BALANCE);
    }
    Some(cascade)
}

pub(super) fn root_mean_square(values: &[f64]) -> f64 {
    let squares: f64 = values.iter().map(|value| value * value).sum();
    (squares / values.len().max(1) as f64).sqrt()
}

/// `J^T J` `[parameter, parameter]` and `-J^T residual` `[parameter]`.
fn normal_equations(data: &Data, cascade: &Cascade) -> (Vec<f64>, Vec<f64>) {
    let size = cascade.flat().len();
    let mut matrix = vec![0.0; size * size];
    let mut right = vec![0.0; size];
    let mut row = Vec::with_capacity(size);
    for sample in 0..data.samples() {
        let residual = cascade.differentiate(data, sample, &mut row);
        for (index, &value) in row.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            right[index] -= value * residual;
            let line = &mut matrix[index * size..][..index + 1];
            for (sum, other) in line.iter_mut().zip(&row) {
                *sum += value * other;
            }
        }
    }
    // The lower triangle is all that is solved with; the rest is its mirror image.
    for index in 0..size {
        for other in 0..index {
            matrix[other * size + index] = matrix[index * size + other];
        }
    }
    (matrix, right)
}
