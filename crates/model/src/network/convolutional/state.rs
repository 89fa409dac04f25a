//! A convolutional network's arrays in the naming of torch-deep-retina's `BNCNN`.

use burn::tensor::Tensor;

use super::{ConvolutionalNetwork, Readout, Stage};
use crate::layer::Grouping;
use crate::network::sequential::Sequential;

impl ConvolutionalNetwork {
    pub(super) fn write_arrays(&self, to: &mut Sequential) {
        let per_unit = self.grouping == Some(Grouping::PerUnit);
        for stage in &self.stages {
            write_stage(stage, per_unit, to);
        }
        // Flatten.
        to.skip(1);
        let (weight, bias) = self.dense_readout();
        to.linear(weight, bias.as_ref());
        to.skip(1);
        if let Some(normalisation) = &self.readout_normalisation {
            to.normalisation(normalisation);
            to.skip(1);
        }
        // Softplus.
        to.skip(1);
        to.scale(&self.output.scale.val());
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

/// `per_unit`: whether hidden units are flattened for their normalisation.
fn write_stage(stage: &Stage, per_unit: bool, to: &mut Sequential) {
    let kernel = stage.convolution.kernel.value();
    let [outputs, inputs, history, rows, columns] = kernel.dims();
    // The first stage's channels are the frames, the others' history is one.
    to.tensor(
        "weight",
        kernel.reshape([outputs, inputs * history, rows, columns]),
    );
    if let Some(bias) = &stage.convolution.bias {
        to.tensor("bias", bias.val());
    }
    to.skip(1);
    if let Some(normalisation) = &stage.normalisation {
        to.skip(usize::from(per_unit));
        to.normalisation(normalisation);
        to.skip(1 + usize::from(per_unit));
    }
    to.add("sigma", vec![1], vec![stage.noise() as f32]);
    // Noise, rectification.
    to.skip(2);
}
