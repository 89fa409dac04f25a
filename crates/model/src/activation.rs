//! Noise and rectification, on our own kernels where the device has them.

use burn::tensor::{Distribution, Tensor, activation::relu};

use crate::backend::{self, Rectification};

/// What follows a linear stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Activation {
    /// Standard deviation of the Gaussian noise added before rectification, in training.
    pub noise: f64,
    /// Seed of that noise.
    pub seed: u64,
    /// Whether negative values become zero.
    pub rectify: bool,
}

impl Activation {
    /// Neither noise nor rectification.
    pub const IDENTITY: Self = Self {
        noise: 0.0,
        seed: 0,
        rectify: false,
    };

    /// The same, silent.
    pub fn without_noise(self) -> Self {
        Self { noise: 0.0, ..self }
    }

    fn settings(self, epsilon: f64) -> Rectification {
        Rectification {
            epsilon: epsilon as f32,
            noise: self.noise as f32,
            seed: self.seed,
            rectify: self.rectify,
        }
    }

    fn apply<const D: usize>(self, values: Tensor<D>) -> Tensor<D> {
        let values = if self.noise > 0.0 {
            add_noise(values, self)
        } else {
            values
        };
        if self.rectify { relu(values) } else { values }
    }
}

fn add_noise<const D: usize>(values: Tensor<D>, activation: Activation) -> Tensor<D> {
    let device = values.device();
    device.seed(activation.seed);
    let noise = Tensor::random(
        values.dims(),
        Distribution::Normal(0.0, activation.noise),
        &device,
    );
    values + noise
}

/// Normalises by the batch's statistics; returns output, mean and biased variance.
pub(crate) fn normalise_and_activate<const D: usize>(
    input: Tensor<D>,
    gain: Tensor<1>,
    offset: Tensor<1>,
    epsilon: f64,
    activation: Activation,
) -> (Tensor<D>, Tensor<1>, Tensor<1>) {
    if backend::has_own_kernels(&input.device()) {
        return backend::normalise_by_batch(input, gain, offset, activation.settings(epsilon));
    }
    let shape = input.dims();
    let grouped = by_group(input, &gain);
    let mean = grouped.clone().mean_dim(1);
    let centred = grouped - mean.clone();
    let variance = centred.clone().powi_scalar(2).mean_dim(1);
    let normalised = centred / variance.clone().add_scalar(epsilon).sqrt();
    let output = normalised * gain.unsqueeze_dim(1) + offset.unsqueeze_dim(1);
    let output = activation.apply(output.reshape(shape));
    (output, mean.squeeze_dim(1), variance.squeeze_dim(1))
}

/// `rectify(scale * z + shift + noise)`, group by group.
pub(crate) fn rescale_and_activate<const D: usize>(
    input: Tensor<D>,
    scale: Tensor<1>,
    shift: Tensor<1>,
    activation: Activation,
) -> Tensor<D> {
    if backend::has_own_kernels(&input.device()) {
        return backend::rescale(input, scale, shift, activation.settings(0.0));
    }
    let shape = input.dims();
    let output = by_group(input, &scale) * scale.unsqueeze_dim(1) + shift.unsqueeze_dim(1);
    activation.apply(output.reshape(shape))
}

fn by_group<const D: usize>(input: Tensor<D>, groups: &Tensor<1>) -> Tensor<2> {
    let groups = groups.dims()[0];
    let size = input.shape().num_elements() / groups;
    input.reshape([groups, size])
}
