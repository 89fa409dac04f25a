//! What a family of models is, and what its networks are asked.

use std::borrow::Cow;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;

use super::config::OutputNonlinearity;
use super::convolutional::{BatchNorm, ConvolutionalNetwork, Readout};
use super::found::FoundNetwork;
use super::glm::{CoupledGlm, Glm};
use super::peak::{ReceptiveFieldPeak, SpikeTriggeredAverage};
use super::sequential::Sequential;
use super::shape::NetworkShape;
use crate::error::Error;
use crate::layer::{ConvolutionKernel, Mode};
use crate::loss::PoissonLoss;
use crate::targets::{TargetForm, TrainingTargets};

/// A family of models, as its settings: the `[model]` table without its `kind`.
///
/// A family is a folder here and a line of `families!`, which gives it its `kind`. What a family has
/// beyond rates is said by capabilities, methods that return an `Option` and have a default: nothing
/// outside the folder asks which family it is.
pub trait ModelFamily: Sized {
    /// Its networks.
    type Module: FamilyModule;

    /// Checks everything that does not depend on the movie.
    ///
    /// # Errors
    /// Names the key, what it holds and what it may hold.
    fn check(&self) -> Result<(), Error>;

    /// Size of a pixel on the retina as given in the config, micrometres.
    fn microns_per_pixel(&self) -> Option<f64>;

    /// Builds a network with initial weights of its own.
    ///
    /// # Errors
    /// Where the settings contradict themselves or do not fit the movie.
    fn init(
        &self,
        shape: &NetworkShape,
        device: &Device,
        generator: &mut ChaCha8Rng,
    ) -> Result<Self::Module, Error>;

    /// The forms of targets that its loss takes; the Poisson loss takes all. Training refuses the others.
    fn targets() -> &'static [TargetForm] {
        TargetForm::ALL
    }

    /// Its batch normalisation, if it has any.
    fn batch_normalisation(&self) -> Option<BatchNorm> {
        None
    }

    /// From generator signal to rate, where that is a setting.
    fn nonlinearity(&self) -> Option<OutputNonlinearity> {
        None
    }

    /// Whether hidden units, if there are any, are rectified and rates the softplus of what reads them: what
    /// `import` takes of a file with hidden stages.
    fn is_rectified(&self) -> bool {
        true
    }

    /// Its settings, if it is a generalised linear model, which is fitted to its optimum at once.
    fn generalised_linear(&self) -> Option<&Glm> {
        None
    }

    /// The settings and arrays (by our names) that equal a network of another program, if it is one
    /// of this family.
    fn import(_found: &FoundNetwork) -> Option<Import<Self>> {
        None
    }
}

/// A network of another program in terms of a family.
pub struct Import<F> {
    /// The family's settings.
    pub family: F,
    /// Arrays by our names; others keep their initial values.
    pub arrays: Vec<(String, Vec<f32>)>,
}

/// A family's networks.
pub trait FamilyModule: Module {
    /// Firing rates `[cell, sample]`, Hz, of a movie `[1, y, x, segment, frame]`.
    fn forward(&self, movie: Tensor<5>, mode: Mode) -> Tensor<2>;

    /// The factors of the rates, `[cell]`, Hz.
    fn output_scale(&mut self) -> &mut Param<Tensor<1>>;

    /// All kernels, the one that sees the movie first; none where filters are parameterised otherwise.
    fn kernels(&self) -> Vec<&ConvolutionKernel>;

    /// The filters that see the movie, `[filter, 1, history, y, x]`.
    fn filters(&self) -> Tensor<5> {
        self.kernels()[0].value()
    }

    /// The coefficients of spikes, if it is a generalised linear model.
    fn generalised_linear(&self) -> Option<&CoupledGlm> {
        None
    }

    /// Writes the modules of the `torch.nn.Sequential` that it equals, with their arrays.
    fn write(&self, shape: &NetworkShape, to: &mut Sequential);

    /// The loss of predicted rates `[cell, sample]`, Hz, with the run's settings of the Poisson loss.
    fn loss(
        &self,
        predicted: Tensor<2>,
        targets: &TrainingTargets,
        poisson: &PoissonLoss,
    ) -> Tensor<1> {
        poisson.forward(predicted, targets)
    }

