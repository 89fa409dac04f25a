//! Blocks of time that features are made for, small enough for a processor's cache.

use std::ops::Range;

use crate::layout::Layout;
use crate::products::ROUND;

/// Bytes of a block's features that are aimed at.
const CACHED: usize = 1 << 20;
/// Bins of a block at most, and at least where there are so many: sums over a row are then long enough to be
/// fast and short enough to be exact in single precision.
const BINS: [usize; 2] = [512, 1024];

/// Frames of one segment that follow one another. Its bins stand in a row phase after phase: bin `b` of frame
/// `f` at `b * padded + f`, so that the stimulus of a phase is a convolution of the movie's frames.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) frames: Range<usize>,
    /// First frame of the segment.
    pub(crate) segment: usize,
    /// Bins of the segment's start that are left out, as bins of the recording before which none is used.
    pub(crate) first_bin: usize,
    /// Frames, rounded up.
    pub(crate) padded: usize,
    /// Which of the parts of the recording it is in, for cross-validation.
    pub(crate) fold: usize,
}

impl Block {
    /// Where a bin of the recording stands in a row.
    #[inline(always)]
    pub(crate) fn place(&self, bin: usize, bins_per_frame: usize) -> usize {
        let within = bin - self.frames.start * bins_per_frame;
        (within % bins_per_frame) * self.padded + within / bins_per_frame
    }

    pub(crate) fn bins(&self, bins_per_frame: usize) -> Range<usize> {
        self.frames.start * bins_per_frame..self.frames.end * bins_per_frame
    }

    /// Bins that are in the likelihood.
    pub(crate) fn used(&self, bins_per_frame: usize) -> Range<usize> {
        let bins = self.bins(bins_per_frame);
        bins.start.max(self.first_bin).min(bins.end)..bins.end
    }
}

/// The blocks of segments, in order, in so many parts of about as many bins, each without a gap.
pub(crate) fn blocks(
    layout: &Layout,
    segments: &[Range<usize>],
    folds: usize,
    element: usize,
) -> Vec<Block> {
    let per_frame = layout.bins_per_frame;
    let rows = layout.shared() + layout.cells * layout.history_functions();
    let bins = (CACHED / (element * rows)).clamp(BINS[0], BINS[1]);
    let length = (bins / per_frame).next_multiple_of(ROUND);
    let reach = layout.reach();
    let mut blocks = Vec::new();
    for segment in segments {
        let first_bin = segment.start * per_frame + reach;
        // Frames without a bin in the likelihood are skipped.
        let start = segment.start.max(first_bin / per_frame);
        for first in (start..segment.end).step_by(length) {
            let frames = first..(first + length).min(segment.end);
            blocks.push(Block {
                padded: frames.len().next_multiple_of(ROUND),
                frames,
                segment: segment.start,
                first_bin,
                fold: 0,
            });
        }
    }
    let total: usize = blocks.iter().map(|block| block.frames.len()).sum();
    let mut done = 0;
    for block in &mut blocks {
        block.fold = done * folds / total.max(1);
        done += block.frames.len();
    }
    blocks
}
