//! Convolutional networks of the retina.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use rand::Rng;

use super::config::ReadoutKind;
use super::nonlinearity::Output;
use super::peak::Peak;
use super::shape::MovieShape;
use super::stage::Stage;
use crate::activation::Activation;
use crate::error::Error;
use crate::layer::{
    Algorithm, BatchNormalisation, BatchNormalisationConfig, DenseReadout, DenseReadoutConfig,
    Factorisation, GaussianReadout, GaussianReadoutConfig, Grouping, KernelShape, Mode,
    SpatiotemporalConvolutionConfig,
};

/// What distinguishes one convolutional network from another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Architecture {
    pub(super) channels: Vec<usize>,
    pub(super) kernels: Vec<usize>,
    pub(super) batch_norm: Option<BatchNorm>,
    pub(super) noise: f64,
    pub(super) bias: bool,
    pub(super) factorised: Option<Factorisation>,
    pub(super) readout: ReadoutKind,
    pub(super) readout_bias: bool,
    pub(super) algorithm: Algorithm,
}

/// Batch normalisation of a whole network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BatchNorm {
    pub(super) grouping: Grouping,
    pub(super) epsilon: f64,
    pub(super) momentum: f64,
}

impl BatchNorm {
    fn config(&self, groups: usize) -> BatchNormalisationConfig {
        BatchNormalisationConfig {
            groups,
            epsilon: self.epsilon,
            momentum: self.momentum,
        }
    }
}

/// Stages of convolution, normalisation and rectification, then a read-out a cell.
///
/// ```text
/// movie -> [convolution -> batch norm -> noise -> ReLU] x stages -> read-out -> softplus
/// ```
///
/// With two stages of 8 channels (15 x 15 and 11 x 11), per-unit batch normalisation and a dense
/// read-out this is the BN-CNN of Tanaka et al. 2019 and Maheswaranathan et al. 2023; with 16 and
/// 8 channels (15 x 15 and 9 x 9), no batch normalisation and a read-out with bias, the network of
/// McIntosh et al. 2016. Only the first stage sees the movie's history.
#[derive(Module, Debug)]
pub struct ConvolutionalNetwork {
    /// Hidden stages, the one that sees the movie first.
    pub stages: Vec<Stage>,
    /// From the last stage's units to one drive a cell.
    pub readout: Readout,
    /// Batch normalisation of the drives, if the network has it.
    pub readout_normalisation: Option<BatchNormalisation>,
    /// From drive to rate.
    pub output: Output,
}

/// How cells read the last hidden stage.
#[derive(Module, Debug)]
pub enum Readout {
    /// One weight for every unit and cell.
    Dense(DenseReadout),
    /// A Gaussian window a cell.
    Gaussian(GaussianReadout),
}

impl Architecture {
    pub(super) fn init(
        &self,
        shape: &MovieShape,
        device: &Device,
        generator: &mut impl Rng,
    ) -> Result<ConvolutionalNetwork, Error> {
        self.check(shape)?;
        let mut planes = [1, shape.height, shape.width];
        let mut stages = Vec::new();
        for index in 0..self.channels.len() {
            let stage = self.stage(index, planes[0], shape.history, device, generator);
            let kernel = self.kernels[index];
            planes = [
                self.channels[index],
                planes[1] - kernel + 1,
                planes[2] - kernel + 1,
            ];
            stages.push(Stage {
                normalisation: self.normalisation(planes, device),
                ..stage
            });
        }
        let dense = self.readout == ReadoutKind::Dense;
        Ok(ConvolutionalNetwork {
            stages,
            readout: self.readout(planes, shape.cells, device, generator),
            readout_normalisation: self
                .batch_norm
                .filter(|_| dense)
                .map(|norm| norm.config(shape.cells).init(device)),
            output: Output::softplus(shape.cells, device),
        })
    }

    fn check(&self, shape: &MovieShape) -> Result<(), Error> {
        if self.channels.is_empty() || self.channels.len() != self.kernels.len() {
            return Err(Error::StagesDiffer {
                channels: self.channels.len(),
                kernels: self.kernels.len(),
            });
        }
        if self.channels.contains(&0) || self.kernels.contains(&0) {
            return Err(Error::EmptyStage);
        }
        let mut plane = [shape.height, shape.width];
        for (stage, &kernel) in self.kernels.iter().enumerate() {
            if kernel > plane[0] || kernel > plane[1] {
                let [height, width] = plane;
                return Err(Error::KernelTooLarge {
                    stage: stage + 1,
                    kernel,
                    height,
                    width,
                });
            }
            plane = plane.map(|size| size - kernel + 1);
        }
        Ok(())
    }

