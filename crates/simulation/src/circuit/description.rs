//! The whole circuit as plain data, and as a file.

use ganglion_experiment::Screen;
use ganglion_recording::{Microns, Milliseconds};
use serde::{Deserialize, Serialize};

use super::{Class, GanglionCell, Interneuron};
use crate::Error;
use crate::mechanism::RetinaMechanisms;

/// What a circuit file says about itself.
const HEADING: &str = "\
# The circuit of a simulated retina: the truth behind a simulated recording.
# Times are in milliseconds, lengths in micrometres, rates in Hz. Drives, potentials and thresholds
# are in units of an interneuron's response to a full-contrast step that fills its centre.
# Positions are from the upper left corner of the frame. Kernels begin with the newest frame.

";

/// All that a simulated retina computes with, and why it was made so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circuit {
    /// Name of the family that it was drawn from.
    pub family: String,
    /// Seed that it was drawn with.
    pub seed: u64,
    /// Weber contrast of one unit of the movie (one standard deviation of the training stimulus).
    pub contrast_unit: f64,
    /// The frames that it sees.
    #[serde(with = "ScreenTable")]
    pub screen: Screen,
    /// Mechanisms of the retina as a whole.
    #[serde(default, skip_serializing_if = "RetinaMechanisms::is_empty")]
    pub mechanisms: RetinaMechanisms,
    /// Types of interneuron.
    pub interneurons: Vec<Interneuron>,
    /// Classes of ganglion cells.
    pub classes: Vec<Class>,
    /// Ganglion cells in the order of the recording.
    pub cells: Vec<GanglionCell>,
}

/// [`Screen`] as a table.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Screen", deny_unknown_fields)]
struct ScreenTable {
    height: usize,
    width: usize,
    frame_period: Milliseconds,
    microns_per_pixel: Microns,
    history: usize,
}

impl Circuit {
    /// The circuit as TOML, which [`from_toml`](Self::from_toml) reads back exactly.
    ///
    /// # Errors
    /// If TOML has no form for a value, such as a seed above what its integers hold.
    pub fn to_toml(&self) -> Result<String, Error> {
        Ok(format!("{HEADING}{}", toml::to_string(self)?))
    }

    /// Reads a circuit; [`Retina::new`](crate::Retina::new) checks that it makes sense.
    ///
    /// # Errors
    /// If the text is not TOML or not a circuit; the message gives the line.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|source| Error::ReadCircuit(Box::new(source)))
    }

    /// The type of interneuron of a name.
    pub fn interneuron(&self, name: &str) -> Option<&Interneuron> {
        self.interneurons
            .iter()
            .find(|interneuron| interneuron.name == name)
    }

    /// Whether a rate depends on the frames of the screen's history alone, as the law of
    /// [`FiniteMemory`](ganglion_experiment::FiniteMemory) asks: not where something adapts, depresses,
    /// or answers what comes late.
    pub fn has_finite_memory(&self) -> bool {
        self.mechanisms.light_adaptation.is_none()
            && self.interneurons.iter().all(Interneuron::has_finite_memory)
    }

    /// The class of a name.
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.name == name)
    }
}
