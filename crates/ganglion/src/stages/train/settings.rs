//! What is trained, on what.

use std::path::PathBuf;

use ganglion_model::training::RunConfig;
use serde::Serialize;

/// A training run.
#[derive(Clone, Debug, Serialize)]
pub struct Train {
    /// Recordings, network and training.
    pub config: RunConfig,
    /// The run's folder.
    pub out: PathBuf,
    /// Whether the run that `out` holds is continued from its last checkpoint.
    #[serde(skip)]
    pub resume: bool,
    /// Whether it is continued although a recording has changed since it was begun.
    #[serde(skip)]
    pub accept_changed_recordings: bool,
    /// The file that the config was read from, if any: it is named in errors and never replaced.
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

impl Train {
    /// A new run in a folder.
    pub fn new(config: RunConfig, out: impl Into<PathBuf>) -> Self {
        Self {
            config,
            out: out.into(),
            resume: false,
            accept_changed_recordings: false,
            file: None,
        }
    }
}
