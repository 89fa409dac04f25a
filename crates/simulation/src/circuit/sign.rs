//! Polarity and sign, which are different things.

use serde::{Deserialize, Serialize};

/// Whether an interneuron answers increments or decrements of light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Polarity {
    /// Depolarised by increments.
    On,
    /// Depolarised by decrements.
    Off,
}

impl Polarity {
    /// +1 for ON, -1 for OFF.
    pub fn factor(self) -> f64 {
        match self {
            Self::On => 1.0,
            Self::Off => -1.0,
        }
    }
}

/// Whether a pathway drives a ganglion cell up or down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    /// Raises the cell's drive.
    Excitatory,
    /// Lowers the cell's drive.
    Inhibitory,
}

impl Sign {
    /// +1 for excitatory, -1 for inhibitory.
    pub fn factor(self) -> f64 {
        match self {
            Self::Excitatory => 1.0,
            Self::Inhibitory => -1.0,
        }
    }
}
