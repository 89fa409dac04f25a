//! A number for every part of a model.

use serde::{Deserialize, Serialize};

use crate::design::Terms;
use crate::layout::Layout;

/// A number for every part of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// `eta` without stimulus and spikes.
    #[serde(with = "crate::json_number::one")]
    pub bias: f64,
    /// Weights of the stimulus functions `[pixel of the frame][function]`; 0 for pixels that the cell does not
    /// see. Empty without stimulus.
    #[serde(with = "crate::json_number::many")]
    pub stimulus: Vec<f64>,
    /// Weights of the history functions; empty without history.
    #[serde(with = "crate::json_number::many")]
    pub history: Vec<f64>,
    /// Weights of the coupling functions `[cell][function]`; 0 for its own. Empty without couplings.
    #[serde(with = "crate::json_number::many")]
    pub coupling: Vec<f64>,
}

impl Weights {
    /// From those of all rows of a layout.
    pub(crate) fn of(layout: &Layout, terms: Terms, pixels: usize, rows: &[f64]) -> Self {
        let functions = layout.stimulus_functions();
        let mut stimulus = vec![0.0; pixels * functions];
        for (index, &pixel) in layout.pixels.iter().enumerate() {
            stimulus[pixel * functions..][..functions]
                .copy_from_slice(&rows[layout.pixel_rows(index)]);
        }
        let [history, coupling] = [
            layout.history_rows(),
            layout.without_spikes()..layout.shared(),
        ];
        Self {
            bias: rows[0],
            stimulus: if terms.stimulus { stimulus } else { Vec::new() },
            history: if terms.history {
                rows[history].to_vec()
            } else {
                Vec::new()
            },
            coupling: if terms.coupling {
                rows[coupling].to_vec()
            } else {
                Vec::new()
            },
        }
    }

    /// Those of all rows of a layout.
    pub(crate) fn rows(&self, layout: &Layout) -> Vec<f64> {
        let mut rows = vec![0.0; layout.rows()];
        rows[0] = self.bias;
        let functions = layout.stimulus_functions();
        for (index, &pixel) in layout.pixels.iter().enumerate() {
            rows[layout.pixel_rows(index)]
                .copy_from_slice(&self.stimulus[pixel * functions..][..functions]);
        }
        if !self.history.is_empty() {
            rows[layout.history_rows()].copy_from_slice(&self.history);
        }
        if !self.coupling.is_empty() {
            rows[layout.without_spikes()..layout.shared()].copy_from_slice(&self.coupling);
        }
        rows
    }
}
