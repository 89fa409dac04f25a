//! From an interneuron type to a ganglion cell.

use ganglion_recording::Microns;
use serde::{Deserialize, Serialize};

use super::problem::{Problem, finite, not_negative, positive};
use super::{Polarity, Position, Sign};

/// What a ganglion cell at `(y, x)` receives from one type of interneuron:
///
/// ```text
/// drive[t] = sign * weight * sum_yx g[y, x] * max(m[t, y, x] - threshold, 0)
/// ```
///
/// with `m` the interneurons' membrane potential and `g` a Gaussian of standard deviation `pool_sd`
/// around the cell, or `offset` from it, of sum 1 over the pixels of the frame within three standard
/// deviations. Mechanisms of the type put another release in the place of `max(m - threshold, 0)`.
/// Rectified subunits: Hochstein & Shapley 1976; Demb et al. 2001 (both recalled).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pathway {
    /// Name of the interneuron type.
    pub interneuron: String,
    /// That type's polarity.
    pub polarity: Polarity,
    /// Whether it excites or inhibits.
    pub sign: Sign,
    /// How strongly, above 0.
    pub weight: f64,
    /// What the membrane potential must exceed, in units of the response to a full-contrast step;
    /// negative for an interneuron that releases transmitter in the dark and at grey.
    pub threshold: f64,
    /// Standard deviation of the region that the cell pools from; 0 is the pixel that it lies in.
    pub pool_sd: Microns,
    /// From the cell to the middle of the pool; left out where that is the cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<Position>,
}

impl Pathway {
    /// Signed weight.
    pub fn signed_weight(&self) -> f64 {
        self.sign.factor() * self.weight
    }

    /// The middle of the pool of a cell.
    pub fn centre(&self, cell: Position) -> Position {
        let Some(offset) = self.offset else {
            return cell;
        };
        Position {
            x: Microns(cell.x.0 + offset.x.0),
            y: Microns(cell.y.0 + offset.y.0),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("weight", self.weight)?;
        finite("threshold", self.threshold)?;
        not_negative("pool_sd", self.pool_sd.0)
    }
}
