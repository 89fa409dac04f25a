//! Nonlinear least squares by Levenberg and Marquardt.

use crate::solve_damped;

/// A sum of squares of residuals that depend on a point.
pub trait LeastSquares {
    /// Where it is computed: the parameters, in whatever form suits the problem.
    type Point: Clone;

    /// The sum of squares `S = sum over residuals of r^2`; infinite or NaN where a point is not
    /// allowed.
    fn error(&self, point: &Self::Point) -> f64;

    /// `J'J` `[parameter, parameter]` and `-J'r` `[parameter]`, with `J` `[residual, parameter]`
    /// the derivatives of the residuals `r`; [`NormalEquations`](crate::NormalEquations) sums them.
    fn normal_equations(&self, point: &Self::Point) -> (Vec<f64>, Vec<f64>);

    /// The point a step `[parameter]` away, within what is allowed; none if it has numbers that are
    /// not finite.
    fn moved(&self, point: &Self::Point, step: &[f64]) -> Option<Self::Point>;
}

/// Damping of the first step: Marquardt's.
const FIRST: f64 = 1e-2;
/// Factor of the damping after a step that does not help (ours). Marquardt has one factor for both
/// ways, and takes 10.
const AFTER_FAILURE: f64 = 4.0;
/// Divisor of the damping after a step that helps (ours).
const AFTER_SUCCESS: f64 = 5.0;
/// Factor of the damping where the damped matrix is not positive definite in double precision
/// (ours). No step was made, so none is counted.
const INDEFINITE: f64 = 10.0;
/// Damping below which it makes no difference (ours).
const LEAST: f64 = 1e-9;
/// Damping with which steps are too small to help (ours).
const MOST: f64 = 1e9;

/// The point to which at most `steps` steps lead from `start`, and the sum of squares there. It
/// ends earlier where a step improves the sum by a share of less than `improvement`, or where no
/// step helps.
///
/// A step `d` solves `(J'J + damping diag(J'J)) d = -J'r`. It is taken if it lowers the sum of
/// squares; the damping then falls, and rises otherwise. A step that is not taken counts as well.
///
/// Source: Marquardt 1963, J. Soc. Ind. Appl. Math. 11:431, which scales the damping by the
/// diagonal, so that units of parameters do not matter; Nocedal & Wright 2006, *Numerical
/// Optimization*, section 10.3, has it as a trust region whose radius follows the ratio of the
/// actual to the predicted reduction. Ours is simpler: any reduction is taken, the factors are
/// constants, and the end is told by the improvement rather than by the gradient. Bounds are the
/// problem's own: [`LeastSquares::moved`] may bring a point back to where it is allowed.
pub fn levenberg_marquardt<P: LeastSquares>(
    problem: &P,
    start: P::Point,
    steps: usize,
    improvement: f64,
) -> (P::Point, f64) {
    let mut best = start;
    let mut error = problem.error(&best);
    let mut damping = FIRST;
    let mut equations = problem.normal_equations(&best);
    let mut done = 0;
    while done < steps && damping < MOST {
        let Some(step) = solve_damped(&equations.0, &equations.1, damping) else {
            damping *= INDEFINITE;
            continue;
        };
        done += 1;
        let Some(tried) = problem.moved(&best, &step) else {
            damping *= AFTER_FAILURE;
            continue;
        };
        let tried_error = problem.error(&tried);
        if tried_error.is_nan() || tried_error >= error {
            damping *= AFTER_FAILURE;
            continue;
        }
        let gained = (error - tried_error) / error;
        (best, error) = (tried, tried_error);
        damping = (damping / AFTER_SUCCESS).max(LEAST);
        if gained < improvement {
            break;
        }
        equations = problem.normal_equations(&best);
    }
    (best, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NormalEquations;

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
        let (found, error) = levenberg_marquardt(&Curve, [1.0, 0.0], 60, 1e-12);
        assert!(error < 1e-12 && (found[0] - 2.0).abs() < 1e-5 && (found[1] + 0.7).abs() < 1e-5);
    }
}
