//! Causal checks: what the full network does when pathways are silenced.

use ganglion_experiment::CellOutcome;
use ganglion_numerics::{correlation, mean};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::judge::Judge;
use crate::silencing::lesion::Lesion;
use crate::silencing::network::SilencedNetwork;
use crate::trust::comparison::Comparison;

/// What a lesion does to one cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// The lesion.
    #[serde(flatten)]
    pub lesion: Lesion,
    /// Correlation of the rates with the intact network's, over all conditions.
    pub correlation: Option<f64>,
    /// Mean rate as a share of the intact network's.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub rate: f64,
    /// The phenomenon's headline metric.
    pub metric: Option<f64>,
    /// Whether the phenomenon is still there.
    pub present: bool,
    /// Why, in the experiment's words.
    pub reason: String,
    /// All metrics.
    pub outcome: CellOutcome,
    /// The metric beside the intact network's.
    pub comparison: Comparison,
}

/// The intact network's answers, and how lesions are judged beside them.
pub(crate) struct Causal<'a> {
    pub(crate) judge: &'a Judge<'a>,
    /// Output of the network.
    pub(crate) output: usize,
    /// The intact network's rates `[sample]`, Hz.
    pub(crate) intact: &'a [f64],
    /// What was measured on them.
    pub(crate) outcome: &'a CellOutcome,
    /// Largest change of a metric that is none, relative to it.
    pub(crate) tolerance: f64,
}

impl Causal<'_> {
    /// What lesions do.
    ///
    /// # Errors
    /// If a channel does not exist, or rates cannot be measured.
    pub(crate) fn effects(
        &self,
        network: &SilencedNetwork<'_>,
        lesions: &[Lesion],
    ) -> Result<Vec<Effect>, Error> {
        let sets: Vec<Vec<usize>> = lesions.iter().map(|one| one.silenced.clone()).collect();
        network.learn(&sets)?;
        let effect = |lesion: &Lesion| {
            let rates = network.rates(&lesion.silenced, self.output);
            let outcome = self.judge.outcome(&rates)?;
            let metric = outcome.metrics.get(self.judge.primary());
            Ok(Effect {
                lesion: lesion.clone(),
                correlation: correlation(&rates, self.intact),
                rate: mean(&rates) / mean(self.intact).max(f64::MIN_POSITIVE),
                metric: Some(metric).filter(|metric| metric.is_finite()),
                present: outcome.present,
                reason: outcome.reason.clone(),
                comparison: Comparison::new(&outcome, self.outcome, self.tolerance),
                outcome,
            })
        };
        lesions.iter().map(effect).collect()
    }
}
