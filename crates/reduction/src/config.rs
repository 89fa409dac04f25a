//! Settings of a reduction.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::fit::price::Price;
use crate::identify::config::IdentifyConfig;

/// How a circuit is looked for, and when it is good enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReductionConfig {
    /// Correlation with the full response from which a circuit is said to follow it. Below it, kernels
    /// identified from the probe are candidates as well, if `identified_kernels`.
    pub correlation: f64,
    /// How far the phenomenon's headline metric may lie from the full network's, relative to it, to be
    /// called the same: of a circuit, and of the network with channels silenced. It selects nothing.
    pub metric_tolerance: f64,
    /// Not used any more: a pathway costs `identify.least_gain` of the variance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_gain: Option<f64>,
    /// Share of the variance of the rate that it must add, besides the price of every pathway
    /// (`identify.least_gain`), that a pathway is active at rest. More than where circuits are
    /// identified: a phenomenon's stimuli tell a pathway from its mirror image of the other polarity and
    /// sign less surely than the probe does.
    pub tonic_gain: f64,
    /// Weight of all lesions together, the intact response being 1, in the choice of a circuit: what it
    /// says of the network with each candidate silenced alone, with all its channels silenced, and with
    /// all others silenced.
    pub lesions: f64,
    /// Pathways of a fitted circuit at most.
    pub most_pathways: usize,
    /// Whether thresholds may be negative, so that a pathway that is active at rest can be taken
    /// away: disinhibition. Without it, thresholds are at or above 0.
    pub tonic: bool,
    /// Similarity from which channels are one cell type: the cosine between their kernels as the
    /// stimulus sees them.
    pub merge: f64,
    /// How far within a channel the drive may vary over the positions that are summed, relative to
    /// the largest drive.
    pub invariance: f64,
    /// Cells that are reduced at most, those nearest to the median first; absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most_cells: Option<usize>,
    /// Whether cells that do not show the phenomenon are reduced too: what drives them under its
    /// stimuli.
    pub also_absent: bool,
    /// Whether thresholds of a pathway's members may be spread: with one threshold for all, a
    /// response's peak moves in jumps, not gradually with contrast.
    pub spread_thresholds: bool,
    /// Least mean attribution of a channel, as a share of the largest of all channels, for which it
    /// may become a pathway: what the network hardly uses does not explain it.
    pub least_importance: f64,
    /// Not used any more: a phenomenon's metric is told, and chooses no circuit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_phenomenon: Option<bool>,
    /// Whether circuits of the cells are identified from the probe first: what is known of them bears on the choice and gives
    /// pathways their probability; and where no circuit of the network's own channels follows the rate with
    /// `correlation`, identified kernels may be pathways too, for full-field stimuli, as the probe tells kernels in
    /// time only.
    pub identified_kernels: bool,
    /// Not used any more: every choice of up to three candidates and their signs is fitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts: Option<usize>,
    /// Random choices of channels that the choice is compared with, and random lesions that a lesion
    /// is compared with, at most.
    pub shuffles: usize,
    /// Seed of these.
    pub seed: u64,
    /// How circuits are identified from a probe.
    pub identify: IdentifyConfig,
}

impl Default for ReductionConfig {
    fn default() -> Self {
        Self {
            correlation: 0.95,
            metric_tolerance: 0.2,
            least_gain: None,
            tonic_gain: 0.004,
            lesions: 0.1,
            most_pathways: 4,
            tonic: true,
            merge: 0.9,
            invariance: 1e-3,
            most_cells: None,
            also_absent: false,
            spread_thresholds: true,
            least_importance: 0.02,
            keep_phenomenon: None,
            identified_kernels: true,
            starts: None,
            shuffles: 40,
            seed: 1,
            identify: IdentifyConfig::default(),
        }
    }
}

impl ReductionConfig {
    /// Refuses settings without sense.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], which names the key.
    pub fn check(&self) -> Result<(), Error> {
        let shares = [
            ("correlation", self.correlation),
            ("metric_tolerance", self.metric_tolerance),
            ("merge", self.merge),
            ("least_importance", self.least_importance),
            ("invariance", self.invariance),
        ];
        for (key, value) in shares {
            require(
                value > 0.0 && value <= 1.0,
                key,
                value,
                "above 0, at most 1",
            )?;
        }
        let tonic = self.tonic_gain;
        require(
            (0.0..1.0).contains(&tonic),
            "tonic_gain",
            tonic,
            "from 0 to below 1",
        )?;
        let lesions = self.lesions;
        require(
            (0.0..=10.0).contains(&lesions),
            "lesions",
            lesions,
            "from 0 to 10",
        )?;
        let most = self.most_pathways;
        require(
            (1..=8).contains(&most),
            "most_pathways",
            most as f64,
            "1 to 8",
        )?;
        self.identify.check()?;
        require(self.most_cells != Some(0), "most_cells", 0.0, "at least 1")
    }
}

impl ReductionConfig {
    /// What a pathway costs.
    pub fn price(&self) -> Price {
        Price {
            a_pathway: self.identify.least_gain,
            at_rest: self.tonic_gain,
        }
    }

    /// Keys that were given and have no effect, with what to do.
    pub fn without_effect(&self) -> Vec<String> {
        let given = [
            (
                self.least_gain.is_some(),
                "least_gain",
                "a pathway costs `reduction.identify.least_gain` of the variance",
            ),
            (
                self.keep_phenomenon.is_some(),
                "keep_phenomenon",
                "the phenomenon's metric is told, and chooses no circuit",
            ),
            (
                self.starts.is_some(),
                "starts",
                "every choice of up to three candidates and their signs is fitted",
            ),
        ];
        given
            .into_iter()
            .filter(|(given, ..)| *given)
            .map(|(_, key, why)| format!("`reduction.{key}` has no effect: {why}; remove it"))
            .collect()
    }
}

fn require(
    condition: bool,
    key: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<(), Error> {
    if condition {
        return Ok(());
    }
    Err(Error::OutOfRange {
        key,
        value,
        allowed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_usable_and_nonsense_is_named() {
        assert!(ReductionConfig::default().check().is_ok());
        let config = ReductionConfig {
            merge: 1.5,
            ..ReductionConfig::default()
        };
        assert!(
            config
                .check()
                .unwrap_err()
                .to_string()
                .contains("reduction.merge = 1.5")
        );
    }
}
