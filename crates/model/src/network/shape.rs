//! The shapes that a model is built for.

use serde::{Deserialize, Serialize};

/// Sizes that a recording imposes on a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkShape {
    /// Rows of a frame, pixels.
    pub height: usize,
    /// Columns of a frame, pixels.
    pub width: usize,
    /// Frames that one response sees.
    pub history: usize,
    /// Cells.
    pub cells: usize,
}
