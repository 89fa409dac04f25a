//! What was predicted of one retina, beside its truth.

use serde::{Deserialize, Serialize};

use super::calibration::Forecast;
use super::change::Change;
use crate::truth::planting::Planting;
use crate::truth::scoreboard::Scoreboard;

/// Predictions of one retina beside its truth, in counts and sums that add up over retinas.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RetinaScore {
    /// What it is compared within: a mechanism, or a family of circuits.
    pub group: String,
    /// Where the predictions are.
    pub predictions: String,
    /// Family that the retina was drawn from.
    pub family: String,
    /// Seed that it was drawn with.
    pub seed: u64,
    /// Pathways and claims, counted.
    pub counts: Scoreboard,
    /// Correlation of the time courses of planted pathways and of those found for them.
    #[serde(deserialize_with = "crate::number::all_or_nan")]
    pub kernels: Vec<f64>,
    /// Probabilities of pathways, where the predictions carry them.
    pub forecasts: Vec<Forecast>,
    /// How far the circuits answer as the retina.
    pub misfits: Vec<Misfit>,
    /// What silencing parts does.
    pub changes: Vec<Change>,
}

/// How far a predicted circuit answers as the cell of the retina, and whether its prediction warns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Misfit {
    /// The cell.
    pub cell: usize,
    /// Unexplained variance of the circuit's rate against the *retina's*.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub truth: f64,
    /// The same against the *network's* rate, over what the circuit was fitted to: all that a prediction knows
    /// of. NaN where that is not known.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub own: f64,
    /// What `own` is read from; none where it is not known.
    #[serde(default)]
    pub own_from: Option<OwnMisfit>,
    /// Whether the prediction stands by its circuit; none where it does not say.
    pub good_enough: Option<bool>,
}

/// What the misfit that a prediction knows of is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnMisfit {
    /// The prediction tells it.
    Unexplained,
    /// The circuit's correlation with the network, of predictions that do not tell it: the
    /// [least](super::change::least_misfit) that it can be.
    Correlation,
}

impl RetinaScore {
    /// Adds the kernels of a cell.
    pub fn add_kernels(&mut self, planting: &Planting) {
        let found = planting.pathways.iter().filter(|one| one.counts);
        let found = found.filter_map(|one| one.found.as_ref());
        self.kernels.extend(found.map(|one| one.kernel_correlation));
    }
}
