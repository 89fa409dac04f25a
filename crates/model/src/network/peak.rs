//! Where a cell looks.

/// The peak of a cell's receptive field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReceptiveFieldPeak {
    /// (row, column), pixels.
    pub position: [f32; 2],
    /// Whether brightening drives the cell.
    pub on: bool,
}
