//! The tables of every stage.

use ganglion_attribution::AttributionConfig;
use ganglion_experiment::{ExperimentConfig, Phenomenon};
use ganglion_model::training::RunConfig;
use ganglion_reduction::ReductionConfig;
use serde::Serialize;
use toml::{Table, Value};

use crate::error::{Error, Result};
use crate::stages::simulate::SimulateTables;

/// What a reproduction does. A table that is left out has the defaults of its stage.
#[derive(Clone, Debug, Default)]
pub struct PipelineConfig {
    /// The retina that recordings are simulated from.
    pub simulation: Option<SimulateTables>,
    /// Recordings, network and training; recordings of a simulated retina are looked for by their name
    /// in its folder. Not needed where a trained model is given.
    pub training: Option<RunConfig>,
    /// The experiments; all phenomena with published parameters if left out.
    pub experiments: Option<Vec<ExperimentConfig>>,
    /// How channels are attributed.
    pub attribution: Option<AttributionConfig>,
    /// How circuits are looked for and judged.
    pub reduction: Option<ReductionConfig>,
}

impl PipelineConfig {
    /// The experiments, in their order.
    pub(super) fn experiments(&self) -> Result<Vec<ExperimentConfig>> {
        match &self.experiments {
            None => Phenomenon::ALL
                .iter()
                .map(|phenomenon| Ok(ExperimentConfig::preset(phenomenon.name(), None)?))
                .collect(),
            Some(experiments) if experiments.is_empty() => Err(Error::request(
                "`experiments` is empty; leave it out for all phenomena",
            )),
            Some(experiments) => Ok(experiments.clone()),
        }
    }

    /// All tables that there are, as TOML.
    pub(super) fn document(&self) -> Result<String> {
        let mut document = Table::new();
        merge(&mut document, self.simulation.as_ref())?;
        merge(&mut document, self.training.as_ref())?;
        let tables = [
            (
                "experiments",
                self.experiments.as_ref().map(Value::try_from),
            ),
            (
                "attribution",
                self.attribution.as_ref().map(Value::try_from),
            ),
            ("reduction", self.reduction.as_ref().map(Value::try_from)),
        ];
        for (name, table) in tables {
            if let Some(table) = table {
                document.insert(name.to_owned(), table?);
            }
        }
        Ok(toml::to_string(&document)?)
    }
}

/// Adds the tables of a stage.
fn merge(document: &mut Table, tables: Option<&impl Serialize>) -> Result<()> {
    if let Some(tables) = tables {
        document.extend(Table::try_from(tables)?);
    }
    Ok(())
}
