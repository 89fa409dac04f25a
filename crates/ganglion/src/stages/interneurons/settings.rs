//! Which network, beside which potentials.

use std::path::PathBuf;

use ganglion_plot::Format;
use ganglion_recording::Partition;
use serde::Serialize;

/// A network beside the potentials of a recording.
#[derive(Clone, Debug, Serialize)]
pub struct Interneurons {
    /// A run directory (its best model) or a model directory.
    pub model: PathBuf,
    /// The recording, which holds potentials.
    pub recording: PathBuf,
    /// Its part; the test part if that holds potentials, or else the training part.
    pub partition: Option<Partition>,
    /// Networks trained on responses that were shifted against the movie, from other initial weights than
    /// the network: with the same training seed both begin alike, and units would be alike for that reason.
    pub nulls: Vec<PathBuf>,
    /// Folder for tables and the figure; nothing is written without one.
    pub out: Option<PathBuf>,
    /// Format of the figure.
    #[serde(skip)]
    pub format: Format,
}

impl Interneurons {
    /// A network beside a recording, without a network trained on shifted responses, only returned.
    pub fn new(model: impl Into<PathBuf>, recording: impl Into<PathBuf>) -> Self {
        Self {
            model: model.into(),
            recording: recording.into(),
            partition: None,
            nulls: Vec::new(),
            out: None,
            format: Format::default(),
        }
    }
}
