//! Initial values of parameters; random ones are from a generator of our own, so that a seed gives
//! the same network everywhere.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// A parameter drawn uniformly from `[-bound, bound]`.
pub(crate) fn uniform<const D: usize>(
    shape: [usize; D],
    bound: f32,
    device: &Device,
    generator: &mut impl Rng,
) -> Param<Tensor<D>> {
    let count = shape.iter().product();
    let values: Vec<f32> = (0..count)
        .map(|_| generator.random_range(-bound..=bound))
        .collect();
    Param::from_tensor(Tensor::from_data(TensorData::new(values, shape), device))
}

/// Independent normal values.
pub(crate) fn normal<const D: usize>(
    shape: [usize; D],
    deviation: f32,
    generator: &mut impl Rng,
) -> Vec<f32> {
    let draw = |_| {
        let value: f32 = StandardNormal.sample(generator);
        deviation * value
    };
    (0..shape.iter().product()).map(draw).collect()
}

/// A parameter that no optimiser changes.
pub(crate) fn constant<const D: usize>(values: Tensor<D>) -> Param<Tensor<D>> {
    Param::from_tensor(values).set_require_grad(false)
}

/// The same parameter with other values; it stays tracked if it was.
pub(crate) fn with_values<const D: usize>(
    parameter: Param<Tensor<D>>,
    values: Vec<f32>,
) -> Param<Tensor<D>> {
    parameter.map(|tensor| {
        let data = TensorData::new(values, tensor.dims());
        let replaced = Tensor::from_data(data, &tensor.device());
        if tensor.is_require_grad() {
            replaced.require_grad()
        } else {
            replaced
        }
    })
}
