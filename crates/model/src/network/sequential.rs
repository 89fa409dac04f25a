//! A network as PyTorch has it: a sequence of modules, and arrays named by their places in it.

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

    /// Whether it is the standard deviation of noise, which is in training alone.
    pub fn is_noise(&self) -> bool {
        self.name.ends_with("sigma")
    }
}

/// A module of a `torch.nn.Sequential`, as far as programs beside PyTorch need to know it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum SequentialModule {
    /// `Conv2d` over frames as channels: `weight`, and `bias` where there is one.
    Convolution,
    /// `Flatten`
    Flatten,
    /// `BatchNorm1d` or `BatchNorm2d`
    Normalisation {
        /// Added to the variance before its root is taken.
        epsilon: f64,
    },
    /// Flat units as `[channel, y, x]` again.
    Reshape([usize; 3]),
    /// Gaussian noise in training, nothing otherwise.
    Noise,
    /// `ReLU`
    Rectification,
    /// The square of `ReLU`.
    RectifiedSquare,
    /// `Linear`: `weight`, and `bias` where there is one.
    Linear,
    /// `Softplus`
    Softplus,
    /// exp h, continued by its tangent beyond [`LARGEST_EXPONENT`](super::LARGEST_EXPONENT).
    Exponential,
    /// Factors of the rates, one a cell, Hz: `scale`.
    Scale,
    /// A module that is not described here, with or without arrays.
    Other,
}

/// The `torch.nn.Sequential` that a network equals: its modules, and their arrays by their places.
#[derive(Debug, Default)]
pub struct Sequential {
    modules: Vec<SequentialModule>,
    arrays: Vec<NamedArray>,
}

impl Sequential {
    /// The modules, in order; the arrays of the one at a place are called `sequential.PLACE.NAME`.
    pub fn modules(&self) -> &[SequentialModule] {
        &self.modules
    }

    /// The arrays, in order.
    pub fn arrays(&self) -> &[NamedArray] {
        &self.arrays
    }

    /// The same.
    pub fn into_arrays(self) -> Vec<NamedArray> {
        self.arrays
    }

    /// An array of the module at a place.
    pub fn array(&self, place: usize, name: &str) -> Option<&NamedArray> {
        let name = array_name(place, name);
        self.arrays.iter().find(|array| array.name == name)
    }

    /// Adds a module, to which the arrays that follow belong.
    pub fn module(&mut self, module: SequentialModule) {
        self.modules.push(module);
    }

    /// Adds modules that only PyTorch knows: networks that have any are not written where modules have to be
    /// known.
    pub fn skip(&mut self, modules: usize) {
        let known = self.modules.len();
        self.modules
            .resize(known + modules, SequentialModule::Other);
    }

    /// Adds an array of the newest module.
    ///
    /// # Panics
    /// Where there is no module.
    pub fn add(&mut self, name: &str, shape: Vec<usize>, values: Vec<f32>) {
        let newest = self.modules.len().checked_sub(1);
        let place = newest.expect("an array belongs to a module");
        self.arrays.push(NamedArray {
            name: array_name(place, name),
            array: WeightArray { shape, values },
        });
    }

    /// Adds a tensor as an array of the newest module.
    pub fn tensor<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) {
        let shape = tensor.dims().to_vec();
        self.add(name, shape, floats(tensor));
    }

    /// `Conv2d`, weights `[channel, frame or channel, y, x]`.
    pub fn convolution(&mut self, weight: Tensor<4>, bias: Option<&Tensor<1>>) {
        self.module(SequentialModule::Convolution);
        self.weighted(weight, bias);
    }

    /// `BatchNorm`
    pub fn normalisation(&mut self, normalisation: &BatchNormalisation) {
        let epsilon = normalisation.epsilon();
        self.module(SequentialModule::Normalisation { epsilon });
        self.tensor("weight", normalisation.gain.val());
        self.tensor("bias", normalisation.offset.val());
        self.tensor("running_mean", normalisation.running_mean.value_sync());
        self.tensor("running_var", normalisation.running_variance.value_sync());
        self.add("num_batches_tracked", Vec::new(), vec![0.0]);
    }

    /// Noise of this standard deviation.
    pub fn noise(&mut self, deviation: f32) {
        self.module(SequentialModule::Noise);
        self.add("sigma", vec![1], vec![deviation]);
    }

    /// `Linear`, weights `[cell, unit]`.
    pub fn linear(&mut self, weight: Tensor<2>, bias: Option<&Tensor<1>>) {
        self.module(SequentialModule::Linear);
        self.weighted(weight, bias);
    }

    /// Factors of the rates, unless all are one.
    pub fn scale(&mut self, scale: &Tensor<1>) {
        let values = floats(scale.clone());
        if values.iter().any(|value| *value != 1.0) {
            self.module(SequentialModule::Scale);
            self.add("scale", vec![values.len()], values);
        }
    }

    fn weighted<const D: usize>(&mut self, weight: Tensor<D>, bias: Option<&Tensor<1>>) {
        self.tensor("weight", weight);
        if let Some(bias) = bias {
            self.tensor("bias", bias.clone());
        }
    }
}

fn array_name(place: usize, name: &str) -> String {
    format!("sequential.{place}.{name}")
}

/// A tensor's values, last axis fastest.
pub(super) fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}
