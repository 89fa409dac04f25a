//! Convolutional networks of the retina.

use std::borrow::Cow;

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::stage::Stage;
use crate::activation::Activation;
use crate::layer::{
    BatchNormalisation, ConvolutionKernel, DenseReadout, GaussianReadout, Grouping, Mode,
    SpatiotemporalConvolution,
};
use crate::network::family::FamilyModule;
use crate::network::nonlinearity::RateOutput;
use crate::network::peak::ReceptiveFieldPeak;
use crate::network::sequential::Sequential;
use crate::network::shape::NetworkShape;

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
    pub output: RateOutput,
    #[module(skip)]
    pub(super) grouping: Option<Grouping>,
}

/// How cells read the last hidden stage.
#[derive(Module, Debug)]
pub enum Readout {
    /// One weight for every unit and cell.
    Dense(DenseReadout),
    /// A Gaussian window a cell.
    Gaussian(GaussianReadout),
}

impl ConvolutionalNetwork {
    /// One stage of rectified units without normalisation or noise.
    pub(in crate::network) fn of_one_stage(
        convolution: SpatiotemporalConvolution,
        readout: Readout,
        output: RateOutput,
    ) -> Self {
        let stage = Stage {
            convolution,
            normalisation: None,
            noise: 0.0,
            index: 0,
        };
        Self {
            stages: vec![stage],
            readout,
            readout_normalisation: None,
            output,
            grouping: None,
        }
    }

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

    /// Pixels by which a position of the last hidden stage lags behind its place in the frame, along
    /// rows and columns.
    fn margins(&self) -> [f32; 2] {
        let sizes = self.stages.iter().map(|stage| {
            let [_, _, _, rows, columns] = stage.convolution.kernel.value().dims();
            [rows, columns].map(|size| (size - 1) as f32 / 2.0)
        });
        sizes.fold([0.0; 2], |sum, margin| {
            [sum[0] + margin[0], sum[1] + margin[1]]
        })
    }
}

impl FamilyModule for ConvolutionalNetwork {
    fn forward(&self, movie: Tensor<5>, mode: Mode) -> Tensor<2> {
        self.forward(movie, mode)
    }

    fn output_scale(&mut self) -> &mut Param<Tensor<1>> {
        &mut self.output.scale
    }

    fn kernels(&self) -> Vec<&ConvolutionKernel> {
        (self.stages.iter())
            .map(|stage| &stage.convolution.kernel)
            .collect()
    }

    fn write(&self, shape: &NetworkShape, to: &mut Sequential) {
        self.write_arrays(shape, to);
    }

    fn stages(&self) -> Option<Cow<'_, ConvolutionalNetwork>> {
        Some(Cow::Borrowed(self))
    }

    fn has_places(&self) -> bool {
        matches!(self.readout, Readout::Gaussian(_))
    }

    /// Points Gaussian windows at the cells' receptive fields.
    fn place(mut self, peaks: &[ReceptiveFieldPeak], _shape: &NetworkShape) -> Self {
        let margins = self.margins();
        if let Readout::Gaussian(readout) = self.readout {
            let in_units: Vec<ReceptiveFieldPeak> = peaks
                .iter()
                .map(|peak| ReceptiveFieldPeak {
                    position: std::array::from_fn(|axis| peak.position[axis] - margins[axis]),
                    ..*peak
                })
                .collect();
            self.readout = Readout::Gaussian(readout.place(&in_units));
        }
        self
    }
}
