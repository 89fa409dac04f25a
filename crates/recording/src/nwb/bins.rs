//! Times of frames, and the bins of a recording.

/// When frames appeared, seconds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Times {
    /// One after the other at a fixed rate.
    Regular {
        /// Of the first frame.
        start: f64,
        /// Frames a second.
        rate: f64,
        /// Number of frames.
        frames: usize,
    },
    /// Each by itself, increasing, at least two.
    Listed(Vec<f64>),
}

impl Times {
    /// When the first frame appeared.
    pub(super) fn start(&self) -> f64 {
        match self {
            Self::Regular { start, .. } => *start,
            Self::Listed(times) => times[0],
        }
    }

    /// Typical time from frame to frame: the median.
    pub(super) fn period(&self) -> f64 {
        match self {
            Self::Regular { rate, .. } => 1.0 / rate,
            Self::Listed(times) => {
                let mut steps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
                steps.sort_by(f64::total_cmp);
                steps[steps.len() / 2]
            }
        }
    }

    /// When the last frame went.
    pub(super) fn end(&self) -> f64 {
        match self {
            Self::Regular {
                start,
                rate,
                frames,
            } => start + *frames as f64 / rate,
            Self::Listed(times) => times[times.len() - 1] + self.period(),
        }
    }

    /// The frame that is on at a time after the first appeared.
    fn frame_at(&self, time: f64) -> usize {
        match self {
            Self::Regular {
                start,
                rate,
                frames,
            } => (((time - start) * rate) as usize).min(frames - 1),
            Self::Listed(times) => times.partition_point(|shown| *shown <= time).max(1) - 1,
        }
    }
}

/// Bins of equal length from the first frame on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bins {
    /// When the first begins, seconds.
    pub(super) start: f64,
    /// Length of each, seconds.
    pub(super) length: f64,
    /// Number of bins.
    pub(super) count: usize,
}

impl Bins {
    /// As many as fit from the first frame to the end of the last; a rounding error short of a
    /// whole bin counts as one.
    pub(super) fn over(times: &Times, length: f64) -> Self {
        let start = times.start();
        let count = ((times.end() - start) / length + 1e-6).floor() as usize;
        Self {
            start,
            length,
            count,
        }
    }

    /// The frame that each bin shows: the one that is on in its middle.
    pub(super) fn frames(&self, times: &Times) -> Vec<usize> {
        let middle = |bin: usize| self.start + (bin as f64 + 0.5) * self.length;
        (0..self.count)
            .map(|bin| times.frame_at(middle(bin)))
            .collect()
    }

    /// Spikes in each bin; those outside are left out.
    pub(super) fn counts(&self, spikes: &[f64]) -> Vec<f32> {
        let mut counts = vec![0.0; self.count];
        for spike in spikes {
            let bin = ((spike - self.start) / self.length).floor();
            if bin >= 0.0 && bin < self.count as f64 {
                counts[bin as usize] += 1.0;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_movie_holds_its_frames_over_several_bins() {
        let times = Times::Regular {
            start: 2.0,
            rate: 30.0,
            frames: 3,
        };
        let bins = Bins::over(&times, 0.01);
        assert_eq!(bins.count, 10);
        assert_eq!(bins.frames(&times), [0, 0, 0, 1, 1, 1, 1, 2, 2, 2]);
    }

    #[test]
    fn a_bin_a_frame_leaves_the_movie_as_it_is() {
        let shown = vec![0.5, 0.6, 0.7, 0.8];
        let times = Times::Listed(shown);
        let bins = Bins::over(&times, times.period());
        assert_eq!(bins.frames(&times), [0, 1, 2, 3]);
    }

    #[test]
    fn spikes_count_from_a_bins_start_to_before_its_end() {
        let bins = Bins {
            start: 1.0,
            length: 0.5,
            count: 2,
        };
        let spikes = [0.9, 1.0, 1.25, 1.5, 1.99, 2.0, f64::NAN];
        assert_eq!(bins.counts(&spikes), [2.0, 2.0]);
    }
}
