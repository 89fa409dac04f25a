//! What the `[model]` table of a subunit model says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::layer::Factorisation;
use crate::network::config::OutputNonlinearity;
use crate::network::patch_size::PatchSize;
use crate::network::summed_inputs::InputNonlinearity;

/// Nonlinear subunits of each cell, added up with weights that are never negative.
///
/// ```text
/// r = f(b + sum_k w_k g(u_k . s + c_k)),   w_k >= 0
/// ```
///
/// Subunits of retinal ganglion cells: Liu et al. 2017 (Nature Communications 8:149), Maheswaranathan et al. 2018
/// (PLoS Computational Biology 14:e1006291), Shah et al. 2020 (eLife 9:e45743); one filter at many places: Vintch
/// et al. 2015 (Journal of Neuroscience 35:14829).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LnLn {
    /// Subunits of a cell, 1 to 8; with `convolutional`, filters of a cell.
    pub subunits: usize,
    /// Size in pixels of the window around each cell's receptive field: a number for a square, or
    /// `[rows, columns]`; absent: the whole frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "pixels"))]
    pub window: Option<PatchSize>,
    /// Whether all cells have the same filters, relative to their windows, each with weights of its own.
    pub shared: bool,
    /// Size in pixels of filters that are at every position within the window, with a weight a position; absent:
    /// filters fill the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "pixels"))]
    pub convolutional: Option<PatchSize>,
    /// From a subunit's filtered movie to what the cell adds up. Only rectified subunits (`relu`) are hidden units
    /// that `attribute` and `reduce` know.
    pub subunit_nonlinearity: InputNonlinearity,
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

impl Default for LnLn {
    fn default() -> Self {
        Self {
            subunits: 4,
            window: None,
            shared: false,
            convolutional: None,
            subunit_nonlinearity: InputNonlinearity::default(),
            nonlinearity: OutputNonlinearity::default(),
            factorised: None,
            microns_per_pixel: None,
        }
    }
}
