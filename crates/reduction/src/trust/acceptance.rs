//! How well a chosen circuit does: told, and never chosen by.

use ganglion_experiment::CellOutcome;
use serde::{Deserialize, Serialize};

use crate::config::ReductionConfig;
use crate::fit::causal_misfit::CausalMisfit;
use crate::trust::comparison::{Agreement, Comparison};

/// What a circuit reaches of what one would ask of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Whether its correlation with the full response reaches the one that was asked for.
    pub follows: bool,
    /// Its metric beside the network's.
    pub metric: Comparison,
    /// Whether it shows the phenomenon.
    pub present: bool,
    /// What silencing its channels, and all others, does to the network, beside what it says.
    pub causal: CausalMisfit,
    /// `1 - (misfit of both lesions) / (2 variations)`.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub causal_r_squared: f64,
    /// Whether its lesions agree with it: the network falls silent without its channels, and answers as
    /// before without all others.
    pub lesions_agree: bool,
}

impl Acceptance {
    pub(crate) fn new(
        (correlation, config): (f64, &ReductionConfig),
        (circuit, network): (&CellOutcome, &CellOutcome),
        causal: CausalMisfit,
    ) -> Self {
        Self {
            follows: correlation >= config.correlation,
            metric: Comparison::new(circuit, network, config.metric_tolerance),
            present: circuit.present,
            causal,
            causal_r_squared: causal.r_squared(),
            lesions_agree: causal.agrees(),
        }
    }

    /// Whether all of it is reached; a metric whose error leaves it open is no objection.
    pub fn is_good(&self) -> bool {
        self.follows && self.lesions_agree && self.metric.agreement != Agreement::Different
    }
}
