//! Which cells, and how.

use std::path::PathBuf;

use ganglion_plot::Format;
use ganglion_recording::{CellIndex, Milliseconds, Partition};
use ganglion_reverse_correlation::FieldEstimate;
use serde::Serialize;

/// Receptive fields of a recording's cells.
#[derive(Clone, Debug, Serialize)]
pub struct ReceptiveFields {
    /// The recording.
    pub recording: PathBuf,
    /// Its part.
    pub partition: Partition,
    /// The cells; all if left out.
    pub cells: Option<Vec<CellIndex>>,
    /// The dataset of responses, such as `firing_rate_10ms`; spikes where they are known, or else the least
    /// smoothed rates, if left out.
    pub response: Option<String>,
    /// How far back the fields reach.
    pub history: Milliseconds,
    /// What they are estimated by; chosen by the movie if left out.
    pub estimate: Option<FieldEstimate>,
    /// Folder for the files; nothing is written without one.
    pub out: Option<PathBuf>,
    /// Format of the figure.
    #[serde(skip)]
    pub format: Format,
}

impl ReceptiveFields {
    /// How far back fields reach unless told otherwise.
    pub const HISTORY: Milliseconds = Milliseconds(400.0);

    /// Of all cells from the training part, by what the movie needs, only returned.
    pub fn new(recording: impl Into<PathBuf>) -> Self {
        Self {
            recording: recording.into(),
            partition: Partition::Train,
            cells: None,
            response: None,
            history: Self::HISTORY,
            estimate: None,
            out: None,
            format: Format::default(),
        }
    }
}
