//! What is judged, against what.

use std::path::PathBuf;

use ganglion_recording::Partition;
use serde::Serialize;

/// A model beside a recording.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluate {
    /// A run directory (its best model) or a model directory.
    pub model: PathBuf,
    /// The recording.
    pub recording: PathBuf,
    /// Its part.
    pub partition: Partition,
    /// A Parquet file for the predicted rates, as the Sensorium challenges take them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predictions: Option<PathBuf>,
}

impl Evaluate {
    /// On the part of a recording that is held back from training.
    pub fn new(model: impl Into<PathBuf>, recording: impl Into<PathBuf>) -> Self {
        Self {
            model: model.into(),
            recording: recording.into(),
            partition: Partition::Test,
            predictions: None,
        }
    }
}
