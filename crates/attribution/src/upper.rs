//! The network above its first convolution, as plain arrays, outside training.

use burn::tensor::Tensor;
use ganglion_model::layer::BatchNormalisation;
use ganglion_model::network::{ConvolutionalNetwork, Readout, Stage};
use ganglion_model::spectral::{self, Geometry};
use rayon::prelude::*;

/// Everything above the first convolution: affine maps, rectifications, convolutions, read-out.
pub(crate) struct Upper {
    pub(crate) stages: Vec<RectifiedStage>,
    /// `[cell, unit]`, normalisation included.
    weight: Vec<f32>,
    /// `[cell]`
    offset: Vec<f64>,
    /// `[cell]`, Hz.
    pub(crate) scale: Vec<f64>,
}

/// One hidden stage: `relu(scale * linear + shift)`.
pub(crate) struct RectifiedStage {
    pub(crate) convolution: Option<UpperConvolution>,
    /// `[unit]`
    pub(crate) scale: Vec<f32>,
    /// `[unit]`
    shift: Vec<f32>,
    /// Channels, rows, columns.
    pub(crate) planes: [usize; 3],
}

/// A convolution between hidden stages.
pub(crate) struct UpperConvolution {
    /// `[channel_out, channel_in, ky, kx]`
    pub(crate) kernel: Vec<f32>,
    bias: Vec<f32>,
    channels_in: usize,
    /// Rows and columns of the kernel.
    pub(crate) size: [usize; 2],
}

/// What the network does at several points of several paths; columns are points.
pub(crate) struct States {
    /// Each stage's input of the rectification, `[unit, column]`.
    pub(crate) normalised: Vec<Vec<f32>>,
    /// Drives of the cells, `[cell, column]`.
    pub(crate) drive: Vec<f64>,
}

impl Upper {
    /// Reads the arrays of a network whose first planes are `planes`.
    pub(crate) fn new(network: &ConvolutionalNetwork, planes: [usize; 3]) -> Self {
        let mut stages = vec![RectifiedStage::new(&network.stages[0], None, planes)];
        for stage in &network.stages[1..] {
            let below = stages[stages.len() - 1].planes;
            let convolution = UpperConvolution::new(stage, below[0]);
            let planes = [
                convolution.bias.len(),
                below[1] - convolution.size[0] + 1,
                below[2] - convolution.size[1] + 1,
            ];
            stages.push(RectifiedStage::new(stage, Some(convolution), planes));
        }
        let channels = stages[stages.len() - 1].planes[0];
        let (mut weight, mut offset) = readout(&network.readout, channels);
        if let Some(normalisation) = &network.readout_normalisation {
            fold(normalisation, &mut weight, &mut offset);
        }
        Self {
            stages,
            weight,
            offset,
            scale: doubles(network.output.scale.val()),
        }
    }

    pub(crate) fn cells(&self) -> usize {
        self.offset.len()
    }

    /// Read-out weights of one cell.
    pub(crate) fn weights_of(&self, cell: usize) -> &[f32] {
        let units = self.weight.len() / self.cells();
        &self.weight[cell * units..][..units]
    }

    /// Drive of a cell without any stage's output.
    pub(crate) fn offset_of(&self, cell: usize) -> f64 {
        self.offset[cell]
    }

    /// Drive of a cell for the last stage's values before rectification, `[unit]`.
    pub(crate) fn drive_of(&self, cell: usize, normalised: &[f32]) -> f64 {
        let weighted = self.weights_of(cell).iter().zip(normalised);
        let sum: f64 = weighted
            .map(|(weight, value)| f64::from(*weight) * f64::from(value.max(0.0)))
            .sum();
        self.offset[cell] + sum
    }

    /// The linear part of a stage above the first, given the output of the stage below, both
    /// `[unit, column]`, without bias and normalisation.
    ///
    /// # Panics
    /// If `index` is the first stage.
    pub(crate) fn linear(&self, index: usize, input: &[f32], columns: usize) -> Vec<f32> {
        let convolution = self.convolution_of(index);
        let geometry = convolution.geometry(self.stages[index - 1].planes, columns);
        let unbiased = vec![0.0; convolution.bias.len()];
        spectral::convolve(input, &convolution.kernel, &unbiased, &geometry)
    }

    /// Runs the network from the first convolution's output `[unit, column]`.
    pub(crate) fn forward(&self, mut linear: Vec<f32>, columns: usize) -> States {
        let mut normalised: Vec<Vec<f32>> = Vec::with_capacity(self.stages.len());
        for (index, stage) in self.stages.iter().enumerate() {
            if let Some(convolution) = &stage.convolution {
                let below = &self.stages[index - 1];
                let input = rectified(&normalised[index - 1]);
                linear = convolution.forward(&input, below.planes, columns);
            }
            stage.normalise(&mut linear, columns);
            normalised.push(std::mem::take(&mut linear));
        }
        let drive = self.drive(&normalised[normalised.len() - 1], columns);
        States { normalised, drive }
    }

    /// Summed in double precision, so that differences of drives keep their digits.
    fn drive(&self, normalised: &[f32], columns: usize) -> Vec<f64> {
        let mut drive = vec![0.0; self.cells() * columns];
        drive
            .par_chunks_mut(columns)
            .enumerate()
            .for_each(|(cell, drive)| {
                drive.fill(self.offset[cell]);
                for (weight, unit) in self.weights_of(cell).iter().zip(normalised.chunks(columns)) {
                    let weight = f64::from(*weight);
                    drive
                        .iter_mut()
                        .zip(unit)
                        .for_each(|(sum, value)| *sum += weight * f64::from(value.max(0.0)));
                }
            });
        drive
    }

