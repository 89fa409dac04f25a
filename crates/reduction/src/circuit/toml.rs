//! Circuits as files.

use super::Circuit;
use crate::error::Error;

/// What a circuit file says about itself.
const HEADING: &str = "\
# A reduced circuit: what is left of a network for one ganglion cell and one phenomenon.
# Times are in milliseconds, lengths in micrometres, rates in Hz. Drives and thresholds are in units
# of the response to a full-contrast step that fills the kernel's centre. Positions are from the
# upper left corner of the frame. Kernels begin with the oldest frame; each frame is row after row.
# Thresholds of a pathway's members are spread evenly over threshold -+ threshold_spread.
# Where synapses depress: dn/dt = (1 - n) / recovery - depletion n x, recovery in ms, depletion in 1/s.

";

impl Circuit {
    /// The circuit as TOML, which [`from_toml`](Self::from_toml) reads back exactly.
    ///
    /// # Errors
    /// If it has no TOML form.
    pub fn to_toml(&self) -> Result<String, Error> {
        Ok(format!("{HEADING}{}", toml::to_string(self)?))
    }

    /// Reads a circuit and checks that it makes sense.
    ///
    /// # Errors
    /// If the text is not a circuit, or the circuit cannot be computed.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        let circuit: Self =
            toml::from_str(text).map_err(|source| Error::ReadCircuit(Box::new(source)))?;
        circuit.check()?;
        Ok(circuit)
    }
}
