//! Spatiotemporal convolution of movie segments.

mod composed;
mod direct;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::backend;
use crate::initialisation::uniform;

/// How a convolution is computed; parameters, results and gradients are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// In the spatial Fourier domain, each frame transformed once: the default.
    #[default]
    Spectral,
    /// Burn's convolution on the pile of overlapping windows: the reference.
    Direct,
}

/// Shapes of a [`SpatiotemporalConvolution`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpatiotemporalConvolutionConfig {
    /// Input channels: 1 for a movie.
    pub channels_in: usize,
    /// Output channels.
    pub channels_out: usize,
    /// Frames that one output sees.
    pub history: usize,
    /// Rows and columns of the kernel.
    pub kernel: [usize; 2],
    /// Whether a learned constant is added to each channel.
    pub bias: bool,
    /// How it is computed.
    pub algorithm: Algorithm,
}

/// Valid convolution in space and time of contiguous movie segments.
///
/// ```text
/// z[c, y, x, s, t] = b[c] + sum over channels k, lags l, rows j, columns i of
///                    w[c, k, l, j, i] * input[k, y + j, x + i, s, t + l]
/// ```
///
/// Lag 0 is the oldest frame and `history - 1` the newest, as in the published weights.
#[derive(Module, Debug)]
pub struct SpatiotemporalConvolution {
    /// [channel_out, channel_in, history, rows, columns]
    pub kernel: Param<Tensor<5>>,
    /// [channel_out]
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    algorithm: Algorithm,
}

impl SpatiotemporalConvolutionConfig {
    /// Draws initial weights as PyTorch's convolutions do: uniformly within 1 / sqrt(inputs).
    pub fn init(&self, device: &Device, generator: &mut impl Rng) -> SpatiotemporalConvolution {
        let [height, width] = self.kernel;
        let inputs = self.channels_in * self.history * height * width;
        let bound = 1.0 / (inputs as f32).sqrt();
        let shape = [self.channels_out, self.channels_in, self.history, height, width];
        SpatiotemporalConvolution {
            kernel: uniform(shape, bound, device, generator),
            bias: self.bias.then(|| uniform([self.channels_out], bound, device, generator)),
            algorithm: self.algorithm,
        }
    }
}

impl SpatiotemporalConvolution {
    /// # Shapes
    /// - input: [channel_in, y, x, segment, frame]
    /// - output: [channel_out, y - rows + 1, x - columns + 1, segment, frame - history + 1]
    ///
    /// # Panics
    /// Panics if the kernel is larger than the input.
    pub fn forward(&self, input: Tensor<5>) -> Tensor<5> {
        let kernel = self.kernel.val();
        convolve(input, kernel, self.bias.as_ref().map(Param::val), self.algorithm)
    }
}

/// Convolves with a kernel that may itself be computed from parameters.
pub(crate) fn convolve(
    input: Tensor<5>,
    kernel: Tensor<5>,
    bias: Option<Tensor<1>>,
    algorithm: Algorithm,
) -> Tensor<5> {
    let bias = bias.unwrap_or_else(|| Tensor::zeros([kernel.dims()[0]], &kernel.device()));
    match algorithm {
        Algorithm::Direct => direct::convolve(input, kernel, bias),
        Algorithm::Spectral if backend::has_own_kernels(&input.device()) => {
            backend::spectral_convolution(input, kernel, bias)
        }
        Algorithm::Spectral => composed::convolve(input, kernel, bias),
    }
}
