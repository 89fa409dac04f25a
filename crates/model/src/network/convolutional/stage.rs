//! One hidden stage: convolution, normalisation, noise, rectification.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::activation::{Activation, rescale_and_activate};
use crate::layer::{BatchNormalisation, Mode, SpatiotemporalConvolution};

/// Convolution, then batch normalisation where there is any, noise in training, rectification.
#[derive(Module, Debug)]
pub struct Stage {
    /// The linear part.
    pub convolution: SpatiotemporalConvolution,
    /// Batch normalisation, if the network has it.
    pub normalisation: Option<BatchNormalisation>,
    pub(super) noise: f64,
    pub(super) index: usize,
}

impl Stage {
    /// Standard deviation of the noise before rectification, in training.
    pub fn noise(&self) -> f64 {
        self.noise
    }

    /// The linear part's output, before normalisation.
    pub fn linear(&self, input: Tensor<5>, mode: Mode) -> Tensor<5> {
        let training = mode != Mode::Inference;
        if training && self.normalisation.is_some() {
            self.convolution.forward_before_normalisation(input)
        } else {
            self.convolution.forward(input)
        }
    }

    /// From the linear part's output to the stage's: normalise, add noise, rectify.
    pub fn activate(&self, linear: Tensor<5>, mode: Mode) -> Tensor<5> {
        let noise = if mode == Mode::Inference {
            0.0
        } else {
            self.noise
        };
        let activation = Activation {
            noise,
            seed: mode.layer_seed(self.index),
            rectify: true,
        };
        match &self.normalisation {
            Some(normalisation) => normalisation.forward(linear, activation, mode),
            None => {
                // One group a unit, although all are alike: groups are what is shared out to cores.
                let [channels, height, width, ..] = linear.dims();
                let device = linear.device();
                let constant =
                    |value: f32| Tensor::full([channels * height * width], value, &device);
                rescale_and_activate(linear, constant(1.0), constant(0.0), activation)
            }
        }
    }
}
