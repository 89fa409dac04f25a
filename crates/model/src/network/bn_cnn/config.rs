//! What the `[model]` table of a BN-CNN says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::layer::{Algorithm, Factorisation, Grouping};
use crate::limits::require;
use crate::network::config::{ReadoutKind, check_factorisation, check_noise};
use crate::network::patch_size::PatchSize;

/// The batch-normalised network of Tanaka et al. 2019 and Maheswaranathan et al. 2023.
///
/// ```text
/// movie -> [convolution -> batch norm -> noise -> ReLU] x stages -> read-out -> softplus
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BnCnn {
    /// Channels of each convolution.
    pub channels: Vec<usize>,
    /// Size of each convolution's kernels: a number for a square, or `[rows, columns]`. `[9, 7]` are two
    /// stages, `[[1, 9], [1, 7]]` the same on bars.
    #[schemars(extend("unit" = "pixels"))]
    pub kernels: Vec<PatchSize>,
    /// Which units share statistics.
    pub batch_norm: Grouping,
    /// Added to variances before the root.
    pub batch_norm_epsilon: f64,
    /// Weight of the newest batch in the running statistics.
    pub batch_norm_momentum: f64,
    /// Standard deviation of the noise before each rectification, in training.
    pub noise: f64,
    /// Whether convolutions add a learned constant.
    pub bias: bool,
    /// How first-layer kernels are parameterised; absent: freely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factorised: Option<Factorisation>,
    /// How cells read the last hidden layer.
    pub readout: ReadoutKind,
    /// How convolutions are computed.
    pub algorithm: Algorithm,
    /// Size of a pixel on the retina, micrometres; left out: as the recording says. Where both say it, this is used, and
    /// `train` warns if they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "um"))]
    pub microns_per_pixel: Option<f64>,
}

impl Default for BnCnn {
    /// As published.
    fn default() -> Self {
        Self {
            channels: vec![8, 8],
            kernels: vec![15.into(), 11.into()],
            batch_norm: Grouping::PerUnit,
            batch_norm_epsilon: 1e-3,
            batch_norm_momentum: 0.01,
            noise: 0.05,
            bias: true,
            factorised: None,
            readout: ReadoutKind::Dense,
            algorithm: Algorithm::default(),
            microns_per_pixel: None,
        }
    }
}

impl BnCnn {
    pub(super) fn check_settings(&self) -> Result<(), Error> {
        let (epsilon, momentum) = (self.batch_norm_epsilon, self.batch_norm_momentum);
        require(
            epsilon > 0.0,
            "model.batch_norm_epsilon",
            epsilon,
            "above 0",
        )?;
        let usable = momentum > 0.0 && momentum <= 1.0;
        require(
            usable,
            "model.batch_norm_momentum",
            momentum,
            "above 0, at most 1",
        )?;
        check_noise(self.noise)?;
        self.readout.check()?;
        check_factorisation(self.factorised.as_ref())
    }
}
