//! What a model is made of, as written in config files and model directories.

use serde::{Deserialize, Serialize};

use crate::layer::{Algorithm, Factorisation, Grouping};

/// The `[model]` table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ModelConfig {
    /// The batch-normalised network of Tanaka et al. 2019 and Maheswaranathan et al. 2023.
    BnCnn {
        /// Channels of each convolution.
        #[serde(default = "published_channels")]
        channels: Vec<usize>,
        /// Size of each convolution's square kernels, pixels.
        #[serde(default = "published_kernels")]
        kernels: Vec<usize>,
        /// Which units share statistics.
        #[serde(default)]
        batch_norm: Grouping,
        /// Added to variances before the root.
        #[serde(default = "published_epsilon")]
        batch_norm_epsilon: f64,
        /// Weight of the newest batch in the running statistics.
        #[serde(default = "published_momentum")]
        batch_norm_momentum: f64,
        /// Standard deviation of the noise before each rectification, in training.
        #[serde(default = "published_noise")]
        noise: f64,
        /// Whether convolutions add a learned constant.
        #[serde(default = "yes")]
        bias: bool,
        /// How first-layer kernels are parameterised; absent: freely.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        factorised: Option<Factorisation>,
        /// How cells read the last hidden layer.
        #[serde(default)]
        readout: ReadoutKind,
        /// How convolutions are computed.
        #[serde(default)]
        algorithm: Algorithm,
        /// Size of a pixel on the retina, micrometres; absent: as the recording says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        microns_per_pixel: Option<f64>,
    },
    /// The network of McIntosh et al. 2016: no batch normalisation, dense read-out with bias.
    NipsCnn {
        /// Channels of each convolution.
        #[serde(default = "nips_channels")]
        channels: Vec<usize>,
        /// Size of each convolution's square kernels, pixels.
        #[serde(default = "nips_kernels")]
        kernels: Vec<usize>,
        /// Standard deviation of the noise before each rectification, in training.
        #[serde(default = "nips_noise")]
        noise: f64,
        /// How convolutions are computed.
        #[serde(default)]
        algorithm: Algorithm,
        /// Size of a pixel on the retina, micrometres; absent: as the recording says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        microns_per_pixel: Option<f64>,
    },
    /// One linear filter and one nonlinearity a cell.
    Ln {
        /// Size in pixels of the square window around each cell's receptive field; absent: the
        /// whole frame.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<usize>,
        /// From drive to rate.
        #[serde(default)]
        nonlinearity: Nonlinearity,
        /// How filters are parameterised; absent: freely.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        factorised: Option<Factorisation>,
        /// Size of a pixel on the retina, micrometres; absent: as the recording says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        microns_per_pixel: Option<f64>,
    },
}

/// How cells read the last hidden layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ReadoutKind {
    /// One weight for every hidden unit and cell, then batch normalisation.
    #[default]
    Dense,
    /// A Gaussian window a cell and one weight a channel.
    Gaussian {
        /// Standard deviation of the window at the start, in hidden units.
        #[serde(default = "gaussian_deviation")]
        deviation: f64,
    },
}

/// From drive to firing rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nonlinearity {
    /// log(1 + exp h)
    #[default]
    Softplus,
    /// exp h
    Exp,
}

impl ModelConfig {
    /// The kind's name in config files.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::BnCnn { .. } => "bn-cnn",
            Self::NipsCnn { .. } => "nips-cnn",
            Self::Ln { .. } => "ln",
        }
    }

    /// Size of a pixel on the retina as given in the config, micrometres.
    pub fn microns_per_pixel(&self) -> Option<f64> {
        match self {
            Self::BnCnn {
                microns_per_pixel, ..
            }
            | Self::NipsCnn {
                microns_per_pixel, ..
            }
            | Self::Ln {
                microns_per_pixel, ..
            } => *microns_per_pixel,
        }
    }
}

fn published_channels() -> Vec<usize> {
    vec![8, 8]
}

fn published_kernels() -> Vec<usize> {
    vec![15, 11]
}

fn published_epsilon() -> f64 {
    1e-3
}

fn published_momentum() -> f64 {
    0.01
}

fn published_noise() -> f64 {
    0.05
}

fn nips_channels() -> Vec<usize> {
    vec![16, 8]
}

fn nips_kernels() -> Vec<usize> {
    vec![15, 9]
}

fn nips_noise() -> f64 {
    0.1
}

fn gaussian_deviation() -> f64 {
    1.5
}

fn yes() -> bool {
    true
}
