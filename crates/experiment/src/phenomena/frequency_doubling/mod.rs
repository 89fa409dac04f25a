//! Reversing gratings and frequency doubling.

mod figure;
mod measure;
mod metrics;

use ganglion_recording::{Microns, Milliseconds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::condition::{Draft, Parameter, Role};
use crate::figure::NamedFigure;
use crate::protocol::{Presets, Protocol};
use crate::stimulus::{Direction, Grating, Layer, Motion, Region, Waveform};
use crate::{Contrast, Error, Metric, Outcome, Screen, Stimulus};

/// Gratings that reverse their contrast: a cell that pools rectified subunits answers both
/// reversals, at twice the frequency of the stimulus, whatever the grating's position.
///
/// Enroth-Cugell & Robson 1966; Hochstein & Shapley 1976. Half-period, phases and widths are those
/// of the authors' later code.
///
/// # Shown
/// For each width and spatial phase, a grating that reverses every `half_period`, for `settle`
/// periods that are not looked at and `periods` that are.
///
/// # Measured
/// The amplitudes F1 and F2 of the rate at the frequency of the stimulus and at twice that, averaged
/// over phases. `f2_f1` is the largest ratio of the two means over widths at which their sum is at
/// least `least_rate`; `bar_width_um`, `f1_hz` and `f2_hz` are those of that width. There,
/// `null_f2_share` is F2 at the phase with the smallest F1, over the mean F2: near 1 for a pool of
/// subunits, near 0 for a cell with a single linear filter, which has a null for both.
///
/// # Present
/// If `f2_f1` is above `ratio`: frequency doubling, as of a Y cell (Hochstein & Shapley 1976). A cell
/// whose F1 and F2 never reach `least_rate` together is not measurable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrequencyDoubling {
    /// Widths of a bar: half the spatial period.
    pub bar_widths: Vec<Microns>,
    /// Spatial phases in degrees.
    pub phases: Vec<f64>,
    /// Time from one reversal to the next.
    pub half_period: Milliseconds,
    /// Periods shown first and left out.
    pub settle: usize,
    /// Periods measured.
    pub periods: usize,
    /// Contrast of the bars.
    pub contrast: Contrast,
    /// Profile of the grating.
    pub waveform: Waveform,
    /// Direction at right angles to the bars.
    pub direction: Direction,
    /// When a cell doubles the frequency.
    pub criteria: DoublingCriteria,
}

/// When a cell doubles the frequency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DoublingCriteria {
    /// Amplitude in Hz that F1 and F2 must reach together.
    #[schemars(extend("unit" = "Hz"))]
    pub least_rate: f64,
    /// Ratio of F2 to F1 above which it does.
    pub ratio: f64,
}

impl Presets for FrequencyDoubling {
    const EXPERIMENT: &'static str = "frequency-doubling";

    fn presets() -> Vec<(&'static str, Self)> {
        vec![
            ("later-code", later_code()),
            ("reversing-grating", reversing()),
        ]
    }
}

/// The authors' later code: half-period 25 frames, 9 phases, bars of 1 to 8 pixels, here of 50 um.
fn later_code() -> FrequencyDoubling {
    FrequencyDoubling {
        bar_widths: (1..=8)
            .map(|pixels| Microns(50.0 * f64::from(pixels)))
            .collect(),
        phases: (0..9).map(|step| 20.0 * f64::from(step)).collect(),
        half_period: Milliseconds(250.0),
        settle: 1,
        periods: 3,
        contrast: Contrast(1.0),
        waveform: Waveform::Square,
        direction: Direction::RIGHT,
        criteria: DoublingCriteria {
            least_rate: 0.5,
            ratio: 1.0,
        },
    }
}

/// One grating, at two phases a quarter of a cycle apart.
fn reversing() -> FrequencyDoubling {
    FrequencyDoubling {
        bar_widths: vec![Microns(250.0)],
        phases: vec![0.0, 90.0],
        ..later_code()
    }
}

impl FrequencyDoubling {
    fn check(&self) -> Result<(), Error> {
        let lists = [
            ("bar_widths", self.bar_widths.len()),
            ("phases", self.phases.len()),
        ];
        if let Some((key, _)) = lists.iter().find(|(_, length)| *length == 0) {
            return Err(Error::value(
                Self::EXPERIMENT,
                key,
                "[]",
                "is empty",
                "give one value or more",
            ));
        }
        if self.periods > 0 {
            return Ok(());
        }
        Err(Error::value(
            Self::EXPERIMENT,
            "periods",
            "0",
            "leaves nothing to measure",
            "use 1 or more",
        ))
    }

    /// Place of a width and a phase among the conditions.
    fn condition(&self, width: usize, phase: usize) -> usize {
        width * self.phases.len() + phase
    }

    /// A whole period.
    fn period(&self, screen: &Screen) -> Milliseconds {
        2.0 * screen.whole_frames(self.half_period)
    }

    fn draft(&self, width: Microns, phase: f64, screen: &Screen) -> Draft {
        let grating = Grating {
            period: 2.0 * width,
            contrast: self.contrast,
            waveform: self.waveform,
            direction: self.direction,
            phase,
            motion: Motion::Reversing {
                half_period: self.half_period,
            },
            onset: Milliseconds(0.0),
            duration: None,
            region: Region::Everywhere,
        };
        let total = (self.settle + self.periods) as f64 * self.period(screen).0;
        Draft {
            role: Role::Test,
            parameters: vec![
                Parameter::new("bar_width", width.0, "um"),
                Parameter::new("phase", phase, "degrees"),
            ],
            stimulus: Stimulus::new(
                format!("bars of {} um, phase {phase} degrees", width.0),
                Milliseconds(total),
                [Layer::Grating(grating)],
            ),
        }
    }
}

impl Protocol for FrequencyDoubling {
    fn name(&self) -> &'static str {
        Self::EXPERIMENT
    }

    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error> {
        self.check()?;
        let of_width = |&width: &Microns| {
            let phases = self.phases.iter();
            phases.map(move |&phase| self.draft(width, phase, screen))
        };
        Ok(self.bar_widths.iter().flat_map(of_width).collect())
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
