//! Factors of matrices that rounding or samples may have made singular.

use ganglion_numerics::CholeskyFactor;

/// Factors a matrix, of which the lower triangle is read; what keeps it from being positive definite, such as a
/// feature that never occurs, is raised a little. The matrix that was factored comes back where it is asked for.
pub(crate) fn factorise(
    mut matrix: Vec<f64>,
    size: usize,
    keep: bool,
) -> (CholeskyFactor, Option<Vec<f64>>) {
    let diagonal = |matrix: &[f64]| (0..size).map(|i| matrix[i * size + i]).fold(0.0, f64::max);
    let largest = diagonal(&matrix);
    if !largest.is_finite() || largest <= 0.0 {
        matrix.fill(0.0);
        (0..size).for_each(|i| matrix[i * size + i] = 1.0);
    }
    let mut least = 1e-9;
    loop {
        for i in 0..size {
            let diagonal = &mut matrix[i * size + i];
            *diagonal += least * *diagonal + 1e-3 * least * largest;
        }
        if let Some(factor) = CholeskyFactor::of(matrix.clone(), size) {
            return (factor, keep.then_some(matrix));
        }
        if least > 1.0 {
            // Not a matrix of numbers.
            matrix.fill(0.0);
            (0..size).for_each(|i| matrix[i * size + i] = 1.0);
        }
        least *= 10.0;
    }
}