    /// The hidden stages and what reads them, if the network has hidden units; put together where its own
    /// parameters are others.
    fn stages(&self) -> Option<Cow<'_, ConvolutionalNetwork>> {
        None
    }

    /// What each kernel of the first layer is of, in words.
    fn filter_names(&self, cells: &[usize]) -> Vec<String> {
        match self.stages() {
            Some(_) => {
                let [channels, ..] = self.kernels()[0].value().dims();
                (0..channels).map(|one| format!("Channel {one}")).collect()
            }
            None => cells.iter().map(|cell| format!("Cell {cell}")).collect(),
        }
    }

    /// Weights `[cell, weight]` of hidden units, which `training.l2.readout` holds small.
    fn readout_weights(&self) -> Option<Tensor<2>> {
        Some(match &self.stages()?.as_ref().readout {
            Readout::Dense(readout) => readout.weight.val(),
            Readout::Gaussian(readout) => readout.weight.val(),
        })
    }

    /// Whether placing changes anything.
    fn has_places(&self) -> bool {
        false
    }

    /// Points each cell at its receptive field, where the network has such places.
    fn place(self, _peaks: &[ReceptiveFieldPeak], _shape: &NetworkShape) -> Self {
        self
    }

    /// Whether starting from averages changes anything.
    fn starts_from_averages(&self) -> bool {
        false
    }

    /// Starts filters from the cells' spike-triggered averages, after placing; `generator` is for what tells
    /// filters of one cell apart.
    fn start_from(
        self,
        _averages: &[SpikeTriggeredAverage],
        _shape: &NetworkShape,
        _generator: &mut ChaCha8Rng,
    ) -> Self {
        self
    }
}

