//! What is reduced, and how.

use std::path::PathBuf;

use ganglion_attribution::AttributionConfig;
use ganglion_experiment::ExperimentConfig;
use ganglion_plot::Format;
use ganglion_recording::CellIndex;
use ganglion_reduction::ReductionConfig;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The tables of a config that this stage reads.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReduceTables {
    /// The experiments whose phenomena are explained.
    pub experiments: Vec<ExperimentConfig>,
    /// How channels are attributed.
    pub attribution: AttributionConfig,
    /// How circuits are looked for and judged.
    pub reduction: ReductionConfig,
}

/// Circuits behind the answers of a network to experiments.
#[derive(Clone, Debug, Serialize)]
pub struct Reduce {
    /// A run directory (its best model) or a model directory.
    pub model: PathBuf,
    /// Other networks of the same recording, such as trainings with other seeds: of each pathway it is told in how many
    /// networks it is found, and verdicts are those of all together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<PathBuf>,
    /// Experiments, and how they are explained.
    #[serde(flatten)]
    pub tables: ReduceTables,
    /// Cells of the recording; all if none are named.
    pub cells: Option<Vec<CellIndex>>,
    /// Circuit of the simulated retina whose recording the model was trained on, to compare with;
    /// `circuit.toml` in the model's folder, if there is one, unless told otherwise.
    pub truth: Option<PathBuf>,
    /// Folder of `ganglion identify` with what is known of the cells' circuits; where none is given, circuits are identified
    /// from the network's answers to the probe.
    pub circuits: Option<PathBuf>,
    /// Folder for circuits, tables and figures, with a folder for each of several experiments;
    /// `reduction/NAME` in the run or model unless told otherwise.
    pub out: Option<PathBuf>,
    /// Format of the figures.
    #[serde(skip)]
    pub format: Format,
    /// The file that the tables were read from, if any, which is never replaced.
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

impl Reduce {
    /// One experiment with published parameters and all cells that show its phenomenon.
    ///
    /// # Errors
    /// Where there is no experiment of this name.
    pub fn preset(model: impl Into<PathBuf>, name: &str) -> Result<Self> {
        let preset = ExperimentConfig::preset(name, None);
        Ok(Self {
            model: model.into(),
            with: Vec::new(),
            tables: ReduceTables {
                experiments: vec![preset.map_err(|error| Error::request(error.to_string()))?],
                ..ReduceTables::default()
            },
            cells: None,
            truth: None,
            circuits: None,
            out: None,
            format: Format::default(),
            config: None,
        })
    }
}
