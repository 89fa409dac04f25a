//! Two models on the same recording.

use std::path::PathBuf;

use ganglion_model::evaluation::Comparison;
use ganglion_model::model::SourceFile;
use ganglion_recording::Partition;
use serde::{Deserialize, Serialize};

/// Paired scores of two models, and what they are of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComparisonSummary {
    /// The networks of A: one model, or trainings of it with several seeds.
    pub a: Vec<PathBuf>,
    /// The networks of B.
    pub b: Vec<PathBuf>,
    /// The recording.
    pub recording: PathBuf,
    /// What identifies it.
    pub source: SourceFile,
    /// Its part.
    pub partition: Partition,
    /// Time from one bin to the next, ms.
    pub frame_period_ms: f64,
    /// What a reader must know of the comparison.
    pub notes: Vec<String>,
    /// Cells that are not compared, since not all networks predict them.
    #[serde(default)]
    pub cells_left_out: Vec<usize>,
    /// Scores of all cells and of each one.
    #[serde(flatten)]
    pub comparison: Comparison,
}
