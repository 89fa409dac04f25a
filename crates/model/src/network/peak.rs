//! Where a cell looks.

/// The peak of a cell's receptive field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReceptiveFieldPeak {
    /// (row, column), pixels.
    pub position: [f32; 2],
    /// Whether brightening drives the cell.
    pub on: bool,
}

/// A cell's spike-triggered average over the training movie.
#[derive(Clone, Debug, PartialEq)]
pub struct SpikeTriggeredAverage {
    /// `[history frame, y, x]`, oldest frame first, Hz per unit of the normalised movie.
    pub values: Vec<f32>,
    /// Time from frame to frame, milliseconds.
    pub frame_period_ms: f64,
}
