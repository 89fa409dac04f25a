//! What is simulated.

use std::path::PathBuf;

use ganglion_simulation::SimulationConfig;
use serde::{Deserialize, Serialize};

/// The tables of a config that this stage reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulateTables {
    /// Seed of everything.
    #[serde(default = "one")]
    pub seed: u64,
    /// The retina, and what it is shown.
    pub simulation: SimulationConfig,
}

fn one() -> u64 {
    1
}

/// A retina, and the folder that its recordings are written into.
#[derive(Clone, Debug, Serialize)]
pub struct Simulate {
    /// The retina, what it is shown, and the seed.
    #[serde(flatten)]
    pub tables: SimulateTables,
    /// The folder.
    pub out: PathBuf,
    /// The file that the tables were read from, if any: it is named in errors and never replaced.
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

impl Simulate {
    /// Recordings in a folder.
    pub fn new(tables: SimulateTables, out: impl Into<PathBuf>) -> Self {
        Self {
            tables,
            out: out.into(),
            config: None,
        }
    }
}
