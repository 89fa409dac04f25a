//! Where in a network units are looked at.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stage and a point within it.
///
/// The attribution `A` of a unit is the same at all three points of a stage, because what lies
/// between them acts on each unit alone. What differs is what it is a product of: `A = G (W * s)`
/// holds before batch normalisation, where all units of a channel share one kernel `W`; per-unit
/// normalisation gives every unit a gain of its own, and rectification makes the change along the
/// path nonlinear, so that `A` no longer is `G` times the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Layer {
    /// Hidden stage, counted from one: 1 is the convolution that sees the movie.
    pub stage: usize,
    /// Point within the stage.
    pub point: Point,
}

/// A point within a hidden stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Point {
    /// The convolution's output, before batch normalisation.
    #[default]
    Linear,
    /// After batch normalisation, before rectification.
    Normalised,
    /// After rectification.
    Rectified,
}

impl Default for Layer {
    /// The first convolution, before batch normalisation.
    fn default() -> Self {
        Self {
            stage: 1,
            point: Point::Linear,
        }
    }
}
