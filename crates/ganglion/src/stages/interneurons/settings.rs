//! Which networks, beside which potentials.

use std::path::PathBuf;

use ganglion_plot::Format;
use ganglion_recording::Partition;
use serde::Serialize;

/// Networks beside the potentials of a recording.
#[derive(Clone, Debug, Serialize)]
pub struct Interneurons {
    /// Run directories (their best models) or model directories: networks of one kind, trained with
    /// different seeds.
    pub models: Vec<PathBuf>,
    /// The recording, which holds potentials.
    pub recording: PathBuf,
    /// Its part; the test part if that holds potentials, or else the training part.
    pub partition: Option<Partition>,
    /// Networks trained on responses that were shifted against the movie, from other initial weights than
    /// the networks: with the same training seed both begin alike, and units would be alike for that reason.
    pub nulls: Vec<PathBuf>,
    /// Folders of results of other recordings, which means are also taken over.
    pub with: Vec<PathBuf>,
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
            models: vec![model.into()],
            recording: recording.into(),
            partition: None,
            nulls: Vec::new(),
            with: Vec::new(),
            out: None,
            format: Format::default(),
        }
    }
}
