//! Movies as responders take them.

use std::ops::Range;

/// A movie `[frame, y, x]` in units of the training stimulus' standard deviation; 0 is its mean.
#[derive(Clone, Debug, PartialEq)]
pub struct StimulusMovie {
    height: usize,
    width: usize,
    values: Vec<f32>,
}

impl StimulusMovie {
    /// A movie from its values, frame after frame, row after row.
    ///
    /// # Panics
    /// If `values` is not a whole number of frames.
    pub fn new(height: usize, width: usize, values: Vec<f32>) -> Self {
        assert!(
            height * width > 0 && values.len().is_multiple_of(height * width),
            "{} values are not whole frames of {height}x{width} pixels",
            values.len()
        );
        Self {
            height,
            width,
            values,
        }
    }

    /// Number of frames.
    pub fn frames(&self) -> usize {
        self.values.len() / (self.height * self.width)
    }

    /// Rows of a frame.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns of a frame.
    pub fn width(&self) -> usize {
        self.width
    }

    /// All values `[frame, y, x]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// One frame `[y, x]`.
    ///
    /// # Panics
    /// If there is no such frame.
    pub fn frame(&self, frame: usize) -> &[f32] {
        let pixels = self.height * self.width;
        &self.values[frame * pixels..][..pixels]
    }

    /// Some of the frames.
    ///
    /// # Panics
    /// If there are no such frames.
    pub fn part(&self, frames: Range<usize>) -> Self {
        let pixels = self.height * self.width;
        let values = &self.values[frames.start * pixels..frames.end * pixels];
        Self::new(self.height, self.width, values.to_vec())
    }
}
