//! The tables of all commands.

use ganglion::attribution::AttributionConfig;
use ganglion::experiment::ExperimentConfig;
use ganglion::model::network::ModelConfig;
use ganglion::model::training::config::{DeviceConfig, RecordingConfig, TrainingConfig};
use ganglion::recording::NwbConfig;
use ganglion::reduction::ReductionConfig;
use ganglion::simulation::SimulationConfig;
use serde::Deserialize;
use toml::Table;

use super::diagnosis::{ConfigProblem, diagnose};
use super::schema::{self, Schema};

/// Every table and key that some command reads; each may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what it holds is read by its own command")]
struct Everything {
    seed: Option<u64>,
    simulation: Option<SimulationConfig>,
    recording: Option<RecordingConfig>,
    nwb: Option<NwbConfig>,
    model: Option<ModelConfig>,
    training: Option<TrainingConfig>,
    device: Option<DeviceConfig>,
    experiments: Option<Vec<ExperimentConfig>>,
    attribution: Option<AttributionConfig>,
    reduction: Option<ReductionConfig>,
}

/// What is wrong with a table or key that a command does not read itself: a value of another type,
/// or an unknown key. What is missing there is not missed.
pub fn problem(name: &str, config: &Table) -> Option<ConfigProblem> {
    let mut alone = Table::new();
    alone.insert(name.to_owned(), config.get(name)?.clone());
    let message = schema::parse::<Everything>(&alone).err()?;
    let is_missing = message.starts_with("missing field");
    (!is_missing).then(|| diagnose(Schema::of::<Everything>(), &alone, &message))
}
