//! What is shown to what.

use std::path::PathBuf;

use super::Source;

/// A stimulus, and a file for the answers.
#[derive(Clone, Debug)]
pub struct Respond {
    /// A run directory (its best model) or a model directory; with a definition in TOML also a
    /// simulated retina or a reduced circuit.
    pub model: PathBuf,
    /// A movie `[frame, y, x]` or clips `[clip, frame, y, x]`; or a definition.
    pub stimulus: Source,
    /// File for the movie of a definition, frame by frame.
    pub movie: Option<PathBuf>,
    /// Whether a dataset is in the recording's units, and normalised as the model's training movie was.
    pub raw: bool,
    /// Bins of the movie in which every cell's receptive field is written, too.
    pub fields_at: Vec<usize>,
    /// File for the answers.
    pub out: PathBuf,
}
