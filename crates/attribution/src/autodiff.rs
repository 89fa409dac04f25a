//! The network from a layer on, and its gradients by Burn's autodiff: the reference.

use burn::module::Module;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};
use ganglion_model::Activation;
use ganglion_model::layer::Mode;
use ganglion_model::network::{ConvolutionalNetwork, Readout, Stage};

use crate::layer::{Layer, Point};
use crate::upper::floats;

/// A network cut in two at a layer.
pub(crate) struct NetworkCut {
    network: ConvolutionalNetwork,
    layer: Layer,
    device: Device,
    first: [usize; 3],
    planes: [usize; 3],
}

impl NetworkCut {
    /// Cuts a network whose first planes are `first` where the planes are `planes`.
    pub(crate) fn new(
        network: &ConvolutionalNetwork,
        layer: Layer,
        first: [usize; 3],
        planes: [usize; 3],
    ) -> Self {
        let device = network.output.scale.val().device().autodiff();
        Self {
            network: network.clone().train().no_grad(),
            layer,
            device,
            first,
            planes,
        }
    }

    /// The layer's values `[unit, column]` for outputs of the first convolution.
    pub(crate) fn values(&self, linear: Vec<f32>, columns: usize) -> Vec<f32> {
        let stages = &self.network.stages;
        let mut linear = self.tensor(linear, self.first, columns);
        for (index, stage) in stages[..self.layer.stage - 1].iter().enumerate() {
            let hidden = stage.activate(linear, Mode::Inference);
            linear = stages[index + 1].linear(hidden, Mode::Inference);
        }
        floats(to_point(&stages[self.layer.stage - 1], linear, self.layer.point).inner())
    }

    /// Rates `[cell, column]` for values of the layer, Hz.
    pub(crate) fn rates(&self, values: Vec<f32>, columns: usize) -> Vec<f32> {
        floats(
            self.forward(self.tensor(values, self.planes, columns))
                .inner(),
        )
    }

    /// Gradient of a cell's rate with respect to the layer's values, `[unit, column]`.
    pub(crate) fn gradient(&self, values: Vec<f32>, columns: usize, cell: usize) -> Vec<f32> {
        let values = self.tensor(values, self.planes, columns).require_grad();
        // Columns do not influence each other, so the sum's gradient is each column's own.
        let rate = self
            .forward(values.clone())
            .slice([cell..cell + 1, 0..columns])
            .sum();
        let gradients = rate.backward();
        floats(values.grad(&gradients).expect("the values are tracked"))
    }

    fn forward(&self, values: Tensor<5>) -> Tensor<2> {
        let at = self.layer.stage - 1;
        let mut hidden = from_point(&self.network.stages[at], values, self.layer.point);
        for stage in &self.network.stages[at + 1..] {
            hidden = stage.activate(stage.linear(hidden, Mode::Inference), Mode::Inference);
        }
        let drive = match &self.network.readout {
            Readout::Dense(readout) => readout.forward(hidden),
            Readout::Gaussian(readout) => readout.forward(hidden),
        };
        let drive = match &self.network.readout_normalisation {
            Some(norm) => norm.forward(drive, Activation::IDENTITY, Mode::Inference),
            None => drive,
        };
        self.network.output.forward(drive)
    }

    fn tensor(&self, values: Vec<f32>, planes: [usize; 3], columns: usize) -> Tensor<5> {
        let [channels, height, width] = planes;
        let data = TensorData::new(values, [channels, height, width, 1, columns]);
        Tensor::from_data(data, &self.device)
    }
}

fn to_point(stage: &Stage, linear: Tensor<5>, point: Point) -> Tensor<5> {
    match (point, &stage.normalisation) {
        (Point::Rectified, _) => stage.activate(linear, Mode::Inference),
        (Point::Normalised, Some(norm)) => {
            norm.forward(linear, Activation::IDENTITY, Mode::Inference)
        }
        (Point::Normalised, None) | (Point::Linear, _) => linear,
    }
}

fn from_point(stage: &Stage, values: Tensor<5>, point: Point) -> Tensor<5> {
    match point {
        Point::Linear => stage.activate(values, Mode::Inference),
        Point::Normalised => relu(values),
        Point::Rectified => values,
    }
}
