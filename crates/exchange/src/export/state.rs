//! A network's arrays in PyTorch's naming.

use burn::tensor::Tensor;
use ganglion_model::layer::{BatchNormalisation, Grouping};
use ganglion_model::model::Model;
use ganglion_model::network::{
    ConvolutionalNetwork, LinearNonlinear, ModelConfig, Network, Readout, Stage,
};
use ganglion_model::weights::Array;

/// An array and its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Its name, such as `sequential.0.weight`.
    pub name: String,
    /// Its shape and values.
    pub array: Array,
}

impl Named {
    /// Whether it counts batches, as PyTorch's batch normalisation does.
    pub(super) fn is_counter(&self) -> bool {
        self.name.ends_with("num_batches_tracked")
    }
}

/// The arrays of a model, named by their places in the `torch.nn.Sequential` that it equals:
///
/// ```text
/// per unit     conv, flatten, norm, reshape, noise, relu   per stage   0 2 4, 6 8 10
/// per channel  conv, norm, noise, relu                     per stage   0 1 2, 4 5 6
/// no norm      conv, noise, relu                           per stage   0 1,   3 4
/// then         flatten, linear, norm (if there is any), softplus, scale (if any is not 1)
/// LN           flatten, linear, softplus or exp, scale (if any is not 1)
/// ```
pub fn state_dict(model: &Model) -> Vec<Named> {
    let mut writer = Writer {
        arrays: Vec::new(),
        place: 0,
        per_unit: matches!(
            model.description.architecture,
            ModelConfig::BnCnn {
                batch_norm: Grouping::PerUnit,
                ..
            }
        ),
    };
    match &model.network {
        Network::Convolutional(network) => writer.convolutional(network),
        Network::LinearNonlinear(network) => {
            let movie = &model.description.movie;
            writer.place = 1;
            writer.linear(
                filters(network, [movie.height, movie.width]),
                Some(&network.bias.val()),
            );
            writer.place += 2;
            writer.scale(&network.output.scale.val());
        }
    }
    writer.arrays
}

struct Writer {
    arrays: Vec<Named>,
    /// Place in the sequence of the next module.
    place: usize,
    /// Whether hidden units are flattened for their normalisation.
    per_unit: bool,
}

impl Writer {
    fn add(&mut self, name: &str, shape: Vec<usize>, values: Vec<f32>) {
        self.arrays.push(Named {
            name: format!("sequential.{}.{name}", self.place),
            array: Array { shape, values },
        });
    }

    fn tensor<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) {
        let shape = tensor.dims().to_vec();
        self.add(name, shape, floats(tensor));
    }

    fn convolutional(&mut self, network: &ConvolutionalNetwork) {
        for stage in &network.stages {
            self.stage(stage);
        }
        // Flatten.
        self.place += 1;
        let (weight, bias) = readout(network);
        self.linear(weight, bias.as_ref());
        self.place += 1;
        if let Some(normalisation) = &network.readout_normalisation {
            self.normalisation(normalisation);
            self.place += 1;
        }
        // Softplus.
        self.place += 1;
        self.scale(&network.output.scale.val());
    }

    fn stage(&mut self, stage: &Stage) {
        let kernel = stage.convolution.kernel.value();
        let [outputs, inputs, history, rows, columns] = kernel.dims();
        // The first stage's channels are the frames, the others' history is one.
        self.tensor(
            "weight",
            kernel.reshape([outputs, inputs * history, rows, columns]),
        );
        if let Some(bias) = &stage.convolution.bias {
            self.tensor("bias", bias.val());
        }
        self.place += 1;
        if let Some(normalisation) = &stage.normalisation {
            self.place += usize::from(self.per_unit);
            self.normalisation(normalisation);
            self.place += 1 + usize::from(self.per_unit);
        }
        self.add("sigma", vec![1], vec![stage.noise() as f32]);
        // Noise, rectification.
        self.place += 2;
    }

    fn normalisation(&mut self, normalisation: &BatchNormalisation) {
        self.tensor("weight", normalisation.gain.val());
        self.tensor("bias", normalisation.offset.val());
        self.tensor("running_mean", normalisation.running_mean.value_sync());
        self.tensor("running_var", normalisation.running_variance.value_sync());
        self.add("num_batches_tracked", Vec::new(), vec![0.0]);
    }

    fn linear(&mut self, weight: Tensor<2>, bias: Option<&Tensor<1>>) {
        self.tensor("weight", weight);
        if let Some(bias) = bias {
            self.tensor("bias", bias.clone());
        }
    }

    fn scale(&mut self, scale: &Tensor<1>) {
        let values = floats(scale.clone());
        if values.iter().any(|value| *value != 1.0) {
            self.add("scale", vec![values.len()], values);
        }
    }
}

/// The read-out as a dense one: weights `[cell, unit]` and constants.
fn readout(network: &ConvolutionalNetwork) -> (Tensor<2>, Option<Tensor<1>>) {
    match &network.readout {
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

/// Filters over the whole frame `[cell, (frame, y, x)]`, zero outside each cell's window.
fn filters(network: &LinearNonlinear, [height, width]: [usize; 2]) -> Tensor<2> {
    let filter = network.filter.value();
    let [cells, _, history, rows, columns] = filter.dims();
    let device = filter.device();
    let (filter, corners) = (floats(filter), floats(network.corner.val()));
    let mut whole = vec![0.0; cells * history * height * width];
    for (line, values) in filter.chunks(columns).enumerate() {
        let (row, frame) = (line % rows, line / rows);
        let cell = frame / history;
        let (top, left) = (corners[2 * cell] as usize, corners[2 * cell + 1] as usize);
        let start = (frame * height + top + row) * width + left;
        whole[start..start + columns].copy_from_slice(values);
    }
    let shape = [cells, history * height * width];
    Tensor::from_data(burn::tensor::TensorData::new(whole, shape), &device)
}

fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}