/// Makes [`ModelConfig`](super::ModelConfig) and [`Network`](super::Network) of the families.
macro_rules! families {
    ($($(#[$docs:meta])* $kind:literal => $folder:ident::$family:ident,)*) => {
        $(pub use $folder::$family;)*

        /// The `[model]` table: `kind` names the family, all other keys are the family's settings.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(tag = "kind")]
        #[expect(clippy::large_enum_variant, reason = "there is one a model")]
        pub enum ModelConfig {
            $($(#[$docs])* #[serde(rename = $kind)] $family($folder::$family),)*
        }

        /// A network of any family.
        #[derive(Module, Debug)]
        pub enum Network {
            $($(#[$docs])* $family(<$folder::$family as ModelFamily>::Module),)*
        }

        $(impl From<$folder::$family> for ModelConfig {
            fn from(family: $folder::$family) -> Self {
                Self::$family(family)
            }
        })*

        impl ModelConfig {
            /// The kind's name in config files.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$family(_) => $kind,)*
                }
            }

            /// Size of a pixel on the retina as given in the config, micrometres.
            pub fn microns_per_pixel(&self) -> Option<f64> {
                match self {
                    $(Self::$family(family) => family.microns_per_pixel(),)*
                }
            }

            /// The forms of targets that it learns from.
            pub fn targets(&self) -> &'static [TargetForm] {
                match self {
                    $(Self::$family(_) => <$folder::$family as ModelFamily>::targets(),)*
                }
            }

            /// Its batch normalisation, if it has any.
            pub fn batch_normalisation(&self) -> Option<BatchNorm> {
                match self {
                    $(Self::$family(family) => family.batch_normalisation(),)*
                }
            }

            /// Whether hidden units, if there are any, are rectified and rates the softplus of what reads them.
            pub fn is_rectified(&self) -> bool {
                match self {
                    $(Self::$family(family) => family.is_rectified(),)*
                }
            }

            /// From generator signal to rate, where that is a setting.
            pub fn nonlinearity(&self) -> Option<OutputNonlinearity> {
                match self {
                    $(Self::$family(family) => family.nonlinearity(),)*
                }
            }

            /// Its settings, if it is a generalised linear model.
            pub fn generalised_linear(&self) -> Option<&Glm> {
                match self {
                    $(Self::$family(family) => ModelFamily::generalised_linear(family),)*
                }
            }

            fn check_family(&self) -> Result<(), Error> {
                match self {
                    $(Self::$family(family) => family.check(),)*
                }
            }

            fn init_family(
                &self,
                shape: &NetworkShape,
                device: &Device,
                generator: &mut ChaCha8Rng,
            ) -> Result<Network, Error> {
                match self {
                    $(Self::$family(family) => {
                        family.init(shape, device, generator).map(Network::$family)
                    })*
                }
            }

            /// The first family that has a place for all that was found.
            fn import_family(found: &FoundNetwork) -> Option<Import<Self>> {
                $(if let Some(Import { family, arrays }) = <$folder::$family>::import(found) {
                    return Some(Import { family: Self::$family(family), arrays });
                })*
                None
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
                    $(Self::$family(network) => FamilyModule::forward(network, movie, mode),)*
                }
            }

            /// The loss of predicted rates `[cell, sample]`, Hz, in training.
            pub fn loss(
                &self,
                predicted: Tensor<2>,
                targets: &TrainingTargets,
                poisson: &PoissonLoss,
            ) -> Tensor<1> {
                match self {
                    $(Self::$family(network) => network.loss(predicted, targets, poisson),)*
                }
            }

            /// The filters that see the movie, `[filter, 1, history, y, x]`.
            pub fn filters(&self) -> Tensor<5> {
                match self {
                    $(Self::$family(network) => network.filters(),)*
                }
            }

            /// The coefficients of spikes, if it is a generalised linear model.
            pub fn generalised_linear(&self) -> Option<&CoupledGlm> {
                match self {
                    $(Self::$family(network) => FamilyModule::generalised_linear(network),)*
                }
            }

            /// All kernels, the one that sees the movie first.
            pub fn kernels(&self) -> Vec<&ConvolutionKernel> {
                match self {
                    $(Self::$family(network) => network.kernels(),)*
                }
            }

            /// The hidden stages and what reads them, if the network has hidden units.
            pub fn stages(&self) -> Option<std::borrow::Cow<'_, ConvolutionalNetwork>> {
                match self {
                    $(Self::$family(network) => FamilyModule::stages(network),)*
                }
            }

            /// What each kernel of the first layer is of, in words, for the recording's cells `cells`.
            pub fn filter_names(&self, cells: &[usize]) -> Vec<String> {
                match self {
                    $(Self::$family(network) => network.filter_names(cells),)*
                }
            }

            /// Weights `[cell, weight]` of hidden units, if the network has any.
            pub fn readout_weights(&self) -> Option<Tensor<2>> {
                match self {
                    $(Self::$family(network) => network.readout_weights(),)*
                }
            }

            /// Whether [`Network::start_from`] changes anything.
            pub fn starts_from_averages(&self) -> bool {
                match self {
                    $(Self::$family(network) => network.starts_from_averages(),)*
                }
            }

            /// Starts filters from the cells' spike-triggered averages, where the network has such.
            pub fn start_from(
                self,
                averages: &[SpikeTriggeredAverage],
                shape: &NetworkShape,
                generator: &mut ChaCha8Rng,
            ) -> Self {
                match self {
                    $(Self::$family(network) => {
                        Self::$family(network.start_from(averages, shape, generator))
                    })*
                }
            }

            /// Whether [`Network::place`] changes anything.
            pub fn has_places(&self) -> bool {
                match self {
                    $(Self::$family(network) => network.has_places(),)*
                }
            }

            /// Points each cell at its receptive field, where the network has such places.
            pub fn place(self, peaks: &[ReceptiveFieldPeak], shape: &NetworkShape) -> Self {
                match self {
                    $(Self::$family(network) => Self::$family(network.place(peaks, shape)),)*
                }
            }

            fn output_scale(&mut self) -> &mut Param<Tensor<1>> {
                match self {
                    $(Self::$family(network) => network.output_scale(),)*
                }
            }

            fn write(&self, shape: &NetworkShape, to: &mut Sequential) {
                match self {
                    $(Self::$family(network) => network.write(shape, to),)*
                }
            }
        }
    };
}
pub(super) use families;
