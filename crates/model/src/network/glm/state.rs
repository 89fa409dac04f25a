//! A generalised linear model to and from its fit, and to other programs.

use burn::module::Param;
use burn::tensor::{Tensor, TensorData};
use ganglion_glm::{CellFit, Fit, SpikeInput, Weights};

use super::{CoupledGlm, Glm};
use crate::network::sequential::{Sequential, SequentialModule, floats};
use crate::network::shape::NetworkShape;

/// Flatten, linear, exponential, scale, if the model is that: bins of frames, Poisson, nothing of earlier spikes.
/// Otherwise its coefficients, of a module that other programs do not know.
pub(super) fn write(network: &CoupledGlm, shape: &NetworkShape, to: &mut Sequential) {
    if !network.is_of_the_stimulus_alone() {
        to.module(SequentialModule::Other);
        to.tensor("stimulus", network.stimulus.val());
        to.tensor("bias", network.bias.val());
        to.tensor("history", network.history.val());
        to.tensor("coupling", network.coupling.val());
        return;
    }
    to.module(SequentialModule::Flatten);
    let rows = shape.history * shape.height * shape.width;
    let filters = network.filters_of_bins().reshape([shape.cells, rows]);
    to.linear(filters, Some(&network.bias.val()));
    to.module(SequentialModule::Exponential);
    to.scale(&network.scale.val());
}

impl CoupledGlm {
    /// Whether rates follow from frames alone, by an exponential.
    fn is_of_the_stimulus_alone(&self) -> bool {
        let is_zero = |values: Vec<f32>| values.iter().all(|&value| value == 0.0);
        self.bins_per_frame == 1
            && self.observation == ganglion_glm::Observation::Poisson
            && is_zero(floats(self.history.val()))
            && is_zero(floats(self.coupling.val()))
    }

    /// The same network with the coefficients of a fit; `bins_in_a_second` makes rates of counts.
    #[must_use]
    pub fn with_fit(mut self, fit: &Fit, bins_in_a_second: f64) -> Self {
        let [_, functions, height, width] = self.stimulus.dims();
        let by_function = |cell: &CellFit| -> Vec<f64> {
            let of = |function: usize| {
                let pixels = 0..height * width;
                pixels.map(move |pixel| cell.weights.stimulus[pixel * functions + function])
            };
            (0..functions).flat_map(of).collect()
        };
        let all = |values: &dyn Fn(&CellFit) -> Vec<f64>| -> Vec<f64> {
            fit.cells.iter().flat_map(values).collect()
        };
        set(&mut self.stimulus, all(&by_function));
        set(&mut self.bias, all(&|cell| vec![cell.weights.bias]));
        if fit.design.history.is_some() {
            set(&mut self.history, all(&|cell| cell.weights.history.clone()));
        }
        if fit.design.coupling.is_some() {
            set(
                &mut self.coupling,
                all(&|cell| cell.weights.coupling.clone()),
            );
        }
        let mean = |cell: &CellFit| cell.optimum.spikes / cell.optimum.bins.max(1.0);
        set(&mut self.mean_count, all(&|cell| vec![mean(cell)]));
        if !fit.bias_shifts.is_empty() {
            set(&mut self.bias_shift, fit.bias_shifts.clone());
        }
        set(&mut self.scale, vec![bins_in_a_second; fit.cells.len()]);
        self
    }

    /// The fit that it has the coefficients of, for models of these settings.
    pub fn fit(&self, settings: &Glm) -> Fit {
        let [cells, functions, height, width] = self.stimulus.dims();
        let pixels = height * width;
        let stimulus = floats(self.stimulus.val());
        let (bias, history) = (floats(self.bias.val()), floats(self.history.val()));
        let coupling = floats(self.coupling.val());
        let mean_count = floats(self.mean_count.val());
        let wide = |values: &[f32]| -> Vec<f64> { values.iter().map(|&v| f64::from(v)).collect() };
        let of = |all: &[f32], cell: usize| {
            let own = all.len() / cells;
            wide(&all[cell * own..][..own])
        };
        let cell_fit = |cell: usize| {
            let own = of(&stimulus, cell);
            let by_pixel = (0..pixels)
                .flat_map(|pixel| (0..functions).map(move |function| function * pixels + pixel));
            let weights = Weights {
                bias: f64::from(bias[cell]),
                stimulus: by_pixel.map(|place| own[place]).collect(),
                history: settings
                    .history
                    .as_ref()
                    .map(|_| of(&history, cell))
                    .unwrap_or_default(),
                coupling: settings
                    .coupling
                    .as_ref()
                    .map(|_| of(&coupling, cell))
                    .unwrap_or_default(),
            };
            CellFit::of_weights(weights, f64::from(mean_count[cell]))
        };
        Fit {
            design: settings.design(None),
            bins_per_frame: self.bins_per_frame,
            frame: Some([height, width]),
            cells: (0..cells).map(cell_fit).collect(),
            spike_input: match settings.two_step {
                true => SpikeInput::Deviations,
                false => SpikeInput::Counts,
            },
            bias_shifts: match settings.two_step {
                true => wide(&floats(self.bias_shift.val())),
                false => Vec::new(),
            },
            tests: Vec::new(),
        }
    }

    /// Bins of a frame.
    pub fn bins_per_frame(&self) -> usize {
        self.bins_per_frame
    }
}

fn set<const D: usize>(parameter: &mut Param<Tensor<D>>, values: Vec<f64>) {
    let (dims, device) = (parameter.dims(), parameter.val().device());
    let values: Vec<f32> = values.iter().map(|&value| value as f32).collect();
    *parameter = Param::from_tensor(Tensor::from_data(TensorData::new(values, dims), &device));
}