    /// The gradient with respect to stage `index - 1`'s output, given that with respect to stage
    /// `index`'s linear part, both `[unit, column]`.
    ///
    /// # Panics
    /// If `index` is the first stage.
    pub(crate) fn gradient_below(
        &self,
        index: usize,
        gradient: &[f32],
        columns: usize,
    ) -> Vec<f32> {
        let convolution = self.convolution_of(index);
        let geometry = convolution.geometry(self.stages[index - 1].planes, columns);
        spectral::input_gradient(&convolution.kernel, gradient, &geometry)
    }
}

impl Upper {
    fn convolution_of(&self, index: usize) -> &UpperConvolution {
        self.stages[index]
            .convolution
            .as_ref()
            .expect("stages above the first convolve")
    }
}

impl RectifiedStage {
    fn new(stage: &Stage, convolution: Option<UpperConvolution>, planes: [usize; 3]) -> Self {
        let units: usize = planes.iter().product();
        let (scale, shift) = match &stage.normalisation {
            Some(normalisation) => {
                let (scale, shift) = normalisation.scale_and_shift();
                (spread(scale, units), spread(shift, units))
            }
            None => (vec![1.0; units], vec![0.0; units]),
        };
        Self {
            convolution,
            scale,
            shift,
            planes,
        }
    }

    pub(crate) fn units(&self) -> usize {
        self.scale.len()
    }

    /// The affine map of one unit.
    pub(crate) fn affine(&self, unit: usize) -> [f32; 2] {
        [self.scale[unit], self.shift[unit]]
    }

    /// A unit before rectification, from its linear part without bias.
    pub(crate) fn apply(&self, unit: usize, linear: f32) -> f32 {
        let bias = match &self.convolution {
            Some(convolution) => convolution.bias[unit / (self.planes[1] * self.planes[2])],
            None => 0.0,
        };
        self.scale[unit] * (linear + bias) + self.shift[unit]
    }

    fn normalise(&self, linear: &mut [f32], columns: usize) {
        linear
            .par_chunks_mut(columns)
            .enumerate()
            .for_each(|(unit, values)| {
                let [scale, shift] = self.affine(unit);
                values
                    .iter_mut()
                    .for_each(|value| *value = scale * *value + shift);
            });
    }
}

impl UpperConvolution {
    fn new(stage: &Stage, channels_in: usize) -> Self {
        let kernel = stage.convolution.kernel.value();
        let [channels_out, _, _, rows, columns] = kernel.dims();
        let bias = match &stage.convolution.bias {
            Some(bias) => floats(bias.val()),
            None => vec![0.0; channels_out],
        };
        Self {
            kernel: floats(kernel),
            bias,
            channels_in,
            size: [rows, columns],
        }
    }

    fn geometry(&self, planes: [usize; 3], columns: usize) -> Geometry {
        Geometry {
            channels_in: self.channels_in,
            height: planes[1],
            width: planes[2],
            segments: 1,
            frames: columns,
            channels_out: self.bias.len(),
            history: 1,
            kernel_height: self.size[0],
            kernel_width: self.size[1],
        }
    }

    fn forward(&self, input: &[f32], planes: [usize; 3], columns: usize) -> Vec<f32> {
        let geometry = self.geometry(planes, columns);
        spectral::convolve(input, &self.kernel, &self.bias, &geometry)
    }
}

/// Read-out weights `[cell, unit]` and offsets.
fn readout(readout: &Readout, channels: usize) -> (Vec<f32>, Vec<f64>) {
    match readout {
        Readout::Dense(dense) => {
            let [cells, _] = dense.weight.val().dims();
            let offset = match &dense.bias {
                Some(bias) => doubles(bias.val()),
                None => vec![0.0; cells],
            };
            (floats(dense.weight.val()), offset)
        }
        Readout::Gaussian(gaussian) => {
            let [cells, positions] = gaussian.windows().dims();
            let windows = gaussian.windows().reshape([cells, 1, positions]);
            let weight = gaussian.weight.val().reshape([cells, channels, 1]);
            (floats(weight * windows), doubles(gaussian.bias.val()))
        }
    }
}

/// Folds a normalisation of the drives into the read-out.
fn fold(normalisation: &BatchNormalisation, weight: &mut [f32], offset: &mut [f64]) {
    let (scale, shift) = normalisation.scale_and_shift();
    let (scale, shift) = (floats(scale), doubles(shift));
    let units = weight.len() / offset.len();
    for (cell, weights) in weight.chunks_mut(units).enumerate() {
        weights.iter_mut().for_each(|w| *w *= scale[cell]);
        offset[cell] = offset[cell] * f64::from(scale[cell]) + shift[cell];
    }
}

fn rectified(values: &[f32]) -> Vec<f32> {
    values.par_iter().map(|value| value.max(0.0)).collect()
}

/// One value a group of consecutive units, as one a unit.
fn spread(groups: Tensor<1>, units: usize) -> Vec<f32> {
    let groups = floats(groups);
    let size = units / groups.len();
    groups
        .into_iter()
        .flat_map(|value| std::iter::repeat_n(value, size))
        .collect()
}

pub(crate) fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

fn doubles(tensor: Tensor<1>) -> Vec<f64> {
    tensor.into_data().iter::<f32>().map(f64::from).collect()
}
