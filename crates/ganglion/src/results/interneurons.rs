//! Hidden units beside potentials of interneurons.

use std::path::PathBuf;

use ganglion_recording::{InterneuronUnit, Partition};
use ganglion_reduction::interneurons::BestUnit;
use serde::{Deserialize, Serialize};

/// A network beside the potentials of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InterneuronSummary {
    /// The network.
    pub model: PathBuf,
    /// The recording.
    pub recording: PathBuf,
    /// Its part.
    pub partition: Partition,
    /// Bins that a unit is chosen on, from the first with a full history.
    pub chosen_bins: usize,
    /// Bins after them that it is judged on.
    pub judged_bins: usize,
    /// Networks trained on shifted responses.
    pub nulls: Vec<PathBuf>,
    /// Initialisations of the untrained network that are averaged, of the seeds from 9000000 on, that of
    /// the network left out.
    pub untrained_networks: u64,
    /// One entry an interneuron.
    pub interneurons: Vec<ComparedInterneuron>,
    /// Means over interneurons.
    pub means: Vec<MeanCorrelation>,
}

/// One interneuron.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparedInterneuron {
    /// Its row in the recording.
    pub unit: usize,
    /// Name of its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Row and column in pixels, where known.
    pub place: Option<[f64; 2]>,
    /// The best unit of the network; none where the potential never changes.
    pub network: Option<BestUnit>,
    /// Correlation of the best unit of the untrained network, on the half that judges.
    pub untrained: Option<f64>,
    /// The same of networks trained on shifted responses.
    pub shifted: Option<f64>,
    /// Correlation of a linear-nonlinear model of the interneuron itself, on the same half.
    pub ln_model: Option<f64>,
}

/// The mean of a correlation, or of a difference of two, over interneurons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanCorrelation {
    /// Of what.
    pub what: String,
    /// Its value.
    pub mean: f64,
    /// 95 % interval by bootstrap over types; none for a single type.
    pub interval: Option<[f64; 2]>,
    /// Types.
    pub types: usize,
    /// Interneurons.
    pub interneurons: usize,
}

impl ComparedInterneuron {
    pub(crate) fn new(
        unit: usize,
        interneuron: &InterneuronUnit,
        network: Option<BestUnit>,
    ) -> Self {
        Self {
            unit,
            kind: interneuron.kind.clone(),
            place: interneuron.place.map(|place| [place.row, place.column]),
            network,
            untrained: None,
            shifted: None,
            ln_model: None,
        }
    }

    /// Correlation of the network's best unit on the half that judges.
    pub fn correlation(&self) -> Option<f64> {
        self.network.map(|best| best.correlation)
    }
}
