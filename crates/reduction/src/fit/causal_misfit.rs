//! How far a circuit says what silencing its channels, and all others, does to the network.

use serde::{Deserialize, Serialize};

/// What a circuit says of two lesions of the network, beside what they do.
///
/// With all channels of its pathways silenced, the network should answer as at rest; with all other
/// channels silenced, as the circuit. Squared differences over the variation of the intact rates around
/// their mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CausalMisfit {
    /// With the circuit's channels silenced.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub kept: f64,
    /// With all others silenced.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub others: f64,
}

/// Least causal R² of a circuit that its lesions do not refute: it says at least half of what they do.
pub const LEAST_CAUSAL: f64 = 0.5;

impl CausalMisfit {
    /// Both together.
    pub fn sum(&self) -> f64 {
        self.kept + self.others
    }

    /// `1 - (misfit of both lesions) / (2 variations)`: 1 for a circuit that says what both do, 0 for one
    /// that says no more than the intact mean rate.
    pub fn r_squared(&self) -> f64 {
        1.0 - 0.5 * self.sum()
    }

    /// Whether the circuit says well enough what silencing does.
    pub fn agrees(&self) -> bool {
        self.r_squared() >= LEAST_CAUSAL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_silencing_leaves_refutes_a_circuit() {
        let circuit = |kept, others| CausalMisfit { kept, others };
        assert!(circuit(0.05, 0.1).agrees());
        // Silencing what was kept changed nothing, and silencing all else took all.
        assert!(!circuit(1.1, 0.9).agrees());
        assert!((circuit(0.3, 0.1).r_squared() - 0.8).abs() < 1e-12);
    }
}
