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
use crate::network::patch_size::PatchSize;
use crate::network::shape::NetworkShape;

/// What distinguishes one convolutional network from another.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::network) struct Architecture {
    pub(in crate::network) channels: Vec<usize>,
    pub(in crate::network) kernels: Vec<PatchSize>,
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
        let kernels = self.kernel_sizes(shape)?;
        let mut planes = [1, shape.height, shape.width];
        let mut stages = Vec::new();
        for (index, &[rows, columns]) in kernels.iter().enumerate() {
            let kernel = KernelShape {
                channels_in: planes[0],
                channels_out: self.channels[index],
                history: if index == 0 { shape.history } else { 1 },
                size: [rows, columns],
            };
            let stage = self.stage(index, kernel, device, generator);
            planes = [
                self.channels[index],
                planes[1] - rows + 1,
                planes[2] - columns + 1,
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

    /// Rows and columns of each stage's kernels, all of which fit.
    fn kernel_sizes(&self, shape: &NetworkShape) -> Result<Vec<[usize; 2]>, Error> {
        if self.channels.is_empty() || self.channels.len() != self.kernels.len() {
            return Err(Error::StagesDiffer {
                channels: self.channels.len(),
                kernels: self.kernels.len(),
            });
        }
        if self.channels.contains(&0) {
            return Err(Error::EmptyStage);
        }
        let mut plane = [shape.height, shape.width];
        let mut sizes = Vec::new();
        for (stage, kernel) in self.kernels.iter().enumerate() {
            let what = || format!("the kernel of stage {}", stage + 1);
            let size = kernel.within(plane, "model.kernels", what)?;
            plane = [plane[0] - size[0] + 1, plane[1] - size[1] + 1];
            sizes.push(size);
        }
        Ok(sizes)
    }

    fn stage(
        &self,
        index: usize,
        shape: KernelShape,
        device: &Device,
        generator: &mut impl Rng,
    ) -> Stage {
        let config = SpatiotemporalConvolutionConfig {
            shape,
            factorisation: self.factorised.filter(|_| index == 0),
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
