//! What convolutional networks are made of, and making them.

use burn::tensor::Device;
use rand::Rng;

use super::{ConvolutionalNetwork, Readout, Stage};
use crate::error::Error;
use crate::layer::{
    Algorithm, BatchNormalisation, BatchNormalisationConfig, DenseReadoutConfig, Factorisation,
    GaussianReadoutConfig, Grouping, KernelShape, SpatiotemporalConvolutionConfig,
};
use crate::network::config::ReadoutKind;
use crate::network::nonlinearity::RateOutput;
use crate::network::shape::NetworkShape;

/// What distinguishes one convolutional network from another.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::network) struct Architecture {
    pub(in crate::network) channels: Vec<usize>,
    pub(in crate::network) kernels: Vec<usize>,
    pub(in crate::network) batch_norm: Option<BatchNorm>,
    pub(in crate::network) noise: f64,
    pub(in crate::network) bias: bool,
    pub(in crate::network) factorised: Option<Factorisation>,
    pub(in crate::network) readout: ReadoutKind,
    pub(in crate::network) readout_bias: bool,
    pub(in crate::network) algorithm: Algorithm,
}

/// Batch normalisation of a whole network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNorm {
    /// Which units share statistics.
    pub grouping: Grouping,
    /// Added to variances before the root.
    pub epsilon: f64,
    /// Weight of the newest batch in the running statistics.
    pub momentum: f64,
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

impl Architecture {
    pub(in crate::network) fn init(
        &self,
        shape: &NetworkShape,
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
            output: RateOutput::softplus(shape.cells, device),
            grouping: self.batch_norm.map(|norm| norm.grouping),
        })
    }

    fn check(&self, shape: &NetworkShape) -> Result<(), Error> {
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
