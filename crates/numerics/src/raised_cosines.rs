//! Functions that temporal kernels are made of: raised cosines in logarithmic time.

use std::f32::consts::PI;

/// Lag in frames at which the logarithm's resolution halves.
const OFFSET: f32 = 6.0;

/// Peak of the first function, as lag in frames before the newest.
const FIRST_PEAK: f32 = 1.0;

/// Smooth functions of lag `[function, frame]`, the oldest frame first, fine for recent frames and
/// coarse for old ones, each of unit norm.
///
/// With `x = ln(lag + 6)`, lags in frames, evenly spaced centres `c` and their distance `d`, a
/// function is `(1 + cos(pi (x - c) / (2 d))) / 2` within `2 d` of its centre, and 0 beyond. The
/// first peaks one frame before the newest, the last at `last_peak`, a share of the `history`,
/// which is in frames.
///
/// Source: Pillow et al. 2005, J. Neurosci. 25:11003, their figure 3; the offset of 6 frames and
/// the unit norm are ours.
pub fn raised_cosines(functions: usize, history: usize, last_peak: f64) -> Vec<f32> {
    let last_peak = (last_peak as f32 * history as f32).max(FIRST_PEAK + 1.0);
    raised_cosines_between(functions, history, [FIRST_PEAK, last_peak], OFFSET)
}

/// [`raised_cosines`] whose first and last function peak at given lags, with a given offset in place of 6
/// frames: the larger it is beside the lags, the more alike are the functions' widths.
pub fn raised_cosines_between(
    functions: usize,
    history: usize,
    [first_peak, last_peak]: [f32; 2],
    offset: f32,
) -> Vec<f32> {
    let warp = |lag: f32| (lag + offset).ln();
    let span = warp(last_peak) - warp(first_peak);
    let spacing = span / (functions.max(2) - 1) as f32;
    (0..functions)
        .flat_map(|function| {
            let centre = warp(first_peak) + spacing * function as f32;
            let bump = (0..history).map(move |frame| {
                let phase = (warp((history - 1 - frame) as f32) - centre) * PI / (2.0 * spacing);
                0.5 * (1.0 + phase.clamp(-PI, PI).cos())
            });
            unit_norm(bump.collect())
        })
        .collect()
}

fn unit_norm(values: Vec<f32>) -> Vec<f32> {
    let norm = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    values
        .into_iter()
        .map(|value| value / norm.max(f32::MIN_POSITIVE))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_move_from_recent_to_old_lags() {
        let history = 40;
        let basis = raised_cosines(10, history, 0.75);
        let peaks: Vec<usize> = basis
            .chunks(history)
            .map(|f| history - 1 - (0..history).max_by(|&a, &b| f[a].total_cmp(&f[b])).unwrap())
            .collect();
        assert_eq!((peaks[0], peaks[9]), (1, 30));
        assert!(peaks.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn peaks_are_where_they_are_asked_for() {
        let history = 200;
        let basis = raised_cosines_between(6, history, [1.0, 170.0], 50.0);
        let peak = |f: usize| {
            let values = &basis[f * history..][..history];
            history
                - 1
                - (0..history)
                    .max_by(|&a, &b| values[a].total_cmp(&values[b]))
                    .unwrap()
        };
        assert_eq!((peak(0), peak(5)), (1, 170));
    }

    /// The largest weight of any function at the oldest frame, of that at a recent one: what no
    /// function reaches, no kernel has.
    #[test]
    fn a_late_last_peak_reaches_the_oldest_frames() {
        let history = 40;
        let reach = |last_peak: f64| {
            let basis = raised_cosines(14, history, last_peak);
            let oldest: f32 = basis.chunks(history).map(|f| f[0]).fold(0.0, f32::max);
            let newest: f32 = basis
                .chunks(history)
                .map(|f| f[history - 4])
                .fold(0.0, f32::max);
            oldest / newest
        };
        assert!(reach(0.75) < 0.02, "{}", reach(0.75));
        assert!(reach(0.95) > 0.2, "{}", reach(0.95));
    }
}
