//! What is attributed, and how.

use std::path::PathBuf;

use ganglion_attribution::AttributionConfig;
use ganglion_experiment::{ExperimentConfig, Phenomenon};
use ganglion_plot::Format;
use ganglion_recording::DatasetSpec;
use serde::{Deserialize, Serialize};

use super::method::Method;
use crate::error::{Error, Result};

/// The tables of a config that this stage reads.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AttributeTables {
    /// How channels are attributed.
    pub attribution: AttributionConfig,
    /// What is shown.
    pub experiments: Vec<ExperimentConfig>,
}

/// Attributions of a network's responses to its hidden units.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// A run directory (its best model) or a model directory.
    pub model: PathBuf,
    /// What is shown, unless a stimulus is, and how channels are attributed.
    pub tables: AttributeTables,
    /// A movie `[frame, y, x]` or clips `[clip, frame, y, x]`, in the model's normalised units.
    pub stimulus: Option<DatasetSpec>,
    /// Whether stimulus and baseline are in the recording's units, and normalised first.
    pub raw: bool,
    /// Where paths start: a movie or clips of the stimulus' size, or one history for all; grey if there
    /// is none.
    pub baseline: Option<DatasetSpec>,
    /// How: the path integral, or another way to compare with.
    pub method: Method,
    /// Pathways that [`Method::Occlusion`] silences in turn: channels joined by `+`, as in `0+3,1`.
    pub pathways: Option<String>,
    /// Whether controls of experiments are shown, too.
    pub controls: bool,
    /// What of every unit is kept; everything of a stimulus and sums of experiments unless told
    /// otherwise.
    pub maps: Option<Maps>,
    /// Folder for the results; `attribution` in the run or model unless told otherwise.
    pub out: Option<PathBuf>,
    /// Format of the figures.
    pub format: Format,
    /// The file that the tables were read from, if any, which is never replaced.
    pub config: Option<PathBuf>,
}

/// What is kept of every unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maps {
    /// Attributions and effective weights.
    All,
    /// Attributions.
    Attribution,
    /// Sums only.
    None,
}

impl Attribute {
    /// The path integral for experiments with published parameters: one by its name, or the four
    /// phenomena by the name `all`.
    ///
    /// # Errors
    /// Where there is no experiment of this name.
    pub fn preset(model: impl Into<PathBuf>, name: &str) -> Result<Self> {
        Ok(Self {
            model: model.into(),
            tables: AttributeTables {
                attribution: AttributionConfig::default(),
                experiments: presets(name)?,
            },
            stimulus: None,
            raw: false,
            baseline: None,
            method: Method::Path,
            pathways: None,
            controls: false,
            maps: None,
            out: None,
            format: Format::default(),
            config: None,
        })
    }
}

/// The experiment of a name with published parameters, or all phenomena.
///
/// # Errors
/// Where there is no experiment of this name.
pub fn presets(name: &str) -> Result<Vec<ExperimentConfig>> {
    Ok(match name {
        "all" => Phenomenon::ALL
            .iter()
            .map(|phenomenon| ExperimentConfig::preset(phenomenon.name(), None))
            .collect::<Result<_, _>>()?,
        name => {
            let config = ExperimentConfig::preset(name, None);
            let config =
                config.map_err(|error| Error::request(format!("--phenomenon: {error}, all")));
            vec![config?]
        }
    })
}
