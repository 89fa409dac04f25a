//! A subunit model as summed inputs.

use burn::tensor::Device;
use rand_chacha::ChaCha8Rng;

use super::LnLn;
use crate::error::Error;
use crate::limits::require;
use crate::network::config::OutputNonlinearity;
use crate::network::family::ModelFamily;
use crate::network::shape::NetworkShape;
use crate::network::summed_inputs::{FilterSet, Input, Inputs, SummedInputs};

/// Subunits of a cell at most: recordings do not tell more apart.
const MOST_SUBUNITS: usize = 8;

impl LnLn {
    fn inputs(&self) -> Inputs {
        let subunit = |number: usize| Input {
            name: format!("subunit {number}"),
            sign: 1.0,
            delay_ms: 0.0,
            size: 1.0,
        };
        Inputs {
            inputs: (0..self.subunits).map(subunit).collect(),
            filters: match self.shared {
                true => FilterSet::Shared,
                false => FilterSet::Own,
            },
            window: self.window,
            convolutional: self.convolutional,
            weighted: true,
            input_nonlinearity: self.subunit_nonlinearity,
            output: self.nonlinearity,
            factorised: self.factorised,
        }
    }
}

impl ModelFamily for LnLn {
    type Module = SummedInputs;

    fn check(&self) -> Result<(), Error> {
        require(
            (1..=MOST_SUBUNITS).contains(&self.subunits),
            "model.subunits",
            self.subunits as f64,
            "1 to 8",
        )?;
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
