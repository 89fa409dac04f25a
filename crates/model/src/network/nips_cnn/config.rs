//! What the `[model]` table of a NIPS-CNN says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::layer::Algorithm;
use crate::network::patch_size::PatchSize;

/// The network of McIntosh et al. 2016: no batch normalisation, dense read-out with bias.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NipsCnn {
    /// Channels of each convolution.
    pub channels: Vec<usize>,
    /// Size of each convolution's kernels: a number for a square, or `[rows, columns]`. `[9, 7]` are two
    /// stages, `[[1, 9], [1, 7]]` the same on bars.
    #[schemars(extend("unit" = "pixels"))]
    pub kernels: Vec<PatchSize>,
    /// Standard deviation of the noise before each rectification, in training.
    pub noise: f64,
    /// How convolutions are computed.
    pub algorithm: Algorithm,
    /// Size of a pixel on the retina, micrometres; left out: as the recording says. Where both say it, this is used, and
    /// `train` warns if they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "um"))]
    pub microns_per_pixel: Option<f64>,
}

impl Default for NipsCnn {
    /// As published.
    fn default() -> Self {
        Self {
            channels: vec![16, 8],
            kernels: vec![15.into(), 9.into()],
            noise: 0.1,
            algorithm: Algorithm::default(),
            microns_per_pixel: None,
        }
    }
}
