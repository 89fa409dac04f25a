//! What an attribution found.

use std::path::PathBuf;

use ganglion_attribution::{AttributionConfig, Polarity, Sign};
use serde::{Deserialize, Serialize};

use super::number::or_nan;

/// What was attributed and how good it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributionSummary {
    /// The program.
    pub program: String,
    /// The model.
    pub model: PathBuf,
    /// The experiment, or `stimulus`.
    pub phenomenon: String,
    /// What was shown, one after the other.
    pub conditions: Vec<String>,
    /// Which responses, in words.
    pub attributed: String,
    /// What rows of the arrays are: `frame` or `clip`.
    pub rows: String,
    /// Responses.
    pub samples: usize,
    /// How.
    pub method: String,
    /// With which settings.
    pub settings: AttributionConfig,
    /// Where arrays, tables and figures are.
    pub folder: PathBuf,
    /// One entry a cell.
    pub cells: Vec<AttributionCell>,
}

/// Of several experiments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attributions {
    /// In the order in which they were attributed.
    pub experiments: Vec<AttributionSummary>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributionCell {
    /// 0-based within the recording.
    pub cell: usize,
    /// How good the attributions are; absent for effects, which are measured, not integrated.
    #[serde(flatten)]
    pub quality: Option<AttributionQuality>,
    /// Channels of the layer, or the parts that were silenced, in their order.
    pub channels: Vec<AttributionChannel>,
}

/// How good the attributions of a cell are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributionQuality {
    /// Largest minus smallest rate.
    #[serde(deserialize_with = "or_nan")]
    pub response_range_hz: f64,
    /// Largest completeness gap.
    #[serde(deserialize_with = "or_nan")]
    pub largest_gap_hz: f64,
    /// Largest gap as a share of the response range; absent where nothing responded.
    pub largest_gap_share: Option<f64>,
    /// Responses that missed their tolerance.
    pub missed: usize,
    /// Nodes of a path in the median.
    pub median_nodes: usize,
    /// Nodes of a path at most.
    pub most_nodes: usize,
}

/// One channel's part in the responses of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributionChannel {
    /// A channel, or channels joined by `+`.
    pub channel: String,
    /// Of first-layer channels.
    pub polarity: Option<Polarity>,
    /// Whether it excites or inhibits.
    pub sign: Sign,
    /// Mean magnitude of the attribution, Hz.
    #[serde(deserialize_with = "or_nan")]
    pub mean_magnitude_hz: f64,
    /// Mean magnitude over that of all channels, negative where the channel inhibits.
    #[serde(deserialize_with = "or_nan")]
    pub share: f64,
    /// Whether it is among the fewest channels whose sum has a correlation of 0.9 with the sum of
    /// all.
    pub kept: bool,
}

impl AttributionSummary {
    /// Responses that missed their tolerance.
    pub fn missed(&self) -> usize {
        let qualities = self.cells.iter().filter_map(|cell| cell.quality.as_ref());
        qualities.map(|quality| quality.missed).sum()
    }
}
