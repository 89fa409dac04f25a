//! What is compared.

use std::path::PathBuf;

use ganglion_plot::Format;
use ganglion_recording::{CellIndex, Partition};
use serde::Serialize;

/// Two models, or several trainings of each, beside a recording.
#[derive(Clone, Debug, Serialize)]
pub struct Compare {
    /// Run directories (their best models) or model directories: one model, trained with one seed or several.
    pub a: Vec<PathBuf>,
    /// The other model.
    pub b: Vec<PathBuf>,
    /// The recording.
    pub recording: PathBuf,
    /// Its part.
    pub partition: Partition,
    /// Cells of the recording that are compared; all that both models predict if none are named.
    pub cells: Option<Vec<CellIndex>>,
    /// Folder for the tables and the figure; nothing is written without one.
    pub out: Option<PathBuf>,
    /// Format of the figure.
    #[serde(skip)]
    pub format: Format,
}

impl Compare {
    /// Two models on the part of a recording that is held back from training, only returned.
    pub fn new(
        a: impl Into<PathBuf>,
        b: impl Into<PathBuf>,
        recording: impl Into<PathBuf>,
    ) -> Self {
        Self {
            a: vec![a.into()],
            b: vec![b.into()],
            recording: recording.into(),
            partition: Partition::Test,
            cells: None,
            out: None,
            format: Format::default(),
        }
    }
}
