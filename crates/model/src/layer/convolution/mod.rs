//! Spatiotemporal convolution of movie segments.

mod composed;
mod direct;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::backend;
use crate::initialisation::uniform;
use crate::layer::kernel::{Factorisation, Kernel, KernelShape};

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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpatiotemporalConvolutionConfig {
    /// Shape of the kernels.
    pub shape: KernelShape,
    /// How the kernels are parameterised; absent: freely.
    pub factorisation: Option<Factorisation>,
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
    pub kernel: Kernel,
    /// [channel_out]
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    algorithm: Algorithm,
}

impl SpatiotemporalConvolutionConfig {
    /// Draws initial weights.
    pub fn init(&self, device: &Device, generator: &mut impl Rng) -> SpatiotemporalConvolution {
        let shape = self.shape;
        let bound = shape.uniform_bound();
        SpatiotemporalConvolution {
            kernel: Kernel::init(shape, self.factorisation, device, generator),
            bias: self
                .bias
                .then(|| uniform([shape.channels_out], bound, device, generator)),
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
        convolve(
            input,
            self.kernel.value(),
            self.bias.as_ref().map(Param::val),
            self.algorithm,
        )
    }

    /// As [`Self::forward`], for an output whose mean over the batch is about to be removed.
    ///
    /// The bias then has no effect, and its gradient is exactly zero; computed in single precision
    /// it would be rounding noise, which Adam's division blows up to full steps.
    pub fn forward_before_normalisation(&self, input: Tensor<5>) -> Tensor<5> {
        let bias = self.bias.as_ref().map(|bias| {
            let bias = bias.val();
            bias.clone().detach() + bias.mul_scalar(0.0)
        });
        convolve(input, self.kernel.value(), bias, self.algorithm)
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
