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
        backend::normalise_by_batch(input, gain, offset, activation.settings(epsilon))
    } else {
        normalise_composed(input, gain, offset, epsilon, activation)
    }
}

/// The same from Burn's tensor operations.
fn normalise_composed<const D: usize>(
    input: Tensor<D>,
    gain: Tensor<1>,
    offset: Tensor<1>,
    epsilon: f64,
    activation: Activation,
) -> (Tensor<D>, Tensor<1>, Tensor<1>) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};
    use rand::{RngExt, SeedableRng};
    use rstest::rstest;

    fn random<const D: usize>(shape: [usize; D], seed: u64, device: &Device) -> Tensor<D> {
        let mut generator = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count)
            .map(|_| generator.random_range(-1.0..1.0))
            .collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    type Outcome = Vec<Vec<f32>>;
    type Normalised = (Tensor<3>, Tensor<1>, Tensor<1>);
    type Normalise = fn(Tensor<3>, Tensor<1>, Tensor<1>, f64, Activation) -> Normalised;

    /// Output, statistics, and gradients of a random functional.
    fn outcome(groups: usize, rectify: bool, normalise: Normalise) -> Outcome {
        let device = Device::flex().autodiff();
        let input = random([6, 5, 41], 1, &device).require_grad();
        let gain = random([groups], 2, &device).require_grad();
        let offset = random([groups], 3, &device).require_grad();
        let activation = Activation {
            rectify,
            ..Activation::IDENTITY
        };
        let (output, mean, variance) = normalise(
            input.clone(),
            gain.clone(),
            offset.clone(),
            1e-3,
            activation,
        );
        let weights = random([6, 5, 41], 4, &device);
        let gradients = (output.clone() * weights).sum().backward();
        vec![
            values(output),
            values(mean),
            values(variance),
            values(input.grad(&gradients).expect("tracked")),
            values(gain.grad(&gradients).expect("tracked")),
            values(offset.grad(&gradients).expect("tracked")),
        ]
    }

    /// 2e-5: sums of a few hundred values in another order.
    #[rstest]
    fn own_and_composed_normalisation_agree(
        #[values(30, 6, 1)] groups: usize,
        #[values(true, false)] rectify: bool,
    ) {
        let own = outcome(groups, rectify, normalise_and_activate);
        let composed = outcome(groups, rectify, normalise_composed);
        for (own, composed) in own.iter().zip(&composed) {
            for (a, b) in own.iter().zip(composed) {
                assert!((a - b).abs() < 2e-5 * b.abs().max(1.0), "{a} {b}");
            }
        }
    }

    #[test]
    fn noise_has_its_deviation_and_follows_its_seed() {
        let device = Device::flex();
        let constant = |value: f32| Tensor::<1>::full([4], value, &device);
        let draw = |seed| {
            let input: Tensor<2> = Tensor::zeros([4, 50_000], &device);
            let activation = Activation {
                noise: 0.3,
                seed,
                rectify: false,
            };
            values(rescale_and_activate(
                input,
                constant(1.0),
                constant(0.0),
                activation,
            ))
        };
        let (first, again, other) = (draw(1), draw(1), draw(2));
        assert_eq!(first, again);
        assert_ne!(first, other);
        let deviation =
            (first.iter().map(|v| f64::from(v * v)).sum::<f64>() / first.len() as f64).sqrt();
        // 200,000 draws estimate a deviation to 0.16 %.
        assert!((deviation / 0.3 - 1.0).abs() < 0.01, "{deviation}");
    }
}
