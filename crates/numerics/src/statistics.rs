//! Means, medians and spreads.

use std::borrow::Borrow;

/// Normal quantile of a two-sided 95 % interval: a value lies within this many standard errors.
pub const Z95: f64 = 1.96;

/// Mean; NaN of nothing.
pub fn mean(values: impl IntoIterator<Item: Borrow<f64>>) -> f64 {
    let (mut count, mut sum) = (0.0, 0.0);
    for value in values {
        let value: &f64 = value.borrow();
        count += 1.0;
        sum += value;
    }
    sum / count
}

/// Standard deviation of a sample (over n - 1); NaN of fewer than two values.
pub fn standard_deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let centre = mean(values);
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    (squares / (values.len() - 1) as f64).sqrt()
}

/// Mean and standard error of the mean over the finite values; NaN where there are too few.
pub fn mean_and_error(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let finite: Vec<f64> = values
        .into_iter()
        .filter(|value| value.is_finite())
        .collect();
    let error = standard_deviation(&finite) / (finite.len() as f64).sqrt();
    (mean(finite), error)
}

/// The middle value, or the mean of the two in the middle; none of nothing. A NaN counts as larger
/// (or, with its sign set, smaller) than all numbers.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[n / 2]),
        n => Some((values[n / 2 - 1] + values[n / 2]) / 2.0),
    }
}

/// Quantile `share`, from 0 to 1, of sorted values, linear between neighbours; none of nothing.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    Some(sorted[below] + (place - below as f64) * (sorted[above] - sorted[below]))
}

/// Root of the mean square `sqrt(mean of x^2)`; 0 of nothing.
pub fn root_mean_square(values: &[f64]) -> f64 {
    let squares: f64 = values.iter().map(|value| value * value).sum();
    (squares / values.len().max(1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_means_leave_out_what_was_not_measured() {
        let (mean, error) = mean_and_error([1.0, f64::NAN, 3.0]);
        assert_eq!((mean, error), (2.0, 1.0));
    }

    #[test]
    fn few_values_have_a_middle_but_no_spread() {
        assert_eq!(median([3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median([]), None);
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), Some(3.0));
        assert_eq!(quantile(&[], 0.5), None);
        assert!(mean([0.0; 0]).is_nan() && standard_deviation(&[1.0]).is_nan());
    }

    #[test]
    fn the_spread_of_a_sample_is_the_textbook_s() {
        assert!((standard_deviation(&[1.0, 2.0, 3.0, 4.0]) - (5.0f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(root_mean_square(&[3.0, -4.0, 0.0, 0.0]), 2.5);
        assert_eq!(root_mean_square(&[]), 0.0);
    }
}
