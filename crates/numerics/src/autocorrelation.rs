//! How a series is like itself some time later.

/// Autocorrelation of a series `[sample]` at lags 0 to `lags`,
///
/// ```text
/// rho(k) = sum over t of (x(t) - mean)(x(t + k) - mean) / sum over t of (x(t) - mean)^2,
/// ```
///
/// 1 at lag 0, and 0 at lags as long as the series or longer. None if the series is constant, or not
/// finite.
pub fn autocorrelation(series: &[f64], lags: usize) -> Option<Vec<f64>> {
    let mean = crate::mean(series);
    let centred: Vec<f64> = series.iter().map(|value| value - mean).collect();
    let at = |lag: usize| -> f64 {
        let later = centred.get(lag..).unwrap_or_default();
        centred.iter().zip(later).map(|(a, b)| a * b).sum()
    };
    let power = at(0);
    (power > 0.0 && power.is_finite()).then(|| (0..=lags).map(|lag| at(lag) / power).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alternating_series_is_its_own_opposite_one_step_later() {
        let series = [1.0, -1.0, 1.0, -1.0];
        let expected = vec![1.0, -0.75, 0.5, -0.25, 0.0];
        assert_eq!(autocorrelation(&series, 4), Some(expected));
        assert_eq!(autocorrelation(&[2.0; 3], 1), None);
        assert_eq!(autocorrelation(&[], 1), None);
    }
}
