//! The bins of a stretch of frames.

use std::ops::Range;

use super::times::Times;

/// Relative difference of a bin and a frame that are meant to be as long as each other.
const SAME: f64 = 2e-3;

/// Bins of equal length from the first frame of a stretch on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct EqualBins {
    /// When the first begins, seconds.
    pub(super) start: f64,
    /// Length of each, seconds.
    pub(super) length: f64,
    /// Number of bins.
    pub(super) count: usize,
}

impl EqualBins {
    /// As many as fit from the first frame of a stretch to the end of the last. Clocks are known to
    /// some digits only: little short of a whole bin counts as one, and where bins are as long as
    /// frames, half of one.
    pub(super) fn over(times: &Times, stretch: &Range<usize>, length: f64) -> Self {
        let start = times.at(stretch.start);
        // Whole periods, so that rounding of the two stamps does not matter.
        let steps = (times.at(stretch.end - 1) - start) / times.period();
        let duration = (steps.round() + 1.0) * times.period();
        let is_a_frame = (times.period() / length - 1.0).abs() < SAME;
        let slack = if is_a_frame { 0.5 } else { 0.01 };
        Self {
            start,
            length,
            count: (duration / length + slack).floor() as usize,
        }
    }

    /// The frame that each bin shows: the one that is on in its middle.
    pub(super) fn frames(&self, times: &Times, stretch: &Range<usize>) -> Vec<usize> {
        let middle = |bin: usize| self.start + (bin as f64 + 0.5) * self.length;
        (0..self.count)
            .map(|bin| times.frame_at(stretch, middle(bin)))
            .collect()
    }

    /// Spikes in each bin; those outside are left out.
    pub(super) fn counts(&self, spikes: &[f64]) -> Vec<f32> {
        counts_in_bins(spikes, self.start, self.length, self.count)
    }

    /// When a bin begins and ends.
    pub(super) fn span(&self, bin: usize) -> (f64, f64) {
        let at = |bin: usize| self.start + bin as f64 * self.length;
        (at(bin), at(bin + 1))
    }
}

/// Spikes in each of so many bins of equal length, from a bin's start to before its end; those outside are left out.
/// All times are in seconds.
pub fn counts_in_bins(spikes: &[f64], start: f64, length: f64, bins: usize) -> Vec<f32> {
    let mut counts = vec![0.0; bins];
    for spike in spikes {
        let bin = ((spike - start) / length).floor();
        if bin >= 0.0 && bin < bins as f64 {
            counts[bin as usize] += 1.0;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_movie_holds_its_frames_over_several_bins() {
        let times = Times::regular(2.0, 30.0, 3);
        let bins = EqualBins::over(&times, &(0..3), 0.01);
        assert_eq!(bins.count, 10);
        assert_eq!(bins.frames(&times, &(0..3)), [0, 0, 0, 1, 1, 1, 1, 2, 2, 2]);
    }

    #[test]
    fn a_bin_a_frame_leaves_the_movie_as_it_is() {
        let times = Times::listed(vec![0.5, 0.6, 0.7, 0.8]).unwrap();
        let bins = EqualBins::over(&times, &(0..4), times.period());
        assert_eq!(bins.frames(&times, &(0..4)), [0, 1, 2, 3]);
    }

    #[test]
    fn coarse_stamps_show_every_frame_once() {
        for start in [0.0f64, 40_000.0, 120_000.0] {
            let stamp = |frame: u32| f64::from(frame) / 60.0 + start;
            let rounded = (0..3000).map(|frame| (stamp(frame) * 1e3).round() / 1e3);
            let single = (0..3000).map(|frame| f64::from(stamp(frame) as f32));
            for stamps in [rounded.collect::<Vec<f64>>(), single.collect()] {
                let times = Times::listed(stamps).unwrap();
                let bins = EqualBins::over(&times, &(0..3000), times.period());
                let all: Vec<usize> = (0..3000).collect();
                assert_eq!(bins.frames(&times, &(0..3000)), all);
            }
        }
    }

    #[test]
    fn spikes_count_from_a_bins_start_to_before_its_end() {
        let bins = EqualBins {
            start: 1.0,
            length: 0.5,
            count: 2,
        };
        let spikes = [0.9, 1.0, 1.25, 1.5, 1.99, 2.0, f64::NAN];
        assert_eq!(bins.counts(&spikes), [2.0, 2.0]);
    }
}
