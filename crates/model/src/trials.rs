//! Single trials made comparable with a recording's mean rate.
//!
//! Sessions store single trials as counts a bin, but rates as their smoothed mean: the dataset
//! `firing_rate_10ms` is the trial average under a Gaussian of 10 ms standard deviation. Smoothing
//! takes noise away, so a noise ceiling from raw counts would be too low for smoothed rates.

use ganglion_recording::smoothed;

use crate::metrics;

/// Correlation between the mean of the smoothed trials and the recording above which the trials
/// count as what the recording was made from.
const SAME: f64 = 0.99;

/// Standard deviation in bins of the smoothing that a response dataset's name tells:
/// `firing_rate_<milliseconds>ms`; none for counts and unknown names.
pub(crate) fn smoothing_of(response: &str, bin_ms: f64) -> f64 {
    response
        .strip_prefix("firing_rate_")
        .and_then(|rest| rest.strip_suffix("ms"))
        .and_then(|milliseconds| milliseconds.parse::<f64>().ok())
        .map_or(0.0, |milliseconds| milliseconds / bin_ms)
}

/// Trials smoothed by a Gaussian of `deviation` bins; where this does not reproduce the recording,
/// the trials as they are if those do, and otherwise nothing.
pub(crate) fn comparable(
    trials: &[Vec<f32>],
    recorded: &[f32],
    deviation: f64,
) -> Option<Vec<Vec<f32>>> {
    [deviation, 0.0].into_iter().find_map(|deviation| {
        let smooth: Vec<Vec<f32>> = trials
            .iter()
            .map(|trial| smoothed(trial, deviation))
            .collect();
        let r = metrics::pearson(&metrics::mean_over_trials(&smooth), recorded)?;
        (r > SAME).then_some(smooth)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_rate_tells_its_smoothing() {
        assert_eq!(smoothing_of("firing_rate_20ms", 10.0), 2.0);
        assert_eq!(smoothing_of("binned", 10.0), 0.0);
    }

    #[test]
    fn counts_are_smoothed_like_the_rates_made_from_them() {
        let trials: Vec<Vec<f32>> = (0..4)
            .map(|t| (0..200).map(|b| f32::from((b * 7 + t) % 23 == 0)).collect())
            .collect();
        let smooth: Vec<Vec<f32>> = trials.iter().map(|trial| smoothed(trial, 1.0)).collect();
        let rates: Vec<f32> = metrics::mean_over_trials(&smooth)
            .iter()
            .map(|v| v * 100.0)
            .collect();
        assert_eq!(comparable(&trials, &rates, 1.0), Some(smooth));
        let raw = metrics::mean_over_trials(&trials);
        assert_eq!(comparable(&trials, &raw, 1.0), Some(trials.clone()));
        let other: Vec<f32> = (0..200).map(|b| (b as f32).sin()).collect();
        assert_eq!(comparable(&trials, &other, 1.0), None);
    }
}
