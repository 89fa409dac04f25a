//! The response to a flash that does not come.

mod figure;
mod measure;
mod metrics;
mod preset;
mod shown;
mod whole;

use ganglion_recording::Milliseconds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::condition::Draft;
use crate::figure::NamedFigure;
use crate::moment::MomentTimes;
use crate::protocol::{Presets, Protocol};
use crate::{Contrast, Error, Metric, Outcome, Screen, Warning};
use shown::TrainMovie;

/// The omitted-stimulus response: dark flashes at a fixed period, of which one does not come.
///
/// A ganglion cell that responds at a constant delay after the *missing* flash was due has
/// predicted it: counted from the last flash, its latency grows with the period, with slope 1.
/// A rebound after the last flash has slope 0. Schwartz, Harris, Shrom & Berry 2007; Schwartz &
/// Berry 2008.
///
/// # Shown
/// - *Test*: trains of `flashes` flashes at each of `periods`.
/// - *Controls*: the same trains going on; at `reference_period`, trains of `counts` flashes (one
///   flash among them) and a train whose flashes are shifted by up to `jitter`.
///
/// # Measured
/// At each period the response to the omission is the largest local maximum of the rate within
/// `window` after the missing flash was due. It counts if it is above both the rate at rest and the
/// largest rate, in the same time, of the train that goes on, by `margin` of it and by `least_rate`.
/// `slope` and `slope_error` are those of the least-squares line of its time after the last flash
/// against period.
///
/// # Present
/// If the response counts at `least_periods` or more, the standard error of the slope is at most
/// `slope_error`, and its 95 % interval reaches the range `slope` and leaves out 0, the slope of a
/// rebound. It is absent if the interval does not reach the range, else undetermined. A cell whose
/// rate never leaves rest by `least_rate` during any train is not measurable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OmittedStimulus {
    /// Duration of a flash.
    pub flash_duration: Milliseconds,
    /// Contrast of a flash.
    pub contrast: Contrast,
    /// Flashes of a train, the missing one not counted.
    pub flashes: usize,
    /// Times from one flash to the next. What a screen cannot show is shown, named and measured as
    /// the nearest whole number of frames; those that become the same are shown once.
    pub periods: Vec<Milliseconds>,
    /// The period of the controls.
    pub reference_period: Milliseconds,
    /// Numbers of flashes shown at the reference period.
    pub counts: Vec<usize>,
    /// Largest shift of a flash in the aperiodic train.
    pub jitter: Milliseconds,
    /// Seed of the shifts.
    pub seed: u64,
    /// Time after the missing flash was due in which the response is looked for.
    pub window: Milliseconds,
    /// When a cell shows the phenomenon.
    pub criteria: OmissionCriteria,
}

/// When a cell shows an omitted-stimulus response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OmissionCriteria {
    /// Share by which the response must exceed the control.
    pub margin: f64,
    /// Rate in Hz by which it must exceed the control.
    #[schemars(extend("unit" = "Hz"))]
    pub least_rate: f64,
    /// Periods at which it must do so.
    pub least_periods: usize,
    /// Smallest and largest slope that is predictive.
    pub slope: [f64; 2],
    /// Largest standard error of the slope.
    pub slope_error: f64,
}

impl OmittedStimulus {
    /// Refuses what gives no slope.
    fn check(&self, screen: &Screen) -> Result<(), Error> {
        let least = self.criteria.least_periods.max(2);
        if self.periods.len() >= least {
            return Ok(());
        }
        Err(Error::value(
            Self::EXPERIMENT,
            "periods",
            format!(
                "{} periods on frames of {}",
                self.periods.len(),
                screen.frame_period
            ),
            format!("are fewer than the {least} that a slope is fitted to"),
            format!("give {least} or more, or lower `criteria.least_periods`"),
        ))
    }
}

impl Protocol for OmittedStimulus {
    fn name(&self) -> &'static str {
        Self::EXPERIMENT
    }

    fn on(self, screen: &Screen) -> (Self, Vec<Warning>) {
        self.whole(screen)
    }

    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error> {
        self.check(screen)?;
        let shown = TrainMovie::all(self).into_iter();
        Ok(shown.map(|shown| shown.draft(self, screen)).collect())
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
        let shown = TrainMovie::all(self);
        let omitted = |&period: &Milliseconds| {
            let test = TrainMovie::Omission {
                period,
                flashes: self.flashes,
            };
            let condition = shown.iter().position(|known| *known == test);
            MomentTimes {
                condition: condition.expect("every period is shown"),
                times_ms: test.window(self, screen),
            }
        };
        self.periods.iter().map(omitted).collect()
    }
}
