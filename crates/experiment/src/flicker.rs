//! LN cascades of flicker that has one value a frame.

use std::ops::Range;

use crate::Screen;
use crate::receptive_field::{Kinetics, Nonlinearity, ReverseCorrelation};

/// Filter and nonlinearity of a cell for flicker.
pub(crate) struct FlickerCascade {
    /// Filter of unit norm, oldest frame first.
    pub(crate) filter: Vec<f32>,
    /// Lag of its largest weight, by a parabola through it and its neighbours.
    pub(crate) peak_lag_ms: f64,
    pub(crate) biphasic_index: f64,
    /// Against the filter's output, in the unit of the flicker.
    pub(crate) nonlinearity: Nonlinearity,
}

impl FlickerCascade {
    /// Fits flicker `[frame]` and the rates of the bins from `history` on.
    pub(crate) fn fit(flicker: &[f32], rates: &[f32], screen: Screen, bins: usize) -> Self {
        let history = screen.history;
        let answered = history..history + rates.len();
        let filter = unit(filter(flicker, rates, answered, history));
        let drive: Vec<f32> = (flicker.windows(history).take(rates.len()))
            .map(|window| window.iter().zip(&filter).map(|(a, b)| a * b).sum())
            .collect();
        Self {
            peak_lag_ms: peak_lag(&filter) * screen.frame_period.0,
            biphasic_index: Kinetics::of(&filter, screen.frame_period).biphasic_index,
            nonlinearity: Nonlinearity::of(&drive, rates, bins),
            filter,
        }
    }
}

/// Reverse correlation of rates in consecutive bins with flicker.
pub(crate) fn filter(
    flicker: &[f32],
    rates: &[f32],
    bins: Range<usize>,
    history: usize,
) -> Vec<f32> {
    let mut sums = ReverseCorrelation::new(1, 1..history + 1, 1);
    sums.add(flicker, 0, bins, |_| rates);
    sums.average(0)
}

fn unit(weights: Vec<f32>) -> Vec<f32> {
    let norm = weights.iter().map(|w| w * w).sum::<f32>().sqrt();
    if norm > 0.0 {
        weights.iter().map(|weight| weight / norm).collect()
    } else {
        weights
    }
}

/// Lag in frames of the largest magnitude, between frames by a parabola.
fn peak_lag(filter: &[f32]) -> f64 {
    let size = |frame: usize| f64::from(filter[frame].abs());
    let peak = (0..filter.len())
        .max_by(|&a, &b| size(a).total_cmp(&size(b)))
        .unwrap_or(0);
    let lag = (filter.len() - peak) as f64;
    if peak == 0 || peak + 1 == filter.len() {
        return lag;
    }
    let [older, here, newer] = [peak - 1, peak, peak + 1].map(size);
    let curvature = older - 2.0 * here + newer;
    // A later frame has a smaller lag.
    lag - if curvature < 0.0 {
        0.5 * (older - newer) / curvature
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_between_frames_has_its_lag() {
        // The parabola 1 - (lag - 3.2)^2 / 8.
        let filter: Vec<f32> = (1..=8)
            .rev()
            .map(|lag| 1.0 - (lag as f32 - 3.2).powi(2) / 8.0)
            .map(|weight| weight.max(0.0))
            .collect();
        assert!((peak_lag(&filter) - 3.2).abs() < 1e-5);
    }
}
