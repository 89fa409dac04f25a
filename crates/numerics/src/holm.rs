//! Many tests at once.

/// Probabilities `[test]` corrected for their number by Holm's method: with the tests in order of `p`, the
/// `i`th (from 0) of n becomes the largest of `(n - j) p_j` over `j <= i`, at most 1. In no more than a
/// share `a` of cases is any of those at or below `a` there by chance, however the tests depend on each
/// other. NaN stays NaN and does not count.
///
/// Source: Holm 1979, Scandinavian Journal of Statistics 6:65.
pub fn holm(probabilities: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.retain(|&test| !probabilities[test].is_nan());
    order.sort_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
    let mut corrected = vec![f64::NAN; probabilities.len()];
    let mut largest = 0.0f64;
    for (place, &test) in order.iter().enumerate() {
        let left = (order.len() - place) as f64;
        largest = largest.max(left * probabilities[test]).min(1.0);
        corrected[test] = largest;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_example_is_corrected_by_hand() {
        let found = holm(&[0.01, 0.04, f64::NAN, 0.03, 0.005]);
        // In order 0.005 * 4, 0.01 * 3, 0.03 * 2, and 0.04, which is no less than the one before.
        let expected = [0.03, 0.06, f64::NAN, 0.06, 0.02];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12 || found.is_nan() && expected.is_nan());
        }
        assert_eq!(holm(&[0.7, 0.9]), [1.0, 1.0]);
    }
}
