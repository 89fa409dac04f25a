//! Least squares by Levenberg and Marquardt.

use crate::fit::solve_damped;

/// A sum of squares of residuals that depend on a point.
pub(crate) trait LeastSquares {
    /// Where it is computed.
    type Point: Clone;

    /// The sum of squares.
    fn error(&self, point: &Self::Point) -> f64;

    /// `J'J` `[parameter, parameter]` and `-J'r` `[parameter]`, with `J` the derivatives of the
    /// residuals `r`.
    fn normal_equations(&self, point: &Self::Point) -> (Vec<f64>, Vec<f64>);

    /// The point a step away, within what is allowed; none if it has numbers that are not finite.
    fn moved(&self, point: &Self::Point, step: &[f64]) -> Option<Self::Point>;
}

/// Where at most `steps` steps lead, and the sum of squares there; it ends earlier where a step
/// improves the sum by a share of less than `improvement`.
///
/// Marquardt 1963: the diagonal is damped, less after a step that helps, more after one that does not.
pub(crate) fn descend<P: LeastSquares>(
    problem: &P,
    start: P::Point,
    steps: usize,
    improvement: f64,
) -> (P::Point, f64) {
    let mut best = start;
    let mut error = problem.error(&best);
    let mut damping = 1e-2;
    let mut equations = problem.normal_equations(&best);
    let mut done = 0;
    while done < steps && damping < 1e9 {
        let Some(step) = solve_damped(&equations.0, &equations.1, damping) else {
            damping *= 10.0;
            continue;
        };
        done += 1;
        let Some(tried) = problem.moved(&best, &step) else {
            damping *= 4.0;
            continue;
        };
        let tried_error = problem.error(&tried);
        if tried_error.is_nan() || tried_error >= error {
            damping *= 4.0;
            continue;
        }
        let gained = (error - tried_error) / error;
        (best, error) = (tried, tried_error);
        damping = (damping / 5.0).max(1e-9);
        if gained < improvement {
            break;
        }
        equations = problem.normal_equations(&best);
    }
    (best, error)
}

/// Sums of products of rows of derivatives, for [`LeastSquares::normal_equations`].
pub(crate) struct NormalEquations {
    size: usize,
    matrix: Vec<f64>,
    right: Vec<f64>,
}

impl NormalEquations {
    pub(crate) fn new(size: usize) -> Self {
        Self {
            size,
            matrix: vec![0.0; size * size],
            right: vec![0.0; size],
        }
    }

    /// Adds one residual and its derivatives.
    pub(crate) fn add(&mut self, residual: f64, row: &[f64]) {
        for (index, &value) in row.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            self.right[index] -= value * residual;
            let line = &mut self.matrix[index * self.size..][..index + 1];
            for (sum, other) in line.iter_mut().zip(row) {
                *sum += value * other;
            }
        }
    }

    /// The lower triangle is all that was summed; the rest is its mirror image.
    pub(crate) fn finish(mut self) -> (Vec<f64>, Vec<f64>) {
        for index in 0..self.size {
            for other in 0..index {
                self.matrix[other * self.size + index] = self.matrix[index * self.size + other];
            }
        }
        (self.matrix, self.right)
    }
}
