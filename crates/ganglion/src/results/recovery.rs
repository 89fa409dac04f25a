//! What a recovery of many simulated retinas found.

use ganglion_numerics::median;
use ganglion_reduction::score::{RetinaScore, ScoreSummary};
use serde::{Deserialize, Serialize};

use super::phenomena::{self, PhenomenonScore, ShownPhenomenon};

/// One retina, complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecoveredRetina {
    /// Seed of the retina, its movies, and the network's start.
    pub seed: u64,
    /// Median correlation of the network with held-out responses.
    pub correlation: Option<f64>,
    /// The same over the noise ceiling of each cell.
    pub of_ceiling: Option<f64>,
    /// Mean number of spikes of a cell that the network was trained on.
    pub spikes_a_cell: Option<f64>,
    /// How long its stages took.
    pub seconds: f64,
    /// Whether its circuits follow the cells' own spikes as well; absent in results of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_spikes: Option<bool>,
    /// Its predictions beside its truth.
    pub score: RetinaScore,
    /// The experiments of the config on it and on its network.
    #[serde(default)]
    pub phenomena: Vec<ShownPhenomenon>,
}

/// All retinas of a recovery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecoverySummary {
    /// The scores over all of them.
    #[serde(flatten)]
    pub score: ScoreSummary,
    /// Networks and spikes behind each, in the order of the scores' `retinas`.
    pub networks: Vec<RecoveredNetwork>,
    /// Median over retinas of correlation over ceiling.
    pub median_of_ceiling: Option<f64>,
    /// Whether networks show the phenomena of their retinas; one entry an experiment of the config.
    #[serde(default)]
    pub phenomena: Vec<PhenomenonScore>,
}

/// The network of a retina.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecoveredNetwork {
    /// Seed of the retina.
    pub seed: u64,
    /// Median correlation with held-out responses.
    pub correlation: Option<f64>,
    /// The same over the noise ceiling.
    pub of_ceiling: Option<f64>,
    /// Mean number of spikes of a cell in training.
    pub spikes_a_cell: Option<f64>,
}

impl RecoverySummary {
    /// Of retinas in their order.
    pub(crate) fn of(retinas: &[RecoveredRetina]) -> Self {
        let scores = retinas.iter().map(|one| one.score.clone()).collect();
        let network = |one: &RecoveredRetina| RecoveredNetwork {
            seed: one.seed,
            correlation: one.correlation,
            of_ceiling: one.of_ceiling,
            spikes_a_cell: one.spikes_a_cell,
        };
        Self {
            score: ScoreSummary::of(scores),
            networks: retinas.iter().map(network).collect(),
            median_of_ceiling: median(retinas.iter().filter_map(|one| one.of_ceiling)),
            phenomena: PhenomenonScore::all(retinas.iter().map(|one| one.phenomena.as_slice())),
        }
    }

    /// One row a retina.
    pub(crate) fn table(&self) -> crate::Result<String> {
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record([
            "seed",
            "cells",
            "planted",
            "right",
            "found",
            "found_right",
            "without_inhibition",
            "false_inhibition",
            "correlation",
            "of_ceiling",
            "spikes_a_cell",
        ])?;
        let told = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        for (score, network) in self.score.retinas.iter().zip(&self.networks) {
            let counts = &score.counts;
            let counts = [
                counts.cells,
                counts.planted,
                counts.right,
                counts.found,
                counts.found_right,
                counts.without_inhibition,
                counts.false_inhibition,
            ];
            let numbers = [
                network.correlation,
                network.of_ceiling,
                network.spikes_a_cell,
            ];
            let seed = [network.seed.to_string()].into_iter();
            let row = seed.chain(counts.map(|count| count.to_string()));
            table.write_record(row.chain(numbers.map(told)))?;
        }
        Ok(String::from_utf8(table.into_inner()?)?)
    }

    /// The scores and the networks in words.
    pub fn text(&self) -> String {
        let scores = crate::stages::score::summary_text(&self.score);
        let ceiling = crate::table::decimal(self.median_of_ceiling);
        let spikes = median(self.networks.iter().filter_map(|one| one.spikes_a_cell));
        let spikes = spikes.map_or("-".to_owned(), |spikes| format!("{spikes:.0}"));
        let phenomena = phenomena::text(&self.phenomena);
        format!(
            "{scores}{phenomena}networks: r / ceiling {ceiling} and {spikes} training spikes a cell, medians of {} \
             retinas\n",
            self.networks.len()
        )
    }
}
