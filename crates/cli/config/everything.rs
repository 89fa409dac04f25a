//! The tables of all commands.

use ganglion::attribution::AttributionConfig;
use ganglion::experiment::ExperimentConfig;
use ganglion::model::network::ModelConfig;
use ganglion::model::training::config::{DeviceConfig, RecordingConfig, TrainingConfig};
use ganglion::recording::NwbConfig;
use ganglion::reduction::ReductionConfig;
use ganglion::simulation::SimulationConfig;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Table;

use super::diagnosis::{ConfigProblem, diagnose};
use super::schema::{self, Schema};

/// The tables and keys that some command reads from a config.
pub const TOP_LEVEL: [&str; 10] = [
    "seed",
    "simulation",
    "recording",
    "nwb",
    "model",
    "training",
    "device",
    "experiments",
    "attribution",
    "reduction",
];

/// The schema of a config, as JSON: every table and key with its description, type and default.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Everything).to_value()
}

/// Every table and key that some command reads; each may be left out.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what it holds is read by its own command")]
struct Everything {
    /// Seed of everything that is drawn at random; 1 if left out.
    seed: Option<u64>,
    /// A simulated retina and the movies that it is shown, for `simulate`, `recovery` and `reproduce`.
    simulation: Option<SimulationConfig>,
    /// What is learned from, for `train`, `recovery` and `reproduce`.
    recording: Option<RecordingConfig>,
    /// Which parts of an NWB file become a recording, for `import`.
    nwb: Option<NwbConfig>,
    /// The network, for `train`, `recovery` and `reproduce`. `kind` names the family.
    model: Option<ModelConfig>,
    /// How the network learns, for `train`, `recovery` and `reproduce`.
    training: Option<TrainingConfig>,
    /// Where it learns, for `train`, `recovery` and `reproduce`.
    device: Option<DeviceConfig>,
    /// What a network or a simulated retina is shown, for `experiment`, `attribute`, `reduce`, `recovery` and
    /// `reproduce`. `phenomenon` names the experiment; keys that are left out have the value of its preset.
    experiments: Option<Vec<ExperimentConfig>>,
    /// How hidden units are attributed, for `attribute`, `reduce` and `reproduce`.
    attribution: Option<AttributionConfig>,
    /// How circuits are looked for and judged, for `reduce`, `identify`, `recovery` and `reproduce`.
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
