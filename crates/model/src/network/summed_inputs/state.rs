//! Summed inputs as a convolutional network, and as modules of PyTorch.

use burn::module::Param;
use burn::tensor::{Tensor, TensorData};

use super::module::SummedInputs;
use crate::layer::{DenseReadout, SpatiotemporalConvolution};
use crate::network::config::OutputNonlinearity;
use crate::network::convolutional::{ConvolutionalNetwork, Readout};
use crate::network::sequential::{Sequential, SequentialModule, floats};
use crate::network::window;

use super::InputNonlinearity;

impl SummedInputs {
    /// Filters over the whole frame, of which each cell reads its own at the places in its window.
    pub(super) fn as_network(&self) -> Option<ConvolutionalNetwork> {
        let is_rectified = self.layout.input_nonlinearity == InputNonlinearity::Relu;
        if !is_rectified || self.output.nonlinearity() != OutputNonlinearity::Softplus {
            return None;
        }
        let offset = Some(self.offset.clone());
        let convolution = SpatiotemporalConvolution::with_kernels(self.filter.clone(), offset);
        let readout = DenseReadout {
            weight: Param::from_tensor(self.dense_weights()),
            bias: Some(self.bias.clone()),
        };
        let readout = Readout::Dense(readout);
        Some(ConvolutionalNetwork::of_one_stage(
            convolution,
            readout,
            self.output.clone(),
        ))
    }

    /// Convolution, nonlinearity, flatten, linear, softplus or exp, scale.
    pub(super) fn write_arrays(&self, to: &mut Sequential) {
        let filter = self.filter.value();
        let [channels, _, history, rows, columns] = filter.dims();
        let filter = filter.reshape([channels, history, rows, columns]);
        to.convolution(filter, Some(&self.offset.val()));
        to.module(self.layout.input_nonlinearity.module());
        to.module(SequentialModule::Flatten);
        to.linear(self.dense_weights(), Some(&self.bias.val()));
        self.output.write(to);
    }

    /// Weights with their signs of all filters at all places of the frame, `[cell, (channel, y, x)]`: zero but
    /// for a cell's own filters in its window.
    fn dense_weights(&self) -> Tensor<2> {
        let layout = &self.layout;
        let [height, width]: [usize; 2] =
            std::array::from_fn(|axis| layout.frame[axis] - layout.size[axis] + 1);
        let [rows, columns] = layout.positions();
        let units = layout.channels() * height * width;
        let signed = self.signed_weights();
        let device = signed.device();
        let signed = floats(signed);
        let corners = window::positions(&self.corner);
        let mut dense = vec![0.0; layout.cells * units];
        for (line, weights) in signed.chunks(columns).enumerate() {
            let (row, input) = (line % rows, line / rows);
            let (cell, input) = (input / layout.inputs.len(), input % layout.inputs.len());
            let channel = layout.first_channel(cell) + input;
            let [top, left] = corners[cell];
            let unit = (channel * height + top + row) * width + left;
            dense[cell * units + unit..][..columns].copy_from_slice(weights);
        }
        Tensor::from_data(TensorData::new(dense, [layout.cells, units]), &device)
    }
}
