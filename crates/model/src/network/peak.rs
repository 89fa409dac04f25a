//! The peak of a cell's receptive field, and its spike-triggered average.

use std::ops::Range;

/// The peak of a cell's receptive field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReceptiveFieldPeak {
    /// (row, column), pixels.
    pub position: [f32; 2],
    /// Whether brightening drives the cell.
    pub on: bool,
}

impl ReceptiveFieldPeak {
    /// Rows and columns of a window of this size around it, as far as the frame allows.
    ///
    /// # Panics
    /// Where the window is larger than the frame.
    pub fn window(&self, size: [usize; 2], frame: [usize; 2]) -> [Range<usize>; 2] {
        std::array::from_fn(|axis| {
            let corner = self.position[axis].round() - (size[axis] / 2) as f32;
            let corner = (corner.max(0.0) as usize).min(frame[axis] - size[axis]);
            corner..corner + size[axis]
        })
    }
}

/// A cell's spike-triggered average over the training movie.
#[derive(Clone, Debug, PartialEq)]
pub struct SpikeTriggeredAverage {
    /// `[history frame, y, x]`, oldest frame first, Hz per unit of the normalised movie.
    pub values: Vec<f32>,
    /// Time from frame to frame, milliseconds.
    pub frame_period_ms: f64,
}
