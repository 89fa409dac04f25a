//! Whether spikes of a population die out.

use ganglion_numerics::dot;

use crate::Error;
use crate::model::Fit;

/// The matrix is squared so often: `|G^n|^(1/n)` with `n = 2^20` is its spectral radius to five digits.
const SQUARINGS: usize = 20;

/// Spectral radius of the linearised coupling: of the matrix of the spikes of cell `i` that one spike of cell `j`
/// adds, `rate_i * sum over lags of (exp f_ij(lag) - 1)`, at the mean rates that the models were fitted to. Below 1,
/// what a spike sets off dies out at these rates; above, a population that is left to itself runs away, and between,
/// it may while rates are high.
///
/// # Errors
/// If the design's functions are none.
///
/// Source: Gerhard, Deger & Truccolo 2017, PLoS Comput. Biol. 13:e1005390 (on when such models run away); the radius
/// by Gelfand's formula.
pub fn spectral_radius(fit: &Fit) -> Result<f64, Error> {
    let filters = fit.spike_filters()?;
    let mut matrix = Vec::new();
    for (cell, filters) in fit.cells.iter().zip(&filters) {
        let rate = cell.optimum.spikes / cell.optimum.bins.max(1.0);
        let refractory = fit.design.refractory_bins as f64;
        for (other, filter) in filters.iter().enumerate() {
            let added: f64 = filter.iter().map(|value| value.exp_m1()).sum();
            let is_own = std::ptr::eq(cell, &fit.cells[other]);
            matrix.push(rate * (added - if is_own { refractory } else { 0.0 }));
        }
    }
    Ok(radius(matrix, filters.len()))
}

fn radius(mut matrix: Vec<f64>, size: usize) -> f64 {
    let mut logarithm = 0.0;
    for squaring in 0..=SQUARINGS {
        let norm = dot(&matrix, &matrix).sqrt();
        if norm == 0.0 {
            return 0.0;
        }
        logarithm += norm.ln() / (1u64 << squaring) as f64;
        matrix.iter_mut().for_each(|value| *value /= norm);
        let mut square = vec![0.0; size * size];
        for (row, target) in matrix.chunks(size).zip(square.chunks_mut(size)) {
            for (value, other) in row.iter().zip(matrix.chunks(size)) {
                target
                    .iter_mut()
                    .zip(other)
                    .for_each(|(sum, o)| *sum += value * o);
            }
        }
        matrix = square;
    }
    logarithm.exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_radius_is_the_largest_eigenvalue() {
        // Eigenvalues 0.9 and 0.2; a rotation by a right angle, of 0.5; one that vanishes when squared.
        assert!((radius(vec![0.9, 5.0, 0.0, 0.2], 2) - 0.9).abs() < 1e-4);
        assert!((radius(vec![0.0, -0.5, 0.5, 0.0], 2) - 0.5).abs() < 1e-6);
        assert_eq!(radius(vec![0.0, 3.0, 0.0, 0.0], 2), 0.0);
    }
}
