//! A network's arrays in PyTorch's naming.

use burn::tensor::Tensor;

use crate::layer::BatchNormalisation;
use crate::weights::WeightArray;

/// An array and its name.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedArray {
    /// Its name, such as `sequential.0.weight`.
    pub name: String,
    /// Its shape and values.
    pub array: WeightArray,
}

impl NamedArray {
    /// Whether it counts batches, as PyTorch's batch normalisation does.
    pub fn is_counter(&self) -> bool {
        self.name.ends_with("num_batches_tracked")
    }
}

/// Arrays being named by their places in the `torch.nn.Sequential` that a network equals.
#[derive(Debug, Default)]
pub struct Sequential {
    arrays: Vec<NamedArray>,
    /// Place in the sequence of the next module.
    place: usize,
}

impl Sequential {
    /// The arrays, in order.
    pub fn into_arrays(self) -> Vec<NamedArray> {
        self.arrays
    }

    /// Goes past modules: those written, and those without arrays.
    pub fn skip(&mut self, modules: usize) {
        self.place += modules;
    }

    /// Adds an array of the module at this place.
    pub fn add(&mut self, name: &str, shape: Vec<usize>, values: Vec<f32>) {
        self.arrays.push(NamedArray {
            name: format!("sequential.{}.{name}", self.place),
            array: WeightArray { shape, values },
        });
    }

    /// Adds a tensor as an array of the module at this place.
    pub fn tensor<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) {
        let shape = tensor.dims().to_vec();
        self.add(name, shape, floats(tensor));
    }

    /// `BatchNorm`
    pub fn normalisation(&mut self, normalisation: &BatchNormalisation) {
        self.tensor("weight", normalisation.gain.val());
        self.tensor("bias", normalisation.offset.val());
        self.tensor("running_mean", normalisation.running_mean.value_sync());
        self.tensor("running_var", normalisation.running_variance.value_sync());
        self.add("num_batches_tracked", Vec::new(), vec![0.0]);
    }

    /// `Linear`, weights `[cell, unit]`.
    pub fn linear(&mut self, weight: Tensor<2>, bias: Option<&Tensor<1>>) {
        self.tensor("weight", weight);
        if let Some(bias) = bias {
            self.tensor("bias", bias.clone());
        }
    }

    /// Factors of the rates, unless all are one.
    pub fn scale(&mut self, scale: &Tensor<1>) {
        let values = floats(scale.clone());
        if values.iter().any(|value| *value != 1.0) {
            self.add("scale", vec![values.len()], values);
        }
    }
}

/// A tensor's values, last axis fastest.
pub(super) fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}
