//! Whose circuits are identified, and how.

use std::path::PathBuf;

use ganglion_plot::Format;
use ganglion_recording::CellIndex;
use ganglion_reduction::ReductionConfig;
use ganglion_reduction::identify::IdentifyConfig;
use serde::{Deserialize, Serialize};

/// The tables of a config that this stage reads.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdentifyTables {
    /// Holds the table `identify`.
    pub reduction: ReductionConfig,
}

/// Circuits of a network's cells, whatever they are used for.
#[derive(Clone, Debug, Serialize)]
pub struct Identify {
    /// A run directory (its best model) or a model directory.
    pub model: PathBuf,
    /// Other networks of the same recording, such as trainings with other seeds: circuits are those of the mean
    /// of their rates, and of each pathway it is told how many of the networks alone have it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<PathBuf>,
    /// Recordings of the network's cells, whose spikes the circuits have to follow as well wherever their
    /// training partitions show full fields, or stripes as the probe does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recordings: Vec<PathBuf>,
    /// Whether these are the recordings that the network was trained on, as far as they can be followed: those with spike
    /// counts, where the network has one normalisation for all pixels and was not trained on shifted responses.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub training_recordings: bool,
    /// Whether circuits follow those spikes alone, and not the network, for comparison.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub without_network: bool,
    /// Whether the stimulus is written that would tell apart what a circuit may be, for each cell of which several are
    /// probable.
    #[serde(skip)]
    pub next_experiment: bool,
    /// The probe, and how circuits are looked for.
    pub identify: IdentifyConfig,
    /// Cells of the recording; all if none are named.
    pub cells: Option<Vec<CellIndex>>,
    /// Circuit of the simulated retina whose recording the model was trained on, to compare with;
    /// `circuit.toml` in the model's folder, if there is one, unless told otherwise.
    pub truth: Option<PathBuf>,
    /// Folder for circuits, tables and figures; `identification` in the run or model unless told
    /// otherwise.
    pub out: Option<PathBuf>,
    /// Format of the figures.
    #[serde(skip)]
    pub format: Format,
    /// The file that the settings were read from, if any, which is never replaced.
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

impl Identify {
    /// All cells of a model, by the usual probe.
    pub fn new(model: impl Into<PathBuf>) -> Self {
        Self {
            model: model.into(),
            with: Vec::new(),
            recordings: Vec::new(),
            training_recordings: false,
            without_network: false,
            next_experiment: false,
            identify: IdentifyConfig::default(),
            cells: None,
            truth: None,
            out: None,
            format: Format::default(),
            config: None,
        }
    }
}
