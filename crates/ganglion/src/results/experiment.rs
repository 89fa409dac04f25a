//! What an experiment found.

use ganglion_experiment::{
    CellOutcome, ExperimentConfig, Outcome, PopulationMetric, PreparedExperiment,
};
use serde::{Deserialize, Serialize};

use crate::program::{PROGRAM, revision};

/// Everything about an experiment but its arrays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExperimentSummary {
    /// The phenomenon or experiment.
    pub phenomenon: String,
    /// One entry a cell.
    pub cells: Vec<CellOutcome>,
    /// The metric that stands for the experiment.
    pub headline: String,
    /// Cells that show the phenomenon.
    pub present: usize,
    /// Cells on which the stimuli could tell.
    pub measurable: usize,
    /// Every metric over the cells that show the phenomenon.
    pub over_present_cells: Vec<PopulationMetric>,
    /// Every metric over all cells on which the stimuli could tell.
    pub over_measurable_cells: Vec<PopulationMetric>,
    /// Values that were not shown exactly as asked, and light that the model has not seen.
    pub warnings: Vec<String>,
    /// What was asked.
    pub model: String,
    /// What `model` is.
    pub subject: String,
    /// Parts of a simulated retina that were held at what they give for grey; none in the intact one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// The program.
    pub program: String,
    /// Its git revision, where the build was told it.
    pub revision: Option<String>,
    /// The experiment with every value resolved.
    pub config: ExperimentConfig,
}

/// One document, whatever the number of experiments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Experiments {
    /// One.
    One(Box<ExperimentSummary>),
    /// None, or several.
    Several {
        /// In the order in which they were made.
        experiments: Vec<ExperimentSummary>,
    },
}

impl Experiments {
    /// Of summaries in their order.
    pub fn new(mut summaries: Vec<ExperimentSummary>) -> Self {
        match summaries.len() {
            1 => Self::One(Box::new(summaries.remove(0))),
            _ => Self::Several {
                experiments: summaries,
            },
        }
    }
}

impl ExperimentSummary {
    /// Of an experiment that was made on a model, a retina or a circuit.
    pub(crate) fn new(
        model: String,
        subject: &str,
        prepared: &PreparedExperiment,
        outcome: &Outcome,
        beyond: Option<String>,
    ) -> Self {
        let (present, measurable) = (outcome.present(), outcome.measurable());
        Self {
            phenomenon: outcome.phenomenon.clone(),
            cells: outcome.cells.clone(),
            headline: prepared.config().headline().to_owned(),
            present: present.len(),
            measurable: measurable.len(),
            over_present_cells: outcome.population(&present),
            over_measurable_cells: outcome.population(&measurable),
            warnings: (prepared.warnings().iter())
                .map(ToString::to_string)
                .chain(beyond)
                .collect(),
            model,
            subject: subject.to_owned(),
            without: Vec::new(),
            program: PROGRAM.to_owned(),
            revision: revision().map(ToOwned::to_owned),
            config: prepared.config().clone(),
        }
    }

    /// Name of the experiment.
    pub fn name(&self) -> &'static str {
        self.config.name()
    }
}
