//! Which experiments are made, on what.

use std::path::{Path, PathBuf};

use ganglion_experiment::ExperimentConfig;
use ganglion_plot::Format;
use ganglion_recording::CellIndex;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, ensure};

/// The tables of a config that this stage reads.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExperimentTables {
    /// The experiments.
    pub experiments: Vec<ExperimentConfig>,
}

/// Experiments on a network, a simulated retina or a reduced circuit.
#[derive(Clone, Debug, Serialize)]
pub struct Experiment {
    /// A run directory (its best model), a model directory, a simulated retina or a reduced circuit.
    pub model: PathBuf,
    /// What is shown, and by which rule the answers are judged.
    pub experiments: Vec<ExperimentConfig>,
    /// Parts of a simulated retina that are held at what they give for grey, as
    /// [`Silencing::of`](ganglion_simulation::Silencing::of) reads them; nothing for the intact one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// Cells of the recording; all if none are named.
    pub cells: Option<Vec<CellIndex>>,
    /// Folder for responses, tables, summary and figures, with a folder for each of several
    /// experiments; nothing is written without one.
    pub out: Option<PathBuf>,
    /// Whether every stimulus is written as a movie, too.
    pub movies: bool,
    /// Format of the figures.
    #[serde(skip)]
    pub format: Format,
    /// The file that the experiments were read from, if any, which is never replaced.
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

impl Experiment {
    /// One experiment with published parameters, on all cells, whose results are only returned.
    ///
    /// # Errors
    /// Where there is no experiment of this name.
    pub fn preset(model: impl Into<PathBuf>, name: &str) -> Result<Self> {
        let preset = ExperimentConfig::preset(name, None);
        Ok(Self {
            model: model.into(),
            experiments: vec![preset.map_err(|error| Error::request(error.to_string()))?],
            without: Vec::new(),
            cells: None,
            out: None,
            movies: false,
            format: Format::default(),
            config: None,
        })
    }
}

/// The experiments of a config that have a name.
///
/// # Errors
/// Where there is none, with the names that there are.
pub fn named(
    all: &[ExperimentConfig],
    name: &str,
    config: Option<&Path>,
) -> Result<Vec<ExperimentConfig>> {
    let chosen = all.iter().filter(|one| one.name() == name).cloned();
    let chosen: Vec<ExperimentConfig> = chosen.collect();
    let names: Vec<_> = all.iter().map(ExperimentConfig::name).collect();
    ensure!(
        !chosen.is_empty(),
        "{}: there is no experiment {name:?} in it; use one of {}",
        config.unwrap_or(Path::new("the config")).display(),
        names.join(", ")
    );
    Ok(chosen)
}
