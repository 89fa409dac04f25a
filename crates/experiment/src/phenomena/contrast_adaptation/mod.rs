//! Responses after the contrast of flicker changes.

mod figure;
mod measure;
mod metrics;

use ganglion_recording::Milliseconds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::condition::{Draft, Parameter, Role};
use crate::figure::NamedFigure;
use crate::protocol::{Presets, Protocol};
use crate::stimulus::{Distribution, Layer, Noise, Region};
use crate::{Contrast, Error, Metric, Outcome, Screen, Stimulus};

/// Flicker of the whole screen that changes from low contrast to high and back: an adapting cell
/// fires most just after the rise, and least just after the fall.
///
/// Smirnakis et al. 1997; Baccus & Meister 2002. Contrasts are those of the authors' later code.
///
/// # Shown
/// For each of `repeats` seeds:
/// - *test*: Gaussian flicker of contrast `low`, then `high`, then `low`, for `duration` each;
/// - *control*: the same random numbers, all at contrast `high`.
///
/// # Measured
/// Mean rates over seeds: `early_high_hz` and `late_high_hz` within `early` after the rise and over
/// the last half of the high contrast, `early_low_hz` and `late_low_hz` likewise after the fall, and
/// `control_hz` of the control at the time of `early_high_hz`, where the two see the same frames.
/// `adaptation_index` is `(early_high - control) / (early_high + control)`: 0 without memory of the
/// contrast before. `recovery_index` is `(late_low - early_low) / (late_low + early_low)`.
/// `standard_errors` is the mean difference of test and control over its standard error over seeds.
///
/// A filter that still holds frames from before the rise lowers the rate of a cell that does not
/// adapt: its index is 0 or below. A responder that sees `history` frames cannot adapt
/// more slowly than that.
///
/// # Present
/// If `adaptation_index` is at least `index` and `standard_errors` at least `standard_errors` of the
/// criteria. A cell with less than `least_rate` in the control is not measurable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContrastAdaptation {
    /// Contrast before and after.
    pub low: Contrast,
    /// Contrast between.
    pub high: Contrast,
    /// How long each contrast is shown.
    pub duration: Milliseconds,
    /// From when until when after a change the early rate is measured.
    pub early: [Milliseconds; 2],
    /// Random sequences.
    pub repeats: usize,
    /// Seed of the first.
    pub seed: u64,
    /// When a cell adapts.
    pub criteria: AdaptationCriteria,
}

/// When a cell adapts to contrast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdaptationCriteria {
    /// Smallest index.
    pub index: f64,
    /// Smallest difference from the control, in standard errors.
    pub standard_errors: f64,
    /// Rate in Hz that the control must reach.
    #[schemars(extend("unit" = "Hz"))]
    pub least_rate: f64,
}

impl Presets for ContrastAdaptation {
    const EXPERIMENT: &'static str = "contrast-adaptation";

    fn presets() -> Vec<(&'static str, Self)> {
        let fast = Self {
            low: Contrast(0.5),
            high: Contrast(2.0),
            ..slow()
        };
        vec![("slow", slow()), ("fast", fast)]
    }
}

/// The authors' later code: contrasts 0.1 and 0.7. Durations, windows and repeats are ours.
fn slow() -> ContrastAdaptation {
    ContrastAdaptation {
        low: Contrast(0.1),
        high: Contrast(0.7),
        duration: Milliseconds(1000.0),
        early: [Milliseconds(50.0), Milliseconds(300.0)],
        repeats: 20,
        seed: 1,
        criteria: AdaptationCriteria {
            index: 0.05,
            standard_errors: 3.0,
            least_rate: 0.5,
        },
    }
}

impl ContrastAdaptation {
    fn check(&self) -> Result<(), Error> {
        let refuse = |key, value: String, problem: &str, remedy: &str| {
            Err(Error::value(Self::EXPERIMENT, key, value, problem, remedy))
        };
        if self.repeats < 2 {
            let value = self.repeats.to_string();
            return refuse("repeats", value, "gives no standard error", "use 2 or more");
        }
        let [from, to] = self.early;
        if !(from.0 >= 0.0 && to.0 > from.0 && to.0 <= 0.5 * self.duration.0) {
            return refuse(
                "early",
                format!("[{}, {}] ms", from.0, to.0),
                "is no stretch of time within half of `duration`",
                "use for example [50, 300] with a duration of 1000",
            );
        }
        if self.low.0 < 0.0 || self.high.0 <= self.low.0 {
            let value = format!("{} sd", self.high.0);
            return refuse("high", value, "is not above `low`", "use a larger one");
        }
        Ok(())
    }

    /// Test and control of one seed.
    fn drafts(&self, repeat: usize, screen: &Screen) -> [Draft; 2] {
        let duration = screen.whole_frames(self.duration);
        let layer = |epoch: usize, contrast: Contrast| {
            Layer::Noise(Noise {
                distribution: Distribution::Gaussian,
                contrast,
                mean: Contrast(0.0),
                update: screen.frame_period,
                check: None,
                // Each stretch has its own numbers, the same in test and control.
                seed: self.seed.wrapping_add((3 * repeat + epoch) as u64),
                onset: Milliseconds(epoch as f64 * duration.0),
                duration: Some(duration),
                region: Region::Everywhere,
            })
        };
        let draft = |role, name: &str, contrasts: [Contrast; 3]| Draft {
            role,
            parameters: vec![Parameter::new("repeat", (repeat + 1) as f64, "")],
            stimulus: Stimulus::new(
                format!("{name}, sequence {}", repeat + 1),
                3.0 * duration,
                [0, 1, 2].map(|epoch| layer(epoch, contrasts[epoch])),
            ),
        };
        [
            draft(
                Role::Test,
                "change of contrast",
                [self.low, self.high, self.low],
            ),
            draft(Role::Control, "high contrast", [self.high; 3]),
        ]
    }
}

impl Protocol for ContrastAdaptation {
    fn name(&self) -> &'static str {
        Self::EXPERIMENT
    }

    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error> {
        self.check()?;
        Ok((0..self.repeats)
            .flat_map(|repeat| self.drafts(repeat, screen))
            .collect())
    }

    fn measure(&self, answers: &Answers<'_>) -> Outcome {
        measure::measure(self, answers)
    }

    fn metrics(&self) -> &'static [Metric] {
        Self::METRICS
    }

    fn figures(&self, outcome: &Outcome) -> Vec<NamedFigure> {
        figure::figures(outcome)
    }
}
