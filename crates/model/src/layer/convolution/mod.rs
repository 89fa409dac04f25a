//! Spatiotemporal convolution of movie segments.

mod composed;
mod direct;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use rand::Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::backend;
use crate::initialisation::uniform;
use crate::layer::kernel::{ConvolutionKernel, Factorisation, KernelShape};

/// How a convolution is computed; parameters, results and gradients are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// `[channel_out, channel_in, history, rows, columns]`
    pub kernel: ConvolutionKernel,
    /// `[channel_out]`
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
            kernel: ConvolutionKernel::init(shape, self.factorisation, device, generator),
            bias: self
                .bias
                .then(|| uniform([shape.channels_out], bound, device, generator)),
            algorithm: self.algorithm,
        }
    }
}

impl SpatiotemporalConvolution {
    /// A convolution with given weights, such as those of another program; without `bias` it adds
    /// nothing.
    ///
    /// # Shapes
    /// - kernel: `[channel_out, channel_in, history, rows, columns]`
    /// - bias: `[channel_out]`
    pub fn of(kernel: Tensor<5>, bias: Option<Tensor<1>>, algorithm: Algorithm) -> Self {
        Self {
            kernel: ConvolutionKernel::Free(Param::from_tensor(kernel)),
            bias: bias.map(Param::from_tensor),
            algorithm,
        }
    }

    /// A convolution with the kernels and constants of something else, which stay its parameters.
    pub(crate) fn with_kernels(kernel: ConvolutionKernel, bias: Option<Param<Tensor<1>>>) -> Self {
        Self {
            kernel,
            bias,
            algorithm: Algorithm::default(),
        }
    }

    /// # Shapes
    /// - input: `[channel_in, y, x, segment, frame]`
    /// - output: `[channel_out, y - rows + 1, x - columns + 1, segment, frame - history + 1]`
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

    /// As [`Self::forward`], for an output that is about to be normalised in training.
    ///
    /// Where the mean over the batch is removed the bias has no effect, and its gradient is exactly
    /// zero; computed in single precision it would be rounding noise, which Adam's division blows up
    /// to full steps. By running statistics the normalisation's offset does the bias's work.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use burn::tensor::TensorData;
    use rand::{RngExt, SeedableRng};

    /// Shapes small enough for the reference, varied enough to meet every path: one pixel, kernels
    /// as large as the frame, single windows, blocks that split a segment.
    #[derive(Clone, Copy, Debug)]
    struct Shapes {
        channels: [usize; 2],
        history: usize,
        kernel: [usize; 2],
        extra: [usize; 2],
        segments: usize,
        extra_frames: usize,
    }

    fn shapes() -> impl Strategy<Value = Shapes> {
        (
            [1..4usize, 1..4],
            1..7usize,
            [1..5usize, 1..5],
            [0..6usize, 0..6],
            1..5usize,
            prop_oneof![0..6usize, 120..150usize],
        )
            .prop_map(
                |(channels, history, kernel, extra, segments, extra_frames)| Shapes {
                    channels,
                    history,
                    kernel,
                    extra,
                    segments,
                    extra_frames,
                },
            )
    }

    impl Shapes {
        fn input(&self) -> [usize; 5] {
            let [rows, columns] = self.kernel;
            let [below, right] = self.extra;
            let frames = self.history + self.extra_frames;
            [
                self.channels[0],
                rows + below,
                columns + right,
                self.segments,
                frames,
            ]
        }

        fn kernel(&self) -> [usize; 5] {
            let [rows, columns] = self.kernel;
            [
                self.channels[1],
                self.channels[0],
                self.history,
                rows,
                columns,
            ]
        }
    }

    fn random<const D: usize>(shape: [usize; D], seed: u64, device: &Device) -> Tensor<D> {
        let mut generator = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count)
            .map(|_| generator.random_range(-1.0..1.0))
            .collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    type Convolve = fn(Tensor<5>, Tensor<5>, Tensor<1>) -> Tensor<5>;

    /// Output and gradients with respect to input, kernel and bias of a random functional.
    fn everything(shapes: &Shapes, convolve: Convolve) -> [Vec<f32>; 4] {
        let device = Device::flex().autodiff();
        let input = random(shapes.input(), 1, &device).require_grad();
        let kernel = random(shapes.kernel(), 2, &device).require_grad();
        let bias = random([shapes.channels[1]], 3, &device).require_grad();
        let output = convolve(input.clone(), kernel.clone(), bias.clone());
        let weights = random(output.dims(), 4, &device);
        let gradients = (output.clone() * weights).sum().backward();
        [
            values(output),
            values(input.grad(&gradients).expect("the input is tracked")),
            values(kernel.grad(&gradients).expect("the kernel is tracked")),
            values(bias.grad(&gradients).expect("the bias is tracked")),
        ]
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    fn relative_error(found: &[f32], expected: &[f32]) -> f32 {
        assert_eq!(found.len(), expected.len());
        let scale = expected
            .iter()
            .fold(1e-3f32, |largest, value| largest.max(value.abs()));
        let difference = |(a, b): (&f32, &f32)| (a - b).abs() / scale;
        found
            .iter()
            .zip(expected)
            .map(difference)
            .fold(0.0, f32::max)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        /// 1e-4: single precision sums of up to some thousand products in another order.
        #[test]
        fn every_algorithm_has_the_same_output_and_gradients(shapes in shapes()) {
            let reference = everything(&shapes, direct::convolve);
            let algorithms: [(&str, Convolve); 2] =
                [("own", backend::spectral_convolution), ("composed", composed::convolve)];
            for (name, algorithm) in algorithms {
                let found = everything(&shapes, algorithm);
                for (what, (found, expected)) in
                    ["output", "input", "kernel", "bias"].iter().zip(found.iter().zip(&reference))
                {
                    let error = relative_error(found, expected);
                    prop_assert!(error < 1e-4, "{name}, {what}: {error:e}");
                }
            }
        }
    }

    #[test]
    fn results_do_not_depend_on_the_number_of_threads() {
        let shapes = Shapes {
            channels: [2, 3],
            history: 5,
            kernel: [3, 2],
            extra: [4, 5],
            segments: 3,
            extra_frames: 400,
        };
        let with_threads = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| everything(&shapes, backend::spectral_convolution))
        };
        assert_eq!(with_threads(1), with_threads(3));
    }
}
