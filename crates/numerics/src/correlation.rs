//! Pearson's correlation.

/// Pearson's correlation coefficient of two series `[sample]`,
///
/// ```text
/// r = sum of (a - mean a) (b - mean b) / sqrt(sum of (a - mean a)^2 * sum of (b - mean b)^2),
/// ```
///
/// in double precision whatever the series are in; none if either is constant, or not finite.
///
/// # Panics
/// If the series differ in length.
pub fn correlation<T: Copy + Into<f64>>(a: &[T], b: &[T]) -> Option<f64> {
    assert_eq!(a.len(), b.len(), "series must have the same length");
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut product, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (&a, &b) in a.iter().zip(b) {
        let (a, b) = (a.into() - mean_a, b.into() - mean_b);
        product += a * b;
        square_a += a * a;
        square_b += b * b;
    }
    let norm = (square_a * square_b).sqrt();
    (norm > 0.0 && norm.is_finite()).then(|| product / norm)
}

fn mean<T: Copy + Into<f64>>(values: &[T]) -> f64 {
    values.iter().map(|&value| value.into()).sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_and_offset_do_not_matter() {
        let a = [1.0f32, 2.0, 4.0, 3.0];
        let b: Vec<f32> = a.iter().map(|v| 5.0 - 2.0 * v).collect();
        assert!((correlation(&a, &b).unwrap() + 1.0).abs() < 1e-12);
        assert_eq!(correlation(&a, &[1.0; 4]), None);
        assert_eq!(correlation::<f64>(&[], &[]), None);
    }

    #[test]
    fn a_known_value_is_found() {
        // Deviations -1, 0, 1 and -1, 1, 0: 1 / sqrt(2 * 2).
        let r = correlation(&[1.0, 2.0, 3.0], &[0.0, 2.0, 1.0]).unwrap();
        assert!((r - 0.5).abs() < 1e-12, "{r}");
    }
}
