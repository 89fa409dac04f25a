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
    /// Rows that are not yet in the sums, `[row, parameter]`.
    waiting: Vec<f64>,
    residuals: [f64; TOGETHER],
    count: usize,
}

/// Rows that are summed together: each sum is read and written once for all of them.
const TOGETHER: usize = 8;

impl NormalEquations {
    pub(crate) fn new(size: usize) -> Self {
        Self {
            size,
            matrix: vec![0.0; size * size],
            right: vec![0.0; size],
            waiting: vec![0.0; TOGETHER * size],
            residuals: [0.0; TOGETHER],
            count: 0,
        }
    }

    /// Adds one residual and its derivatives.
    pub(crate) fn add(&mut self, residual: f64, row: &[f64]) {
        self.waiting[self.count * self.size..][..self.size].copy_from_slice(row);
        self.residuals[self.count] = residual;
        self.count += 1;
        if self.count == TOGETHER {
            self.sum();
        }
    }

    fn sum(&mut self) {
        let rows: [&[f64]; TOGETHER] =
            std::array::from_fn(|row| &self.waiting[row * self.size..][..self.size]);
        let (matrix, right) = (&mut self.matrix, &mut self.right);
        // The same sums in the same order, with the widest registers that the processor has.
        pulp::Arch::new().dispatch(|| add_products(matrix, right, rows, &self.residuals));
        self.count = 0;
    }

    /// The lower triangle is all that was summed; the rest is its mirror image.
    pub(crate) fn finish(mut self) -> (Vec<f64>, Vec<f64>) {
        self.waiting[self.count * self.size..].fill(0.0);
        self.residuals[self.count..].fill(0.0);
        self.sum();
        for index in 0..self.size {
            for other in 0..index {
                self.matrix[other * self.size + index] = self.matrix[index * self.size + other];
            }
        }
        (self.matrix, self.right)
    }
}

/// Adds the products of rows to the lower triangle of a matrix and, with residuals, to a vector.
#[inline(always)]
fn add_products(
    matrix: &mut [f64],
    right: &mut [f64],
    rows: [&[f64]; TOGETHER],
    residuals: &[f64; TOGETHER],
) {
    let size = right.len();
    for index in 0..size {
        let values: [f64; TOGETHER] = std::array::from_fn(|row| rows[row][index]);
        if values.iter().all(|value| *value == 0.0) {
            continue;
        }
        let pairs = values.iter().zip(residuals);
        right[index] -= pairs.map(|(value, residual)| value * residual).sum::<f64>();
        let line = &mut matrix[index * size..][..index + 1];
        let [a, b, c, d, e, f, g, h] = rows;
        let products = a.iter().zip(b).zip(c).zip(d).zip(e).zip(f).zip(g).zip(h);
        // Slices of one length, walked together: nothing is left to check in the loop.
        for (sum, (((((((a, b), c), d), e), f), g), h)) in line.iter_mut().zip(products) {
            let first = values[0] * a + values[1] * b + values[2] * c + values[3] * d;
            let second = values[4] * e + values[5] * f + values[6] * g + values[7] * h;
            *sum += first + second;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_all_rows_whatever_their_number() {
        for count in [3, 8, 13] {
            let row = |index: usize| [1.0, index as f64, -2.0 + (index * index) as f64];
            let residual = |index: usize| 0.5 - index as f64;
            let mut equations = NormalEquations::new(3);
            (0..count).for_each(|index| equations.add(residual(index), &row(index)));
            let (matrix, right) = equations.finish();
            let sum = |term: &dyn Fn(usize) -> f64| (0..count).map(term).sum::<f64>();
            for a in 0..3 {
                let expected = -sum(&|index| row(index)[a] * residual(index));
                assert!((right[a] - expected).abs() < 1e-9);
                for b in 0..3 {
                    let expected = sum(&|index| row(index)[a] * row(index)[b]);
                    assert!((matrix[3 * a + b] - expected).abs() < 1e-9);
                }
            }
        }
    }

    /// `y = a exp(b x)` without noise is found.
    #[test]
    fn a_curve_is_fitted() {
        struct Curve;
        impl LeastSquares for Curve {
            type Point = [f64; 2];
            fn error(&self, [a, b]: &[f64; 2]) -> f64 {
                let x = |i: usize| i as f64 / 10.0;
                let residual = |i: usize| a * (b * x(i)).exp() - 2.0 * (-0.7 * x(i)).exp();
                (0..20).map(|i| residual(i).powi(2)).sum()
            }
            fn normal_equations(&self, [a, b]: &[f64; 2]) -> (Vec<f64>, Vec<f64>) {
                let mut equations = NormalEquations::new(2);
                for i in 0..20 {
                    let x = i as f64 / 10.0;
                    let e = (b * x).exp();
                    equations.add(a * e - 2.0 * (-0.7 * x).exp(), &[e, a * x * e]);
                }
                equations.finish()
            }
            fn moved(&self, point: &[f64; 2], step: &[f64]) -> Option<[f64; 2]> {
                Some([point[0] + step[0], point[1] + step[1]])
            }
        }
        let (found, error) = descend(&Curve, [1.0, 0.0], 60, 1e-12);
        assert!(error < 1e-12 && (found[0] - 2.0).abs() < 1e-5 && (found[1] + 0.7).abs() < 1e-5);
    }
}
