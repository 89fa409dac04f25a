//! What cells did, as reverse correlation weighs it.

use ganglion_recording::CellIndex;
use serde::{Deserialize, Serialize};

/// What responses are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResponseKind {
    /// Spikes in bins, averaged over trials: averages are spike-triggered.
    Spikes,
    /// Firing rates, whatever was done to them: averages are weighted by the rate.
    Rates,
}

/// Responses of cells to a movie, one value a frame.
#[derive(Clone, Debug)]
pub struct CellResponses {
    /// The cells.
    pub cells: Vec<CellIndex>,
    /// Spikes or rates.
    pub kind: ResponseKind,
    /// `[cell][bin]`, Hz; NaN where nothing was recorded.
    pub rates: Vec<Vec<f32>>,
}

/// Rates without their mean over some bins, and 0 elsewhere: what frames are weighted by.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    /// `[cell][bin]`
    pub(crate) values: Vec<Vec<f32>>,
    /// Mean rates over the bins, Hz.
    pub(crate) means: Vec<f64>,
}

impl CellResponses {
    /// Weights over some bins; bins that a cell lacks weigh nothing.
    pub(crate) fn weights(&self, bins: &[usize]) -> Weights {
        let mut weights = Weights {
            values: Vec::new(),
            means: Vec::new(),
        };
        for rates in &self.rates {
            let held = || {
                bins.iter()
                    .map(|&bin| rates[bin])
                    .filter(|rate| !rate.is_nan())
            };
            let mean = ganglion_numerics::mean(held().map(f64::from));
            let mut values = vec![0.0; rates.len()];
            for &bin in bins.iter().filter(|bin| !rates[**bin].is_nan()) {
                values[bin] = (f64::from(rates[bin]) - mean) as f32;
            }
            weights.values.push(values);
            weights.means.push(mean);
        }
        weights
    }
}
