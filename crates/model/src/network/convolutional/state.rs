//! A convolutional network's arrays in the naming of torch-deep-retina's `BNCNN`.

use burn::tensor::Tensor;

use super::{ConvolutionalNetwork, Readout, Stage};
use crate::layer::Grouping;
use crate::network::sequential::{Sequential, SequentialModule};
use crate::network::shape::NetworkShape;

impl ConvolutionalNetwork {
    pub(super) fn write_arrays(&self, shape: &NetworkShape, to: &mut Sequential) {
        let per_unit = self.grouping == Some(Grouping::PerUnit);
        let mut size = [shape.height, shape.width];
        for stage in &self.stages {
            size = write_stage(stage, size, per_unit, to);
        }
        to.module(SequentialModule::Flatten);
        let (weight, bias) = self.dense_readout();
        to.linear(weight, bias.as_ref());
        if let Some(normalisation) = &self.readout_normalisation {
            to.normalisation(normalisation);
        }
        self.output.write(to);
    }

    /// The read-out as a dense one: weights `[cell, unit]` and constants.
    fn dense_readout(&self) -> (Tensor<2>, Option<Tensor<1>>) {
        match &self.readout {
            Readout::Dense(dense) => (
                dense.weight.val(),
                dense.bias.as_ref().map(|bias| bias.val()),
            ),
            Readout::Gaussian(gaussian) => {
                let [cells, positions] = gaussian.windows().dims();
                let windows = gaussian.windows().reshape([cells, 1, positions]);
                let weight = gaussian.weight.val();
                let channels = weight.dims()[1];
                let weight = weight.reshape([cells, channels, 1]) * windows;
                let weight = weight.reshape([cells, channels * positions]);
                (weight, Some(gaussian.bias.val()))
            }
        }
    }
}

/// Writes a stage that sees frames of this size, and returns that of its own.
/// `per_unit`: whether hidden units are flattened for their normalisation.
fn write_stage(
    stage: &Stage,
    [height, width]: [usize; 2],
    per_unit: bool,
    to: &mut Sequential,
) -> [usize; 2] {
    let kernel = stage.convolution.kernel.value();
    let [outputs, inputs, history, rows, columns] = kernel.dims();
    let (height, width) = (height + 1 - rows, width + 1 - columns);
    // The first stage's channels are the frames, the others' history is one.
    let kernel = kernel.reshape([outputs, inputs * history, rows, columns]);
    let bias = stage.convolution.bias.as_ref().map(|bias| bias.val());
    to.convolution(kernel, bias.as_ref());
    if let Some(normalisation) = &stage.normalisation {
        if per_unit {
            to.module(SequentialModule::Flatten);
        }
        to.normalisation(normalisation);
        if per_unit {
            to.module(SequentialModule::Reshape([outputs, height, width]));
        }
    }
    to.noise(stage.noise() as f32);
    to.module(SequentialModule::Rectification);
    [height, width]
}
