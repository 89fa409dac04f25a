//! A nonlinear input model as summed inputs.

use burn::tensor::Device;
use rand_chacha::ChaCha8Rng;

use super::NonlinearInput;
use crate::error::Error;
use crate::limits::require;
use crate::network::config::OutputNonlinearity;
use crate::network::family::ModelFamily;
use crate::network::shape::NetworkShape;
use crate::network::summed_inputs::{FilterSet, Input, Inputs, SummedInputs};

/// Excitatory and inhibitory inputs of a cell at most.
const MOST_INPUTS: usize = 8;

/// How much later inhibitory inputs start than excitatory ones, milliseconds. That suppression comes with a delay
/// and from stimuli of the same polarity as excitation is what these models found in ganglion cells and the
/// thalamus (Butts et al. 2011, J Neurosci 31:11313; McFarland et al. 2013); how long a delay to start from is
/// ours, about that of one more synapse.
const INHIBITORY_DELAY_MS: f64 = 20.0;

/// Length of inhibitory filters at the start over that of excitatory ones: enough to have a gradient, too little
/// to silence the cell.
const INHIBITORY_SIZE: f32 = 0.5;

impl NonlinearInput {
    fn inputs(&self) -> Inputs {
        let excitatory = (0..self.excitatory).map(|number| Input {
            name: format!("excitatory {number}"),
            sign: 1.0,
            delay_ms: 0.0,
            size: 1.0,
        });
        let inhibitory = (0..self.inhibitory).map(|number| Input {
            name: format!("inhibitory {number}"),
            sign: -1.0,
            delay_ms: INHIBITORY_DELAY_MS,
            size: INHIBITORY_SIZE,
        });
        Inputs {
            inputs: excitatory.chain(inhibitory).collect(),
            filters: FilterSet::Own,
            window: self.window,
            convolutional: None,
            weighted: false,
            input_nonlinearity: self.input_nonlinearity,
            output: self.nonlinearity,
            factorised: self.factorised,
        }
    }
}

impl ModelFamily for NonlinearInput {
    type Module = SummedInputs;

    fn check(&self) -> Result<(), Error> {
        let count = |inputs: usize, key: &'static str, least: usize, allowed: &'static str| {
            let is_allowed = (least..=MOST_INPUTS).contains(&inputs);
            require(is_allowed, key, inputs as f64, allowed)
        };
        count(self.excitatory, "model.excitatory", 1, "1 to 8")?;
        count(self.inhibitory, "model.inhibitory", 0, "0 to 8")?;
        self.inputs().check()
    }

    fn microns_per_pixel(&self) -> Option<f64> {
        self.microns_per_pixel
    }

    fn init(
        &self,
        shape: &NetworkShape,
        device: &Device,
        generator: &mut ChaCha8Rng,
    ) -> Result<SummedInputs, Error> {
        self.inputs().init(shape, device, generator)
    }

    fn nonlinearity(&self) -> Option<OutputNonlinearity> {
        Some(self.nonlinearity)
    }

    fn is_rectified(&self) -> bool {
        self.inputs().are_rectified()
    }
}
