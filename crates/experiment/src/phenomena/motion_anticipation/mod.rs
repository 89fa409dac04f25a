//! A moving bar, seen ahead of where it is.

mod figure;
mod measure;
mod metrics;
mod preset;
mod shown;

use ganglion_recording::{Microns, Milliseconds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::condition::Draft;
use crate::figure::NamedFigure;
use crate::protocol::{Presets, Protocol};
use crate::stimulus::Direction;
use crate::{Contrast, Error, Metric, MicronsPerSecond, Outcome, Screen};
use shown::AnticipationMovie;

/// Motion anticipation: where a bar is when a cell fires at it, moving and flashed.
///
/// A cell fires after its delay, so that a moving bar should have passed on by then. In the retina
/// the profile of the population's response leads the bar instead. By translation the profile over
/// cells at one moment is that of one cell over time. Berry, Brivanlou, Jordan & Meister 1999.
///
/// # Shown
/// - *Test*: a bar of `width` that crosses the screen at `speed`, along `direction` and against it;
///   the same at all `speeds`, and for all `widths`.
/// - *Control*: the bar of `width` flashed for `flash_duration` at `flashed_positions` places, evenly
///   from edge to edge of the screen.
///
/// # Measured
/// - *Centre of the receptive field*: the centre of mass of the peak rates to the flashed bar over
///   its positions, where they are above half of the highest. Where the flashes evoke less than
///   `least_rate`: the middle between the places of the bar at which the cell fires in the two
///   directions (which makes the two leads equal).
/// - *Lead*: by how far the centre of the bar has still to go to the centre of the receptive field
///   when the cell fires, in um; in time, the middle of firing is the centre of mass of the rate
///   above half of its height. `lead_um` is the mean of both directions, which does not depend on
///   where the centre of the receptive field is. A pure delay lags by speed times delay.
///
/// # Present
/// If the lead is above `least_lead` by more than the error of the mean of both directions allows:
/// the 95 % interval leaves `least_lead` out. Absent if the interval lies below, else undetermined. A cell that moving bars do not excite by
/// `least_rate`, or whose receptive field lies at the edge of the screen, is not measurable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MotionAnticipation {
    /// Width of the bar.
    pub width: Microns,
    /// Contrast of the bar.
    pub contrast: Contrast,
    /// Its speed.
    pub speed: MicronsPerSecond,
    /// One of its two directions.
    #[serde(default)]
    pub direction: Direction,
    /// Speeds of the sweep.
    pub speeds: Vec<MicronsPerSecond>,
    /// Widths of the sweep.
    pub widths: Vec<Microns>,
    /// Duration of a flash of the bar.
    pub flash_duration: Milliseconds,
    /// Places of the flashed bar.
    pub flashed_positions: usize,
    /// Time after a flash, and after the bar has left, in which a response is looked for.
    pub window: Milliseconds,
    /// When a cell shows the phenomenon.
    pub criteria: AnticipationCriteria,
}

/// When a cell shows motion anticipation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnticipationCriteria {
    /// Rate in Hz by which a bar must excite the cell.
    #[schemars(extend("unit" = "Hz"))]
    pub least_rate: f64,
    /// The lead must be larger.
    pub least_lead: Microns,
}

impl MotionAnticipation {
    fn check(&self) -> Result<(), Error> {
        if self.flashed_positions >= 5 {
            return Ok(());
        }
        Err(Error::value(
            Self::EXPERIMENT,
            "flashed_positions",
            self.flashed_positions.to_string(),
            "are too few for a profile",
            "use 5 or more",
        ))
    }
}

impl Protocol for MotionAnticipation {
    fn name(&self) -> &'static str {
        Self::EXPERIMENT
    }

    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error> {
        self.check()?;
        let shown = AnticipationMovie::all(self).into_iter();
        shown.map(|shown| shown.draft(self, screen)).collect()
    }

    fn measure(&self, answers: &Answers<'_>) -> Outcome {
        measure::measure(self, answers)
    }

    fn metrics(&self) -> &'static [Metric] {
        Self::METRICS
    }

    fn figures(&self, outcome: &Outcome) -> Vec<NamedFigure> {
        figure::figures(self, outcome)
    }
}
