//! Units of stimuli that recordings do not have.

use std::ops::Div;

use ganglion_recording::{Microns, Milliseconds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Contrast in standard deviations of the training stimulus; 0 is its mean (grey), -1 is dark.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("unit" = "SD"))]
pub struct Contrast(pub f64);

/// A speed on the retina in micrometres a second.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("unit" = "um/s"))]
pub struct MicronsPerSecond(pub f64);

impl MicronsPerSecond {
    /// The speed of a number of millimetres a second.
    pub fn from_millimetres(millimetres_per_second: f64) -> Self {
        Self(millimetres_per_second * 1e3)
    }
}

/// How long a way takes.
impl Div<MicronsPerSecond> for Microns {
    type Output = Milliseconds;

    fn div(self, speed: MicronsPerSecond) -> Milliseconds {
        Milliseconds(self.0 / speed.0 * 1e3)
    }
}

/// A temporal frequency in cycles a second.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("unit" = "Hz"))]
pub struct Hertz(pub f64);
