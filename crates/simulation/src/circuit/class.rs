//! Classes of ganglion cells and what was planted in them.

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
    pub fn shows(&self, phenomenon: PlantedPhenomenon) -> bool {
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
    pub phenomenon: PlantedPhenomenon,
    /// The reason, to be read off the circuit.
    pub because: String,
}

/// The phenomena that a circuit can be made to produce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlantedPhenomenon {
    /// A response to the flash that is missing at the end of a train, at a constant delay after
    /// it was due. Schwartz et al. 2007.
    OmittedStimulus,
    /// Response latency that falls with contrast. Gollisch & Meister 2008.
    Latency,
    /// A response to a moving bar that leads the bar. Berry et al. 1999.
    MotionAnticipation,
    /// A burst after a moving bar reverses, at a constant delay. Schwartz et al. 2007.
    MotionReversal,
}
