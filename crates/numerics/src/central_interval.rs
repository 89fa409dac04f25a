//! What most of a sample lies within.

use crate::statistics::quantile;

/// The middle 95 % of what a statistic came to in `resamples` resamples: the percentile interval. Values that
/// are not finite are left out; none where fewer than half of the resamples are left.
///
/// Source: Efron & Tibshirani 1993, *An Introduction to the Bootstrap*, section 13.3.
pub fn central_interval(
    values: impl IntoIterator<Item = f64>,
    resamples: usize,
) -> Option<[f64; 2]> {
    let values = values.into_iter().filter(|value| value.is_finite());
    let mut values: Vec<f64> = values.collect();
    if 2 * values.len() < resamples.max(1) {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let [low, high] = [0.025, 0.975].map(|share| quantile(&values, share));
    Some([low?, high?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_equally_spaced_values_is_told_and_of_few_nothing() {
        let values = || (0..=1000).map(f64::from);
        assert_eq!(central_interval(values(), 1001), Some([25.0, 975.0]));
        let with_gaps = values().chain([f64::NAN; 1001]);
        assert_eq!(central_interval(with_gaps, 2002), Some([25.0, 975.0]));
        assert_eq!(central_interval(values(), 2003), None);
        assert_eq!(central_interval([], 0), None);
    }
}
