//! The networks: families of models, each a folder and a line below.

mod bn_cnn;
mod config;
mod convolutional;
mod family;
mod found;
mod glm;
mod ln;
mod ln_ln;
mod nips_cnn;
mod nonlinear_input;
mod nonlinearity;
mod patch_size;
mod peak;
mod sequential;
mod shape;
mod summed_inputs;
mod window;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use ganglion_glm::Fit;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

pub use config::{OutputNonlinearity, ReadoutKind};
pub use convolutional::{BatchNorm, ConvolutionalNetwork, Readout, Stage};
use family::families;
pub use family::{FamilyModule, Import, ModelFamily};
pub use found::{FoundNetwork, FoundNormalisation, FoundReadout, FoundStage};
pub use glm::CoupledGlm;
pub use ln::LinearNonlinear;
pub use nonlinearity::{LARGEST_EXPONENT, RateOutput};
pub use patch_size::PatchSize;
pub use peak::{ReceptiveFieldPeak, SpikeTriggeredAverage};
pub use sequential::{NamedArray, Sequential, SequentialModule};
pub use shape::NetworkShape;
pub use summed_inputs::{InputNonlinearity, SummedInputs};

use crate::error::Error;
use crate::initialisation::constant;
use crate::layer::{ConvolutionKernel, Mode};
use crate::limits::require;
use crate::loss::PoissonLoss;
use crate::targets::{TargetForm, TrainingTargets};
use crate::weights::Weights;

families! {
    /// The batch-normalised network of Tanaka et al. 2019 and Maheswaranathan et al. 2023.
    "bn-cnn" => bn_cnn::BnCnn,
    /// The network of McIntosh et al. 2016: no batch normalisation, dense read-out with bias.
    "nips-cnn" => nips_cnn::NipsCnn,
    /// One linear filter and one nonlinearity a cell.
    "ln" => ln::Ln,
    /// A generalised linear model of spikes, with history and coupling.
    "glm" => glm::Glm,
    /// Nonlinear subunits of each cell, added up with weights that are never negative.
    "ln-ln" => ln_ln::LnLn,
    /// Excitatory and inhibitory inputs of each cell, each with a filter and a nonlinearity.
    "nonlinear-input" => nonlinear_input::NonlinearInput,
}

impl ModelConfig {
    /// Checks everything that does not depend on the movie.
    ///
    /// # Errors
    /// Names the key, what it holds and what it may hold.
    pub fn check(&self) -> Result<(), Error> {
        self.check_family()?;
        match self.microns_per_pixel() {
            Some(size) => require(size > 0.0, "model.microns_per_pixel", size, "above 0"),
            None => Ok(()),
        }
    }

    /// Builds the network with initial weights drawn from `seed`.
    ///
    /// # Errors
    /// Where the config contradicts itself or does not fit the movie.
    pub fn init(&self, shape: &NetworkShape, seed: u64, device: &Device) -> Result<Network, Error> {
        self.check()?;
        self.init_family(shape, device, &mut ChaCha8Rng::seed_from_u64(seed))
    }

    /// A network of another program as one of the first family that it fits, if there is any.
    ///
    /// # Errors
    /// Where the family's settings do not fit the movie, or an array not the network.
    pub fn import(found: &FoundNetwork, device: &Device) -> Result<Option<(Self, Network)>, Error> {
        let Some(Import { family, arrays }) = Self::import_family(found) else {
            return Ok(None);
        };
        let network = family.init(&found.shape, 0, device)?;
        let mut weights = Weights::of(&network);
        for (name, values) in arrays {
            weights.replace(&name, values)?;
        }
        let network = weights.load_into(network)?;
        Ok(Some((family, network)))
    }
}

impl Network {
    /// The kernels of the layer that sees the movie.
    pub fn first_kernel(&self) -> &ConvolutionKernel {
        self.kernels()[0]
    }

    /// Scales the output, so that a unit output is the given rate, Hz.
    pub fn set_output_scale(&mut self, scales: &[f32]) {
        let parameter = self.output_scale();
        let device = parameter.val().device();
        let scales = TensorData::new(scales.to_vec(), [scales.len()]);
        *parameter = constant(Tensor::from_data(scales, &device));
    }

    /// The same with the coefficients of a fit, if it is a generalised linear model; `bins_in_a_second` makes rates
    /// of counts.
    #[must_use]
    pub fn with_fit(self, fit: &Fit, bins_in_a_second: f64) -> Self {
        match self {
            Self::Glm(network) => Self::Glm(network.with_fit(fit, bins_in_a_second)),
            other => other,
        }
    }

    /// The `torch.nn.Sequential` that it equals outside training.
    pub fn sequential(&self, shape: &NetworkShape) -> Sequential {
        let mut sequential = Sequential::default();
        self.write(shape, &mut sequential);
        sequential
    }

    /// The arrays in PyTorch's naming.
    pub fn state_dict(&self, shape: &NetworkShape) -> Vec<NamedArray> {
        self.sequential(shape).into_arrays()
    }
}
