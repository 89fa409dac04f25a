//! What the `[model]` table of an LN model says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::layer::Factorisation;
use crate::network::config::OutputNonlinearity;
use crate::network::patch_size::PatchSize;

/// One linear filter and one nonlinearity a cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Ln {
    /// Size in pixels of the window around each cell's receptive field: a number for a square, or
    /// `[rows, columns]`; absent: the whole frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "pixels"))]
    pub window: Option<PatchSize>,
    /// From generator signal to rate.
    pub nonlinearity: OutputNonlinearity,
    /// How filters are parameterised; absent: freely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factorised: Option<Factorisation>,
    /// Size of a pixel on the retina, micrometres; left out: as the recording says. Where both say it, this is used, and
    /// `train` warns if they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "um"))]
    pub microns_per_pixel: Option<f64>,
}
