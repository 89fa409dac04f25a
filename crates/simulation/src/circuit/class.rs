//! Classes of ganglion cells and what was planted in them.

use ganglion_experiment::Phenomenon;
use serde::{Deserialize, Serialize};

/// A class of ganglion cells: cells with the same pathways.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its name, unique in a retina.
    pub name: String,
    /// The phenomena that its circuit was made to produce; none for a control.
    #[serde(default)]
    pub planted: Vec<Planted>,
}

impl Class {
    /// Whether a phenomenon was planted in the class.
    pub fn shows(&self, phenomenon: Phenomenon) -> bool {
        self.planted
            .iter()
            .any(|planted| planted.phenomenon == phenomenon)
    }
}

/// A phenomenon and why the circuit produces it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planted {
    /// The phenomenon.
    pub phenomenon: Phenomenon,
    /// The reason, to be read off the circuit.
    pub because: String,
}
