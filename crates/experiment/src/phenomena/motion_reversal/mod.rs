//! The burst when a moving bar turns round.

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
use crate::crossing::Crossing;
use crate::figure::NamedFigure;
use crate::moment::MomentTimes;
use crate::protocol::{Presets, Protocol};
use crate::stimulus::Direction;
use crate::{Contrast, Error, Metric, MicronsPerSecond, Outcome, Screen};
use shown::ReversalMovie;

/// Motion reversal: a bar that suddenly moves back the way it came.
///
/// Cells whose receptive field is near fire a burst together, at a constant delay after the
/// reversal wherever it happened: not when the bar comes back to each of them. Schwartz, Taylor,
/// Fisher, Harris & Berry 2007; Chen, Chou, Park, Schwartz & Berry 2014.
///
/// # Shown
/// - *Test*: a bar that moves at `speed`, along `direction` or against it, for `approach`, and turns
///   back at each of `positions`.
/// - *Control*: the same bar crossing the screen in both directions (smooth motion).
///
/// # Measured
/// - The centre of the receptive field: the middle between the places of the smooth bar at which
///   the cell fires in the two directions.
/// - At each reversal within `reach` of the centre, the burst: the largest local maximum of the rate
///   within `window` after the reversal. It counts if it is above both rest and the largest rate,
///   in the same time, of the smooth bar, by `margin` of it and by `least_rate`.
/// - `latency_ms` and `latency_sd_ms`: mean and standard deviation over the reversals that count, in
///   both directions together, of the time of the burst after the reversal.
/// - `return_share`: the slope of this time on how far beyond the centre the bar turned back, in
///   units of 2 / `speed`: 1 for a cell that fires when the bar comes back, 0 for a fixed delay.
/// - `burst_ratio`: mean rise of the bursts above rest, relative to that of the smooth bar.
///
/// # Present
/// If bursts count at `least_reversals` or more, and the 95 % intervals of `latency_sd_ms`,
/// `burst_ratio` and `return_share`, by the jackknife over reversals, reach what the criteria ask for,
/// the ratio's without holding 1 (no more than to smooth motion), the share's without holding 1 (the
/// returning bar). Absent if one does not reach it, else undetermined.
/// A cell that the smooth bar and the reversals do not excite by `least_rate`, that has fewer than
/// `least_reversals` within reach, or
/// whose rate is capped, is not measurable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MotionReversal {
    /// Width of the bar.
    pub width: Microns,
    /// Contrast of the bar.
    pub contrast: Contrast,
    /// Its speed.
    pub speed: MicronsPerSecond,
    /// One of its two directions.
    #[serde(default)]
    pub direction: Direction,
    /// Positions of the bar's centre, along `direction`, at which it turns back.
    pub positions: Vec<Microns>,
    /// Way of the bar before the reversal.
    pub approach: Microns,
    /// Time after the reversal in which the burst is looked for.
    pub window: Milliseconds,
    /// When a cell shows the phenomenon.
    pub criteria: ReversalCriteria,
}

/// When a cell shows a reversal response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversalCriteria {
    /// Largest distance of a reversal from the centre of the receptive field.
    pub reach: Microns,
    /// Share by which a burst must exceed the control.
    pub margin: f64,
    /// Rate in Hz by which it must exceed the control.
    #[schemars(extend("unit" = "Hz"))]
    pub least_rate: f64,
    /// Reversals at which it must do so.
    pub least_reversals: usize,
    /// Largest standard deviation of the latency.
    pub latency_sd: Milliseconds,
    /// Bursts must be larger, relative to the response to smooth motion.
    pub burst_ratio: f64,
    /// Largest share of the growth of latency with position that a returning bar would cause.
    pub return_share: f64,
}

impl MotionReversal {
    /// The smooth bar, along `direction` or against it.
    fn smooth(&self, forth: bool) -> Crossing {
        Crossing {
            width: self.width,
            contrast: self.contrast,
            speed: self.speed,
            direction: if forth {
                self.direction
            } else {
                self.direction.opposite()
            },
        }
    }

    fn check(&self, screen: &Screen) -> Result<(), Error> {
        let half = screen.half_extent(self.direction).0;
        let refuse = |key, value, problem, remedy: String| {
            Err(Error::value(Self::EXPERIMENT, key, value, problem, remedy))
        };
        if let Some(outside) = self.positions.iter().find(|at| at.0.abs() > half) {
            let value = format!("{} um", outside.0);
            let remedy = format!("use -{half} to {half} um from its centre");
            return refuse("positions", value, "lies outside the screen", remedy);
        }
        if self.positions.is_empty() {
            let remedy = "give at least one".to_owned();
            return refuse("positions", "[]".to_owned(), "are none", remedy);
        }
        let farthest = 2.0 * self.smooth(true).off_screen(screen);
        if !(self.approach.0 > 0.0 && self.approach.0 <= farthest) {
            let value = format!("{} um", self.approach.0);
            let remedy = format!("use more than 0 and at most {farthest} um");
            return refuse("approach", value, "is no way across the screen", remedy);
        }
        Ok(())
    }
}

impl Protocol for MotionReversal {
    fn name(&self) -> &'static str {
        Self::EXPERIMENT
    }

    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error> {
        self.check(screen)?;
        let shown = ReversalMovie::all(self).into_iter();
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

    fn moments(&self, screen: &Screen) -> Vec<MomentTimes> {
        let turned = shown::reversal_ms(self);
        let shown = ReversalMovie::all(self).into_iter().enumerate();
        shown
            .filter(|(_, shown)| matches!(shown, ReversalMovie::Reversal { .. }))
            .map(|(condition, _)| MomentTimes {
                condition,
                times_ms: turned + screen.frame_period.0..=turned + self.window.0,
            })
            .collect()
    }
}
