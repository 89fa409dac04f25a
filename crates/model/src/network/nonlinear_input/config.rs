//! What the `[model]` table of a nonlinear input model says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::layer::Factorisation;
use crate::network::config::OutputNonlinearity;
use crate::network::patch_size::PatchSize;
use crate::network::summed_inputs::InputNonlinearity;

/// Excitatory and inhibitory inputs of each cell, each with a filter and a nonlinearity.
///
/// ```text
/// r = f(b + sum_i sign_i g(k_i . s + c_i)),   sign_i = 1 or -1
/// ```
///
/// McFarland, Cui & Butts 2013 (PLoS Computational Biology 9:e1003143).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NonlinearInput {
    /// Excitatory inputs of a cell, at least 1.
    pub excitatory: usize,
    /// Inhibitory inputs of a cell. They start as later copies of the receptive field.
    pub inhibitory: usize,
    /// Size in pixels of the window around each cell's receptive field: a number for a square, or
    /// `[rows, columns]`; absent: the whole frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "pixels"))]
    pub window: Option<PatchSize>,
    /// From an input's filtered movie to what the cell adds up. Only rectified inputs (`relu`) are hidden units
    /// that `attribute` and `reduce` know.
    pub input_nonlinearity: InputNonlinearity,
    /// From generator signal to rate.
    pub nonlinearity: OutputNonlinearity,
    /// How filters are parameterised; absent: freely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factorised: Option<Factorisation>,
    /// Size of a pixel on the retina, micrometres; absent: as the recording says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "um"))]
    pub microns_per_pixel: Option<f64>,
}

impl Default for NonlinearInput {
    fn default() -> Self {
        Self {
            excitatory: 1,
            inhibitory: 1,
            window: None,
            input_nonlinearity: InputNonlinearity::default(),
            nonlinearity: OutputNonlinearity::default(),
            factorised: None,
            microns_per_pixel: None,
        }
    }
}
