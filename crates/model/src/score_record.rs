//! What a model says of how well it predicts.

use ganglion_recording::Partition;
use serde::{Deserialize, Serialize};

use crate::interval::Interval;
use crate::source::SourceFile;

/// The table `[evaluation]` of `model.toml`: scores on one part of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreRecord {
    /// The recording.
    pub recording: SourceFile,
    /// Its part.
    pub partition: Partition,
    /// Bins that can be scored.
    pub scored_bins: usize,
    /// The metrics that are defined for a cell or more.
    #[serde(default)]
    pub metrics: Vec<MetricRecord>,
}

/// One metric over the cells for which it is defined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricRecord {
    /// Its key in `evaluation.json`.
    pub name: String,
    /// What it is, in words.
    pub definition: String,
    /// Number of cells.
    pub cells: usize,
    /// Median over them.
    pub median: f64,
    /// Its 95 % interval, over time and repeats; none where the evaluation has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_interval: Option<Interval>,
    /// Least value of a cell.
    pub lowest: f64,
    /// Greatest value of a cell.
    pub highest: f64,
}
