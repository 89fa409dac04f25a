//! A BN-CNN as a convolutional network.

use burn::tensor::Device;
use rand_chacha::ChaCha8Rng;

use super::BnCnn;
use crate::error::Error;
use crate::network::convolutional::{Architecture, BatchNorm, ConvolutionalNetwork, arrays_of};
use crate::network::family::{Import, ModelFamily};
use crate::network::found::FoundNetwork;
use crate::network::shape::NetworkShape;

impl BnCnn {
    fn architecture(&self) -> Architecture {
        Architecture {
            channels: self.channels.clone(),
            kernels: self.kernels.clone(),
            batch_norm: self.batch_normalisation(),
            noise: self.noise,
            bias: self.bias,
            factorised: self.factorised,
            readout: self.readout,
            readout_bias: false,
            algorithm: self.algorithm,
        }
    }
}

impl ModelFamily for BnCnn {
    type Module = ConvolutionalNetwork;

    fn check(&self) -> Result<(), Error> {
        self.check_settings()
    }

    fn microns_per_pixel(&self) -> Option<f64> {
        self.microns_per_pixel
    }

    fn init(
        &self,
        shape: &NetworkShape,
        device: &Device,
        generator: &mut ChaCha8Rng,
    ) -> Result<ConvolutionalNetwork, Error> {
        self.architecture().init(shape, device, generator)
    }

    fn batch_normalisation(&self) -> Option<BatchNorm> {
        Some(BatchNorm {
            grouping: self.batch_norm,
            epsilon: self.batch_norm_epsilon,
            momentum: self.batch_norm_momentum,
        })
    }

    /// Hidden stages, and batch normalisation anywhere.
    fn import(found: &FoundNetwork) -> Option<Import<Self>> {
        if found.stages.is_empty() || !found.is_normalised() {
            return None;
        }
        let family = Self {
            channels: found.channels(),
            kernels: found.kernels(),
            batch_norm: found.grouping(),
            batch_norm_epsilon: found.epsilon,
            noise: found.noise,
            microns_per_pixel: found.microns_per_pixel,
            ..Self::default()
        };
        let arrays = arrays_of(found, Some(family.batch_norm));
        Some(Import { family, arrays })
    }
}
