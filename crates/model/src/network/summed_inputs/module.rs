//! Nonlinear inputs of each cell, summed with signs.

use std::borrow::Cow;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;

use super::layout::{FilterSet, Inputs, Layout};
use crate::error::Error;
use crate::layer::{Algorithm, ConvolutionKernel, Mode, convolve};
use crate::network::convolutional::ConvolutionalNetwork;
use crate::network::family::FamilyModule;
use crate::network::nonlinearity::RateOutput;
use crate::network::peak::{ReceptiveFieldPeak, SpikeTriggeredAverage};
use crate::network::sequential::Sequential;
use crate::network::shape::NetworkShape;
use crate::network::window;

/// Inputs, each a filter and a nonlinearity, summed with signs:
///
/// ```text
/// r[n](t) = scale[n] f(b[n] + sum_ip sign[i] w[n, i, p] g(c[i] + sum_lyx u[i, l, y, x] s(t + l, p + (y, x))))
/// w = root_weight^2, or 1 where there are no weights
/// ```
///
/// Positions p are those of the filter in the cell's window: one where filters fill it. The square keeps
/// weights from being negative and lets them be zero, so that the sign of an input is what it was made as.
#[derive(Module, Debug)]
pub struct SummedInputs {
    /// Filters u `[channel, 1, history, rows, columns]`; channels are the inputs of the first cell, then those
    /// of the second, or the inputs alone where cells share them
    pub filter: ConvolutionKernel,
    /// c, `[channel]`
    pub offset: Param<Tensor<1>>,
    /// Roots of the weights w, `[cell, (input, y, x)]`
    pub root_weight: Option<Param<Tensor<2>>>,
    /// b, `[cell]`
    pub bias: Param<Tensor<1>>,
    /// From drive to rate.
    pub output: RateOutput,
    /// Top left corner of each cell's window, `[cell, (row, column)]`, pixels
    pub corner: Param<Tensor<2>>,
    #[module(skip)]
    pub(super) layout: Layout,
}

impl Inputs {
    /// Filters as every layer draws them; the inputs of a cell add up to about one.
    pub(in crate::network) fn init(
        &self,
        shape: &NetworkShape,
        device: &Device,
        generator: &mut ChaCha8Rng,
    ) -> Result<SummedInputs, Error> {
        let layout = self.layout(shape)?;
        let kernels = layout.kernels(shape.history);
        let weights = [shape.cells, layout.weights()];
        let root = 1.0 / (weights[1] as f32).sqrt();
        Ok(SummedInputs {
            filter: ConvolutionKernel::init(kernels, self.factorised, device, generator),
            offset: Param::from_tensor(Tensor::zeros([layout.channels()], device)),
            root_weight: self
                .weighted
                .then(|| Param::from_tensor(Tensor::full(weights, root, device))),
            bias: Param::from_tensor(Tensor::zeros([shape.cells], device)),
            output: RateOutput::new(shape.cells, self.output, device),
            corner: window::in_the_middle(layout.window, shape, device),
            layout,
        })
    }
}

impl SummedInputs {
    /// Firing rates, Hz.
    ///
    /// # Shapes
    /// - movie: `[1, y, x, segment, frame]`, normalised
    /// - output: `[cell, sample]`
    pub fn forward(&self, movie: Tensor<5>) -> Tensor<2> {
        let drive = match self.layout.is_windowed() {
            true => self.windowed_drive(&movie),
            false => self.whole_frame_drive(movie),
        };
        self.output
            .forward(drive + self.bias.val().unsqueeze_dim(1))
    }

    /// Weights with their signs, `[cell, (input, y, x)]`.
    pub fn signed_weights(&self) -> Tensor<2> {
        let signs = self.layout.signs();
        let device = self.bias.val().device();
        let signs = TensorData::new(signs.clone(), [1, signs.len()]);
        let signs = Tensor::<2>::from_data(signs, &device);
        match &self.root_weight {
            Some(root) => root.val().powi_scalar(2) * signs,
            None => signs.repeat_dim(0, self.layout.cells),
        }
    }

