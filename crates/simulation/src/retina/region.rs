//! The part of a frame in which interneurons are computed.

use std::ops::Range;

use ganglion_experiment::Screen;

/// A rectangle of pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

impl Region {
    /// All of a frame.
    pub(super) fn whole(screen: &Screen) -> Self {
        Self {
            rows: 0..screen.height,
            columns: 0..screen.width,
        }
    }

    /// The smallest rectangle with both in it.
    pub(super) fn joined(self, other: Self) -> Self {
        let join = |a: Range<usize>, b: Range<usize>| a.start.min(b.start)..a.end.max(b.end);
        Self {
            rows: join(self.rows, other.rows),
            columns: join(self.columns, other.columns),
        }
    }

    pub(super) fn pixels(&self) -> usize {
        self.rows.len() * self.columns.len()
    }

    /// Where a pixel of the frame is in the rectangle, row after row.
    pub(super) fn offset(&self, y: usize, x: usize) -> usize {
        (y - self.rows.start) * self.columns.len() + x - self.columns.start
    }
}
