//! Contiguous runs of predicted bins.

use std::ops::Range;

use crate::movie::pieces;

/// A contiguous run of predicted bins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Segment {
    /// First predicted bin.
    pub start: usize,
    /// Number of predicted bins.
    pub frames: usize,
}

impl Segment {
    /// The predicted bins.
    pub fn bins(self) -> Range<usize> {
        self.start..self.start + self.frames
    }

    /// The movie frames needed to predict them: `frames + history - 1` of them, ending with the
    /// one just before the last bin.
    ///
    /// # Panics
    /// Where the segment starts before frame `history`; those of a
    /// [`Timeline`](crate::Timeline) never do.
    pub fn frames_needed(self, history: usize) -> Range<usize> {
        self.start - history..self.start + self.frames - 1
    }

    pub(super) fn cut(range: Range<usize>, max_bins: usize) -> impl Iterator<Item = Self> {
        pieces(range, max_bins).map(|piece| Self {
            start: piece.start,
            frames: piece.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bin_is_predicted_from_the_frames_before_it() {
        let segment = Segment {
            start: 40,
            frames: 1,
        };
        assert_eq!(segment.frames_needed(40), 0..40);
    }

    #[test]
    fn cutting_leaves_the_remainder_last() {
        let sizes: Vec<usize> = Segment::cut(5..16, 4)
            .map(|segment| segment.frames)
            .collect();
        assert_eq!(sizes, [4, 4, 3]);
    }
}
