//! Functions that temporal kernels are made of.

use ganglion_numerics::{dot, solve_damped};

/// Where the last function peaks, as a share of the history.
const LAST_PEAK: f64 = 0.9;

/// Raised cosines in logarithmic time, of unit norm, `[function][frame]`, the oldest frame first: what
/// networks' own kernels are made of, with another reach.
pub(super) fn raised_cosines(functions: usize, history: usize) -> Vec<Vec<f64>> {
    ganglion_numerics::raised_cosines(functions, history, LAST_PEAK)
        .chunks(history)
        .map(|function| function.iter().map(|&value| f64::from(value)).collect())
        .collect()
}

/// The coefficients `[function]` of the nearest kernel in the span of a basis, by least squares.
pub(super) fn projected(basis: &[Vec<f64>], kernel: &[f64]) -> Vec<f64> {
    let products: Vec<f64> = basis
        .iter()
        .flat_map(|a| basis.iter().map(move |b| dot(a, b)))
        .collect();
    let right: Vec<f64> = basis.iter().map(|function| dot(function, kernel)).collect();
    solve_damped(&products, &right, RIDGE).unwrap_or(right)
}

/// Share of the diagonal that is added: the functions overlap.
const RIDGE: f64 = 1e-6;

#[cfg(test)]
mod tests {
    use ganglion_numerics::cosine;

    use super::*;

    /// Smooth kernels lie in the span.
    #[test]
    fn a_smooth_kernel_is_its_projection() {
        let basis = raised_cosines(12, 40);
        for peak in [4.0, 9.0] {
            let alpha = |frame: usize| {
                let lag = (39 - frame) as f64 / peak;
                lag.powi(3) * (-3.0 * lag).exp()
            };
            let kernel: Vec<f64> = (0..40).map(alpha).collect();
            let coefficients = projected(&basis, &kernel);
            let made: Vec<f64> = (0..40)
                .map(|frame| {
                    let terms = coefficients.iter().zip(&basis);
                    terms.map(|(c, function)| c * function[frame]).sum()
                })
                .collect();
            assert!(cosine(&made, &kernel) > 0.99, "{peak}");
        }
    }
}