    /// All inputs of all cells to one convolution.
    fn whole_frame_drive(&self, movie: Tensor<5>) -> Tensor<2> {
        let inputs = self.inputs(movie, self.filter.value(), self.offset.val());
        let weights = self.signed_weights();
        match self.layout.filters {
            FilterSet::Shared => weights.matmul(inputs),
            FilterSet::Own => {
                let [cells, of_a_cell] = weights.dims();
                let [_, samples] = inputs.dims();
                let inputs = inputs.reshape([cells, of_a_cell, samples]);
                let drive = weights.unsqueeze_dim::<3>(1).matmul(inputs);
                drive.reshape([cells, samples])
            }
        }
    }

    fn windowed_drive(&self, movie: &Tensor<5>) -> Tensor<2> {
        let (filter, offset, weights) = (
            self.filter.value(),
            self.offset.val(),
            self.signed_weights(),
        );
        let (count, of_a_cell) = (self.layout.inputs.len(), self.layout.weights());
        let corners = window::positions(&self.corner);
        let drives = (corners.into_iter().enumerate())
            .map(|(cell, corner)| {
                let first = self.layout.first_channel(cell);
                let channels = first..first + count;
                let filter = filter.clone().slice_dim(0, channels.clone());
                let offset = offset.clone().slice_dim(0, channels);
                let window = window::cut(movie, corner, self.layout.window);
                let weights = weights.clone().slice([cell..cell + 1, 0..of_a_cell]);
                weights.matmul(self.inputs(window, filter, offset))
            })
            .collect();
        Tensor::cat(drives, 0)
    }

    /// `g(c + u * s)`, `[(channel, y, x), sample]`.
    fn inputs(&self, movie: Tensor<5>, filter: Tensor<5>, offset: Tensor<1>) -> Tensor<2> {
        let filtered = convolve(movie, filter, Some(offset), Algorithm::Spectral);
        let [channels, rows, columns, segments, frames] = filtered.dims();
        let filtered = filtered.reshape([channels * rows * columns, segments * frames]);
        self.layout.input_nonlinearity.forward(filtered)
    }
}

impl FamilyModule for SummedInputs {
    fn forward(&self, movie: Tensor<5>, _mode: Mode) -> Tensor<2> {
        self.forward(movie)
    }

    fn output_scale(&mut self) -> &mut Param<Tensor<1>> {
        &mut self.output.scale
    }

    fn kernels(&self) -> Vec<&ConvolutionKernel> {
        vec![&self.filter]
    }

    fn write(&self, _shape: &NetworkShape, to: &mut Sequential) {
        self.write_arrays(to);
    }

    /// The inputs as a hidden stage, where they are rectified and rates a softplus.
    fn stages(&self) -> Option<Cow<'_, ConvolutionalNetwork>> {
        self.as_network().map(Cow::Owned)
    }

    fn filter_names(&self, cells: &[usize]) -> Vec<String> {
        let inputs = || self.layout.inputs.iter().map(|input| &input.name);
        match self.layout.filters {
            FilterSet::Own => (cells.iter())
                .flat_map(|cell| inputs().map(move |name| format!("Cell {cell}, {name}")))
                .collect(),
            FilterSet::Shared => inputs().map(|name| format!("Shared {name}")).collect(),
        }
    }

    fn readout_weights(&self) -> Option<Tensor<2>> {
        self.root_weight.as_ref().map(|_| self.signed_weights())
    }

    fn has_places(&self) -> bool {
        self.layout.is_windowed()
    }

    /// Centres each cell's window on its receptive field, as far as the frame allows.
    fn place(mut self, peaks: &[ReceptiveFieldPeak], shape: &NetworkShape) -> Self {
        let device = self.bias.val().device();
        self.corner = window::around(peaks, self.layout.window, shape, &device);
        self
    }

    fn starts_from_averages(&self) -> bool {
        true
    }

    fn start_from(
        self,
        averages: &[SpikeTriggeredAverage],
        _shape: &NetworkShape,
        generator: &mut ChaCha8Rng,
    ) -> Self {
        self.started(averages, generator)
    }
}
