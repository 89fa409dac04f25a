//! Responses to steps of the whole screen.

mod figure;
mod measure;
mod metrics;

use ganglion_recording::Milliseconds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::condition::Draft;
use crate::contrast_step::ContrastStep;
use crate::figure::NamedFigure;
use crate::protocol::{Presets, Protocol};
use crate::{Contrast, Error, Metric, Outcome, Screen};

/// Steps from grey and back, of the whole screen: ON, OFF or both, transient or sustained.
///
/// # Shown
/// Grey, then each of `contrasts` for `duration`, then grey for `after`. A contrast of 0 is a
/// control.
///
/// # Measured
/// All rates above the rate at rest. `bright_hz` and `dark_hz` are the largest within `window` after
/// the onset of the brightest and the darkest contrast. `on_off_index` is their difference over
/// their sum: 1 ON, -1 OFF, 0 both alike. For the contrast that evokes the larger of the two:
/// `latency_ms` is the time of the first local maximum of at least half the largest,
/// `sustained_index` the mean over the last quarter of the step over the largest (0 transient,
/// 1 sustained), and `offset_hz` the largest within `window` after the step's end.
///
/// # Present
/// If the larger of `bright_hz` and `dark_hz` is at least `least_rate`: the cell responds to steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepResponse {
    /// Duration of a step.
    pub duration: Milliseconds,
    /// Grey after it.
    pub after: Milliseconds,
    /// Contrasts; at least one dark and one bright.
    pub contrasts: Vec<Contrast>,
    /// Time after a change in which its response is looked for.
    pub window: Milliseconds,
    /// Rate in Hz above rest that is a response.
    #[schemars(extend("unit" = "Hz"))]
    pub least_rate: f64,
}

impl Presets for StepResponse {
    const EXPERIMENT: &'static str = "step-response";

    fn presets() -> Vec<(&'static str, Self)> {
        vec![("default", default())]
    }
}

/// The authors' later code shows a dark step of contrast -1 for 100 frames (recalled); the bright one
/// and the weaker ones are ours.
fn default() -> StepResponse {
    StepResponse {
        duration: Milliseconds(1000.0),
        after: Milliseconds(1000.0),
        contrasts: [-1.0, -0.5, 0.5, 1.0].map(Contrast).to_vec(),
        window: Milliseconds(400.0),
        least_rate: 1.0,
    }
}

impl StepResponse {
    /// Places of the darkest and the brightest contrast.
    fn extremes(&self) -> [usize; 2] {
        let by = |sign: f64| {
            (0..self.contrasts.len())
                .max_by(|&a, &b| {
                    (sign * self.contrasts[a].0).total_cmp(&(sign * self.contrasts[b].0))
                })
                .unwrap_or(0)
        };
        [by(-1.0), by(1.0)]
    }

    fn check(&self) -> Result<(), Error> {
        let has = |sign: f64| {
            self.contrasts
                .iter()
                .any(|contrast| contrast.0 * sign > 0.0)
        };
        if has(-1.0) && has(1.0) {
            return Ok(());
        }
        Err(Error::value(
            Self::EXPERIMENT,
            "contrasts",
            format!(
                "{:?}",
                self.contrasts.iter().map(|c| c.0).collect::<Vec<_>>()
            ),
            "are not on both sides of 0",
            "give a dark and a bright one, such as [-1, 1]",
        ))
    }

    fn draft(&self, contrast: Contrast, screen: &Screen) -> Draft {
        let step = ContrastStep {
            contrast,
            duration: self.duration,
            total: screen.whole_frames(self.duration) + screen.whole_frames(self.after),
        };
        step.draft(format!("step of contrast {}", contrast.0))
    }
}

impl Protocol for StepResponse {
    fn name(&self) -> &'static str {
        Self::EXPERIMENT
    }

    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error> {
        self.check()?;
        let contrasts = self.contrasts.iter();
        Ok(contrasts
            .map(|&contrast| self.draft(contrast, screen))
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
