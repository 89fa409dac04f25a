//! Ganglion cells.

use ganglion_recording::Microns;
use serde::{Deserialize, Serialize};

use super::problem::{Problem, finite};
use super::{Output, Pathway};

/// A ganglion cell: its [`Pathway`]s added up, then its [`Output`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GanglionCell {
    /// Name of its class.
    pub class: String,
    /// Where it lies.
    pub centre: Position,
    /// From drive to rate.
    pub output: Output,
    /// What it receives, in the order in which it is added up.
    pub pathways: Vec<Pathway>,
}

/// A place on the retina, from the upper left corner of the frame.
///
/// The centre of pixel `[y, x]` is at `((x + 0.5), (y + 0.5))` times the microns of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// To the right, along a row.
    pub x: Microns,
    /// Downwards, along a column.
    pub y: Microns,
}

impl GanglionCell {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        finite("centre.x", self.centre.x.0)?;
        finite("centre.y", self.centre.y.0)?;
        self.output
            .check()
            .map_err(|problem| problem.within("output"))?;
        if self.pathways.is_empty() {
            return Err(Problem::new(
                "pathways",
                "[]",
                "is empty",
                "give at least one pathway",
            ));
        }
        let table = |index: usize| format!("pathways[{index}]");
        self.pathways
            .iter()
            .enumerate()
            .try_for_each(|(index, pathway)| {
                pathway
                    .check()
                    .map_err(|problem| problem.within(&table(index)))
            })
    }
}
