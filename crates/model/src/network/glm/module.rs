//! A generalised linear model as a network.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use ganglion_glm::Observation;
use rand_chacha::ChaCha8Rng;

use super::Glm;
use super::expansion::FrameExpansion;
use crate::error::Error;
use crate::initialisation::constant;
use crate::layer::{Algorithm, ConvolutionKernel, Mode, convolve};
use crate::network::family::{FamilyModule, ModelFamily};
use crate::network::nonlinearity::LARGEST_EXPONENT;
use crate::network::sequential::Sequential;
use crate::network::shape::NetworkShape;
use crate::targets::TargetForm;

/// The coefficients of a coupled generalised linear model, see [`Glm`].
///
/// As a network of the movie it gives the rates that the stimulus alone would: those of trials in which nothing was
/// fired before. What is predicted for trials takes simulation.
#[derive(Module, Debug)]
pub struct CoupledGlm {
    /// Weights of the stimulus functions `[cell, function, y, x]`
    pub stimulus: Param<Tensor<4>>,
    /// `[cell]`
    pub bias: Param<Tensor<1>>,
    /// What is added to the bias in two-step models, so that mean rates are kept, `[cell]`
    pub bias_shift: Param<Tensor<1>>,
    /// Mean count of a bin in the fit, `[cell]`: what couplings are linearised at
    pub mean_count: Param<Tensor<1>>,
    /// Weights of the history functions `[cell, function]`; one of 0 without.
    pub history: Param<Tensor<2>>,
    /// Weights of the coupling functions `[cell, other cell, function]`; one of 0 without.
    pub coupling: Param<Tensor<3>>,
    /// Bins in a second, `[cell]`, Hz: the rate of a spike in every bin
    pub scale: Param<Tensor<1>>,
    /// What the stimulus functions do to frames, `[bin of a frame and frame, function]`
    expansion: Param<Tensor<2>>,
    #[module(skip)]
    pub(super) bins_per_frame: usize,
    #[module(skip)]
    pub(super) observation: Observation,
}

impl ModelFamily for Glm {
    type Module = CoupledGlm;

    fn check(&self) -> Result<(), Error> {
        self.check_settings()
    }

    fn microns_per_pixel(&self) -> Option<f64> {
        self.microns_per_pixel
    }

    fn targets() -> &'static [TargetForm] {
        &[TargetForm::SpikeCounts]
    }

    fn generalised_linear(&self) -> Option<&Self> {
        Some(self)
    }

    /// All coefficients 0.
    fn init(
        &self,
        shape: &NetworkShape,
        device: &Device,
        _generator: &mut ChaCha8Rng,
    ) -> Result<CoupledGlm, Error> {
        let bins_per_frame = self.bins_per_frame.unwrap_or(1);
        let functions = self.stimulus.functions()?;
        let expansion = FrameExpansion::new(&functions, self.lags, bins_per_frame);
        if expansion.frames() > shape.history {
            return Err(Error::FilterBeyondHistory {
                frames: expansion.frames(),
                history: shape.history,
            });
        }
        let rows = bins_per_frame * shape.history;
        let expansion = TensorData::new(
            expansion.oldest_first(shape.history),
            [rows, functions.count()],
        );
        let count = |basis: &Option<ganglion_glm::Basis>| match basis {
            None => Ok(1),
            Some(basis) => basis.functions().map(|functions| functions.count()),
        };
        let NetworkShape {
            cells,
            height,
            width,
            ..
        } = *shape;
        let stimulus = Tensor::zeros([cells, functions.count(), height, width], device);
        Ok(CoupledGlm {
            stimulus: Param::from_tensor(stimulus),
            bias: Param::from_tensor(Tensor::zeros([cells], device)),
            bias_shift: constant(Tensor::zeros([cells], device)),
            mean_count: constant(Tensor::zeros([cells], device)),
            history: Param::from_tensor(Tensor::zeros([cells, count(&self.history)?], device)),
            coupling: Param::from_tensor(Tensor::zeros(
                [cells, cells, count(&self.coupling)?],
                device,
            )),
            scale: constant(Tensor::ones([cells], device)),
            expansion: constant(Tensor::from_data(expansion, device)),
            bins_per_frame,
            observation: self.observation,
        })
    }
}

impl CoupledGlm {
    /// Stimulus filters of each bin of a frame, `[cell and bin, 1, history, y, x]`, the oldest frame first.
    pub(super) fn filters_of_bins(&self) -> Tensor<5> {
        let [cells, functions, height, width] = self.stimulus.dims();
        let [rows, _] = self.expansion.dims();
        let weights = self
            .stimulus
            .val()
            .reshape([cells, functions, height * width]);
        let filters = self.expansion.val().unsqueeze::<3>().matmul(weights);
        let (bins, history) = (self.bins_per_frame, rows / self.bins_per_frame);
        filters.reshape([cells * bins, 1, history, height, width])
    }

    /// The sum of stimulus filter and bias in every bin, `[cell, bin of a frame, sample]`.
    fn stimulus_drive(&self, movie: Tensor<5>) -> Tensor<3> {
        let cells = self.bias.dims()[0];
        let drive = convolve(movie, self.filters_of_bins(), None, Algorithm::Spectral);
        let [channels, height, width, segments, frames] = drive.dims();
        let samples = height * width * segments * frames;
        let drive = drive.reshape([cells, channels / cells, samples]);
        drive + self.bias.val().reshape([cells, 1, 1])
    }

    /// Spikes that are expected in a bin.
    fn expected(&self, drive: Tensor<3>) -> Tensor<3> {
        let mean = |drive: Tensor<3>| drive.clamp_max(LARGEST_EXPONENT).exp();
        match self.observation {
            Observation::Poisson => mean(drive),
            Observation::SpikeOrNone => mean(drive).neg().exp().neg().add_scalar(1.0),
            Observation::Logistic => burn::tensor::activation::sigmoid(drive),
        }
    }

    /// Firing rates that the stimulus alone would give, Hz.
    ///
    /// # Shapes
    /// - movie: `[1, y, x, segment, frame]`, normalised
    /// - output: `[cell, sample]`, the mean over the bins of a frame
    pub fn forward(&self, movie: Tensor<5>) -> Tensor<2> {
        let expected = self.expected(self.stimulus_drive(movie)).mean_dim(1);
        let [cells, _, samples] = expected.dims();
        expected.reshape([cells, samples]) * self.scale.val().unsqueeze_dim(1)
    }
}

impl FamilyModule for CoupledGlm {
    fn forward(&self, movie: Tensor<5>, _mode: Mode) -> Tensor<2> {
        self.forward(movie)
    }

    fn output_scale(&mut self) -> &mut Param<Tensor<1>> {
        &mut self.scale
    }

    /// None: filters are sums of functions.
    fn kernels(&self) -> Vec<&ConvolutionKernel> {
        Vec::new()
    }

    /// Filters of frames, the mean over the bins of a frame.
    fn filters(&self) -> Tensor<5> {
        let filters = self.filters_of_bins();
        let [channels, _, history, height, width] = filters.dims();
        let (bins, cells) = (self.bins_per_frame, channels / self.bins_per_frame);
        let by_bin = filters.reshape([cells, bins, history * height * width]);
        by_bin
            .mean_dim(1)
            .reshape([cells, 1, history, height, width])
    }

    fn generalised_linear(&self) -> Option<&CoupledGlm> {
        Some(self)
    }

    fn write(&self, shape: &NetworkShape, to: &mut Sequential) {
        super::state::write(self, shape, to);
    }
}
