//! Functions that temporal kernels are made of.

use std::f64::consts::PI;

/// Lag in frames below which time is resolved evenly and above which it is resolved evenly in its
/// logarithm.
const OFFSET: f64 = 6.0;

/// Raised cosines in logarithmic time, of unit norm, `[function][frame]`, the oldest frame first
/// (Pillow et al. 2005, recalled). The last one peaks at nine tenths of the history.
pub(super) fn raised_cosines(functions: usize, history: usize) -> Vec<Vec<f64>> {
    let warp = |lag: f64| (lag + OFFSET).ln();
    let (first, last) = (warp(0.5), warp(0.9 * history as f64));
    let spacing = (last - first) / (functions.max(2) - 1) as f64;
    let function = |index: usize| {
        let centre = first + spacing * index as f64;
        let bump = |frame: usize| {
            let lag = (history - 1 - frame) as f64 + 0.5;
            let phase = (warp(lag) - centre) * PI / (2.0 * spacing);
            0.5 * (1.0 + phase.clamp(-PI, PI).cos())
        };
        unit_norm((0..history).map(bump).collect())
    };
    (0..functions).map(function).collect()
}

fn unit_norm(values: Vec<f64>) -> Vec<f64> {
    let norm = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let norm = norm.max(f64::MIN_POSITIVE);
    values.into_iter().map(|value| value / norm).collect()
}

/// The coefficients `[function]` of the nearest kernel in the span of a basis, by least squares.
pub(super) fn projected(basis: &[Vec<f64>], kernel: &[f64]) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let products: Vec<f64> = basis
        .iter()
        .flat_map(|a| basis.iter().map(move |b| dot(a, b)))
        .collect();
    let right: Vec<f64> = basis.iter().map(|function| dot(function, kernel)).collect();
    crate::fit::solve_damped(&products, &right, RIDGE).unwrap_or(right)
}

/// Share of the diagonal that is added: the functions overlap.
const RIDGE: f64 = 1e-6;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correlation::cosine;

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
