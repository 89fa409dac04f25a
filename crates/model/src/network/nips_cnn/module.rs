//! A NIPS-CNN as a convolutional network.

use burn::tensor::Device;
use rand_chacha::ChaCha8Rng;

use super::NipsCnn;
use crate::error::Error;
use crate::network::config::{ReadoutKind, check_noise};
use crate::network::convolutional::{Architecture, ConvolutionalNetwork, arrays_of};
use crate::network::family::{Import, ModelFamily};
use crate::network::found::FoundNetwork;
use crate::network::shape::NetworkShape;

impl NipsCnn {
    fn architecture(&self) -> Architecture {
        Architecture {
            channels: self.channels.clone(),
            kernels: self.kernels.clone(),
            batch_norm: None,
            noise: self.noise,
            bias: true,
            factorised: None,
            readout: ReadoutKind::Dense,
            readout_bias: true,
            algorithm: self.algorithm,
        }
    }
}

impl ModelFamily for NipsCnn {
    type Module = ConvolutionalNetwork;

    fn check(&self) -> Result<(), Error> {
        check_noise(self.noise)
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

    /// Hidden stages, and no batch normalisation.
    fn import(found: &FoundNetwork) -> Option<Import<Self>> {
        if found.stages.is_empty() || found.is_normalised() {
            return None;
        }
        let family = Self {
            channels: found.channels(),
            kernels: found.kernels(),
            noise: found.noise,
            microns_per_pixel: found.microns_per_pixel,
            ..Self::default()
        };
        let arrays = arrays_of(found, None);
        Some(Import { family, arrays })
    }
}
