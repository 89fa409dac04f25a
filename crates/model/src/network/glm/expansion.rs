//! Functions of lag, as what they do to whole frames.

use ganglion_glm::{Functions, Lags};

/// What functions of lag do to frames, for each bin of a frame: a frame stays on the screen for all its bins, so
/// that a function of bins is a function of frames, another one for each bin of a frame.
///
/// With the bin `s` of a frame, of `d`, the lag of `l` bins is in the frame `(l + d - 1 - s) / d` (rounded down)
/// before the bin's own.
pub(super) struct FrameExpansion {
    /// `[bin of the frame][frame, the newest first][function]`
    values: Vec<f32>,
    frames: usize,
    functions: usize,
}

impl FrameExpansion {
    pub(super) fn new(functions: &Functions, lags: Lags, bins_per_frame: usize) -> Self {
        let unit = match lags {
            Lags::Bins => bins_per_frame,
            Lags::Frames => 1,
        };
        let (length, count) = (functions.length(), functions.count());
        let frame_of = |lag: usize, bin: usize| (lag + unit - 1 - bin.min(unit - 1)) / unit;
        let frames = 1 + frame_of(length - 1, 0);
        let mut values = vec![0.0; bins_per_frame * frames * count];
        for bin in 0..bins_per_frame {
            for lag in 0..length {
                // Lags in frames are the same for all bins of a frame.
                let frame = match lags {
                    Lags::Bins => frame_of(lag, bin),
                    Lags::Frames => lag,
                };
                for function in 0..count {
                    values[(bin * frames + frame) * count + function] +=
                        functions.function(function)[lag] as f32;
                }
            }
        }
        Self {
            values,
            frames,
            functions: count,
        }
    }

    /// Frames that a bin sees.
    pub(super) fn frames(&self) -> usize {
        self.frames
    }

    /// `[bin of the frame][frame, the oldest first][function]`, with as many frames as a history has.
    ///
    /// # Panics
    /// Where a history has fewer frames than a bin sees.
    pub(super) fn oldest_first(&self, history: usize) -> Vec<f32> {
        assert!(
            history >= self.frames,
            "a history holds all that a bin sees"
        );
        let of_bin = self.frames * self.functions;
        let mut found = Vec::with_capacity(self.values.len() / self.frames * history);
        for bin in self.values.chunks(of_bin) {
            found.extend(std::iter::repeat_n(
                0.0,
                (history - self.frames) * self.functions,
            ));
            bin.chunks(self.functions)
                .rev()
                .for_each(|frame| found.extend_from_slice(frame));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three lags of bins, two bins a frame: the second bin of a frame sees its own frame for two lags, the first
    /// for one.
    #[test]
    fn bins_see_the_frames_that_were_on_the_screen() {
        let functions = Functions::new(vec![1.0, 2.0, 4.0], 3);
        let found = FrameExpansion::new(&functions, Lags::Bins, 2);
        assert_eq!(found.frames(), 2);
        // Of the first bin: lag 0 in its frame, lags 1 and 2 in the one before.
        assert_eq!(found.values, [1.0, 6.0, 3.0, 4.0]);
        assert_eq!(found.oldest_first(3), [0.0, 6.0, 1.0, 0.0, 4.0, 3.0]);
    }

    #[test]
    fn lags_of_frames_are_the_same_in_every_bin() {
        let functions = Functions::new(vec![1.0, 2.0, 4.0, 0.0, 1.0, 0.0], 3);
        let found = FrameExpansion::new(&functions, Lags::Frames, 2);
        let frame = [4.0, 0.0, 2.0, 1.0, 1.0, 0.0];
        assert_eq!(found.oldest_first(3), [frame, frame].concat());
    }
}
