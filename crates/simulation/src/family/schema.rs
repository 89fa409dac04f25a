//! What a family file holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Number;
use crate::circuit::{InterneuronKind, Planted, Polarity, Sign};

/// A type of interneuron; see [`Interneuron`](crate::Interneuron).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InterneuronTable {
    pub(super) kind: InterneuronKind,
    pub(super) polarity: Polarity,
    /// The family's if left out.
    #[serde(default)]
    pub(super) photoreceptor: Option<PhotoreceptorTable>,
    /// Milliseconds; 0 for none.
    pub(super) low_pass: Number,
    pub(super) high_pass: HighPassTable,
    pub(super) receptive_field: ReceptiveFieldTable,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PhotoreceptorTable {
    pub(super) order: u32,
    /// Milliseconds.
    pub(super) time_constant: Number,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HighPassTable {
    /// Milliseconds.
    pub(super) time_constant: Number,
    pub(super) strength: Number,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReceptiveFieldTable {
    /// Micrometres.
    pub(super) centre_sd: Number,
    /// Micrometres.
    pub(super) surround_sd: Number,
    pub(super) surround_strength: Number,
}

/// A class of ganglion cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassTable {
    #[serde(default)]
    pub(super) planted: Vec<Planted>,
    /// Whether the class is left out unless it is asked for by name.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) optional: bool,
    pub(super) mosaic: MosaicTable,
    pub(super) output: OutputTable,
    /// Relative standard deviation of weights and thresholds over the cells of the class.
    #[serde(default)]
    pub(super) jitter: f64,
    pub(super) pathways: BTreeMap<String, PathwayTable>,
}

/// Whether a switch is off, and need not be written.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_false(is_on: &bool) -> bool {
    !is_on
}

/// Where the cells of a class lie.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MosaicTable {
    /// Distance of neighbours on a hexagonal lattice, in micrometres.
    pub(super) spacing: f64,
    /// Cells, the nearest to the centre of the frame; all that fit if left out.
    #[serde(default)]
    pub(super) count: Option<usize>,
    /// Standard deviation of the displacement along either axis, in micrometres.
    #[serde(default)]
    pub(super) position_jitter: f64,
    /// Distance from the edge of the frame within which no cell lies, in micrometres.
    pub(super) margin: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutputTable {
    pub(super) gain_hz: Number,
    pub(super) threshold: Number,
    pub(super) softness: Number,
}

/// A pathway of a class; see [`Pathway`](crate::Pathway).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PathwayTable {
    pub(super) interneuron: String,
    pub(super) sign: Sign,
    pub(super) weight: Number,
    pub(super) threshold: Number,
    /// Micrometres.
    pub(super) pool_sd: Number,
}
