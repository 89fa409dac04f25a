//! The jackknife.

/// Standard error of a number by the jackknife,
///
/// ```text
/// error^2 = (n - 1) / n * sum over i of (x_i - mean of x)^2,
/// ```
///
/// from its replicates `[i]`, with `x_i` the number computed without the `i`th of n observations.
/// NaN for fewer than two replicates, or if one is NaN.
///
/// Source: Efron & Tibshirani 1993, *An Introduction to the Bootstrap*, equation 11.5.
pub fn jackknife_error(replicates: &[f64]) -> f64 {
    let n = replicates.len() as f64;
    if replicates.len() < 2 {
        return f64::NAN;
    }
    let mean = replicates.iter().sum::<f64>() / n;
    let squares: f64 = replicates.iter().map(|x| (x - mean).powi(2)).sum();
    ((n - 1.0) / n * squares).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The jackknife of a mean is the textbook's standard error of the mean.
    #[test]
    fn the_error_of_a_mean_is_the_textbook_s() {
        let values = [3.0, 5.0, 10.0, 2.0];
        let without = values.map(|left_out| (20.0 - left_out) / 3.0);
        let (_, expected) = crate::mean_and_error(values);
        assert!((jackknife_error(&without) - expected).abs() < 1e-12);
    }

    #[test]
    fn one_replicate_has_no_error() {
        assert!(jackknife_error(&[1.0]).is_nan());
        assert!(jackknife_error(&[1.0, f64::NAN]).is_nan());
    }
}
