//! How well a model predicts a recording.

use std::path::PathBuf;

use ganglion_model::evaluation::{
    Bootstrap, CellScore, PopulationScore, SpikeBySpike, Variability,
};
use ganglion_model::model::SourceFile;
use ganglion_recording::Partition;
use serde::{Deserialize, Serialize};

/// Scores, and what they are of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EvaluationSummary {
    /// The model.
    pub model: PathBuf,
    /// The epoch after which it was kept.
    pub model_epoch: usize,
    /// SHA-256 of its weights; none in files of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights_sha256: Option<String>,
    /// The recording.
    pub recording: PathBuf,
    /// Name of the recording's file.
    pub recording_name: String,
    /// Its SHA-256.
    pub recording_sha256: String,
    /// Files that it links to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recording_linked: Vec<SourceFile>,
    /// The part that was predicted.
    pub partition: Partition,
    /// Scores of each cell.
    pub cells: Vec<CellScore>,
    /// Median correlation over cells for which it is defined.
    pub median_pearson: Option<f64>,
    /// Median of correlation over ceiling, where there are repeats.
    pub median_normalised: Option<f64>,
    /// Number of cells in the medians.
    pub n: usize,
    /// Every score over the cells that have it: median and mean, with intervals over time and repeats.
    #[serde(default)]
    pub population: Vec<PopulationScore>,
    /// What the intervals are by: blocks of time and repeats, drawn anew.
    #[serde(default)]
    pub bootstrap: Option<Bootstrap>,
    /// How well single spikes are predicted from the stimulus and the spikes before; of generalised linear models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spike_by_spike: Option<SpikeBySpike>,
    /// How trials vary that are simulated, and how recorded ones do; of generalised linear models, where there are
    /// trials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variability: Option<Variability>,
    /// Bins of the recording that the scores are of.
    pub scored_bins: usize,
    /// What a user ought to know of the recording before believing the scores.
    pub notes: Vec<String>,
    /// What model and recording mean differently.
    pub warnings: Vec<String>,
    /// Bin of the recording that the first prediction belongs to.
    pub first_bin: usize,
    /// Time from one bin to the next, milliseconds.
    pub frame_period_ms: f64,
}