    fn stage(
        &self,
        index: usize,
        channels_in: usize,
        history: usize,
        device: &Device,
        generator: &mut impl Rng,
    ) -> Stage {
        let first = index == 0;
        let config = SpatiotemporalConvolutionConfig {
            shape: KernelShape {
                channels_in,
                channels_out: self.channels[index],
                history: if first { history } else { 1 },
                size: [self.kernels[index]; 2],
            },
            factorisation: self.factorised.filter(|_| first),
            bias: self.bias,
            algorithm: self.algorithm,
        };
        Stage {
            convolution: config.init(device, generator),
            normalisation: None,
            noise: self.noise,
            index,
        }
    }

    fn normalisation(
        &self,
        [channels, height, width]: [usize; 3],
        device: &Device,
    ) -> Option<BatchNormalisation> {
        let norm = self.batch_norm?;
        let groups = match norm.grouping {
            Grouping::PerUnit => channels * height * width,
            Grouping::PerChannel => channels,
        };
        Some(norm.config(groups).init(device))
    }

    fn readout(
        &self,
        units: [usize; 3],
        cells: usize,
        device: &Device,
        generator: &mut impl Rng,
    ) -> Readout {
        match self.readout {
            ReadoutKind::Dense => {
                let units = units.iter().product();
                let config = DenseReadoutConfig {
                    units,
                    cells,
                    bias: self.readout_bias,
                };
                Readout::Dense(config.init(device, generator))
            }
            ReadoutKind::Gaussian { deviation } => {
                let config = GaussianReadoutConfig {
                    units,
                    cells,
                    deviation,
                };
                Readout::Gaussian(config.init(device, generator))
            }
        }
    }
}

impl ConvolutionalNetwork {
    /// The first layer's linear output, before batch normalisation: what attributions refer to.
    ///
    /// # Shapes
    /// - movie: `[1, y, x, segment, frame]`, normalised
    /// - output: `[channel, y, x, segment, frame - history + 1]`
    pub fn first_layer(&self, movie: Tensor<5>) -> Tensor<5> {
        self.stages[0].linear(movie, Mode::Inference)
    }

    /// The rest of the network: from the first layer's linear output to firing rates.
    ///
    /// # Shapes
    /// - linear: `[channel, y, x, segment, frame]`
    /// - output: `[cell, sample]`, Hz, samples in the order segment, frame
    pub fn from_first_layer(&self, linear: Tensor<5>, mode: Mode) -> Tensor<2> {
        let mut hidden = self.stages[0].activate(linear, mode);
        for stage in &self.stages[1..] {
            hidden = stage.activate(stage.linear(hidden, mode), mode);
        }
        self.output.forward(self.drive(hidden, mode))
    }

    fn drive(&self, hidden: Tensor<5>, mode: Mode) -> Tensor<2> {
        let drive = match &self.readout {
            Readout::Dense(readout) => readout.forward(hidden),
            Readout::Gaussian(readout) => readout.forward(hidden),
        };
        match &self.readout_normalisation {
            Some(normalisation) => normalisation.forward(drive, Activation::IDENTITY, mode),
            None => drive,
        }
    }

    /// Firing rates, Hz.
    ///
    /// # Shapes
    /// - movie: `[1, y, x, segment, frame]`, normalised
    /// - output: `[cell, sample]`
    pub fn forward(&self, movie: Tensor<5>, mode: Mode) -> Tensor<2> {
        self.from_first_layer(self.stages[0].linear(movie, mode), mode)
    }

    /// Points Gaussian windows at the cells' receptive fields.
    pub(super) fn place(mut self, peaks: &[Peak]) -> Self {
        let margin = self.margin();
        if let Readout::Gaussian(readout) = self.readout {
            let in_units: Vec<Peak> = peaks
                .iter()
                .map(|peak| Peak {
                    position: peak.position.map(|pixel| pixel - margin),
                    ..*peak
                })
                .collect();
            self.readout = Readout::Gaussian(readout.place(&in_units));
        }
        self
    }

    /// Pixels by which a position of the last hidden stage lags behind its place in the frame.
    fn margin(&self) -> f32 {
        let shrink = |stage: &Stage| (stage.convolution.kernel.value().dims()[4] - 1) as f32 / 2.0;
        self.stages.iter().map(shrink).sum()
    }
}
