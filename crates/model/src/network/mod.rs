//! The networks.

mod check;
mod config;
mod convolutional;
mod linear_nonlinear;
mod nonlinearity;
mod peak;
mod shape;
mod stage;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

pub use config::{ModelConfig, Nonlinearity, ReadoutKind};
use convolutional::{Architecture, BatchNorm};
pub use convolutional::{ConvolutionalNetwork, Readout};
pub use linear_nonlinear::LinearNonlinear;
use linear_nonlinear::LinearNonlinearConfig;
pub use nonlinearity::Output;
pub use peak::Peak;
pub use shape::MovieShape;
pub use stage::Stage;

use crate::error::Error;
use crate::layer::{Kernel, Mode};

/// Any of the networks.
#[derive(Module, Debug)]
pub enum Network {
    /// BN-CNN and NIPS-CNN.
    Convolutional(ConvolutionalNetwork),
    /// The LN baseline.
    LinearNonlinear(LinearNonlinear),
}

impl ModelConfig {
    /// Builds the network with initial weights drawn from `seed`.
    ///
    /// # Errors
    /// Where the config contradicts itself or does not fit the movie.
    pub fn init(&self, shape: &MovieShape, seed: u64, device: &Device) -> Result<Network, Error> {
        self.check()?;
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        let architecture = match self {
            Self::Ln {
                window,
                nonlinearity,
                factorised,
                ..
            } => {
                let config = LinearNonlinearConfig {
                    window: *window,
                    nonlinearity: *nonlinearity,
                    factorised: *factorised,
                };
                return config
                    .init(shape, device, &mut generator)
                    .map(Network::LinearNonlinear);
            }
            Self::BnCnn { .. } => self.bn_cnn(),
            Self::NipsCnn { .. } => self.nips_cnn(),
        };
        architecture
            .init(shape, device, &mut generator)
            .map(Network::Convolutional)
    }

    fn bn_cnn(&self) -> Architecture {
        let Self::BnCnn {
            channels,
            kernels,
            batch_norm,
            batch_norm_epsilon,
            batch_norm_momentum,
            noise,
            bias,
            factorised,
            readout,
            algorithm,
            microns_per_pixel: _,
        } = self
        else {
            unreachable!("called for its own kind only")
        };
        Architecture {
            channels: channels.clone(),
            kernels: kernels.clone(),
            batch_norm: Some(BatchNorm {
                grouping: *batch_norm,
                epsilon: *batch_norm_epsilon,
                momentum: *batch_norm_momentum,
            }),
            noise: *noise,
            bias: *bias,
            factorised: *factorised,
            readout: *readout,
            readout_bias: false,
            algorithm: *algorithm,
        }
    }

    fn nips_cnn(&self) -> Architecture {
        let Self::NipsCnn {
            channels,
            kernels,
            noise,
            algorithm,
            microns_per_pixel: _,
        } = self
        else {
            unreachable!("called for its own kind only")
        };
        Architecture {
            channels: channels.clone(),
            kernels: kernels.clone(),
            batch_norm: None,
            noise: *noise,
            bias: true,
            factorised: None,
            readout: ReadoutKind::Dense,
            readout_bias: true,
            algorithm: *algorithm,
        }
    }
}

impl Network {
    /// Firing rates, Hz.
    ///
    /// # Shapes
    /// - movie: `[1, y, x, segment, frame]`, normalised, time fastest
    /// - output: `[cell, sample]`, samples in the order segment, frame; each segment yields
    ///   `frames - history + 1` responses, the first from its first `history` frames
    pub fn forward(&self, movie: Tensor<5>, mode: Mode) -> Tensor<2> {
        match self {
            Self::Convolutional(network) => network.forward(movie, mode),
            Self::LinearNonlinear(network) => network.forward(movie),
        }
    }

    /// Scales the output, so that a unit output is the given rate, Hz.
    pub fn set_output_scale(&mut self, scales: &[f32]) {
        let output = match self {
            Self::Convolutional(network) => &mut network.output,
            Self::LinearNonlinear(network) => &mut network.output,
        };
        let device = output.scale.val().device();
        output.set_scale(Tensor::from_data(
            TensorData::new(scales.to_vec(), [scales.len()]),
            &device,
        ));
    }

    /// Points each cell at its receptive field, where the network has such places.
    pub fn place(self, peaks: &[Peak], shape: &MovieShape) -> Self {
        match self {
            Self::Convolutional(network) => Self::Convolutional(network.place(peaks)),
            Self::LinearNonlinear(network) => Self::LinearNonlinear(network.place(peaks, shape)),
        }
    }

    /// Whether [`Network::place`] changes anything.
    pub fn has_places(&self) -> bool {
        match self {
            Self::Convolutional(network) => matches!(network.readout, Readout::Gaussian(_)),
            Self::LinearNonlinear(network) => network.has_places(),
        }
    }

    /// The kernels of the layer that sees the movie.
    pub fn first_kernel(&self) -> &Kernel {
        match self {
            Self::Convolutional(network) => &network.stages[0].convolution.kernel,
            Self::LinearNonlinear(network) => &network.filter,
        }
    }

    /// All kernels, the one that sees the movie first.
    pub fn kernels(&self) -> Vec<&Kernel> {
        match self {
            Self::Convolutional(network) => network
                .stages
                .iter()
                .map(|stage| &stage.convolution.kernel)
                .collect(),
            Self::LinearNonlinear(network) => vec![&network.filter],
        }
    }
}
