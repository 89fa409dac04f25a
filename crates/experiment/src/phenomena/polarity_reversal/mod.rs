//! Cells that change their polarity when the periphery shifts.

mod figure;
mod measure;
mod metrics;

use ganglion_recording::{Microns, Milliseconds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::condition::{Draft, Role};
use crate::figure::NamedFigure;
use crate::places;
use crate::protocol::{Presets, Protocol};
use crate::stimulus::{Direction, Distribution, Grating, Layer, Motion, Noise, Region, Waveform};
use crate::{Contrast, Error, Metric, Outcome, Screen, Stimulus};

/// Polarity reversal: for a moment after a shift of the periphery, an OFF cell prefers brightening
/// in the centre, or an ON cell darkening.
///
/// Geffen, de Vries & Meister 2007.
///
/// # Shown
/// At each of `centres`, a disc of Gaussian flicker, with a grating all around it.
/// - *test*: the grating reverses every `shift_period`;
/// - *control*: it stands still; the flicker is the same.
///
/// # Measured
/// The filter for the flicker, by reverse correlation over the bins within `early` after the shifts,
/// and over those from `late` after a shift until the next. `projection` is the early filter's
/// component along the late one, over the late one's length: 1 if nothing changes, 0 if the cell does
/// not see the centre, negative if its polarity is reversed. `control_projection` is the same of the
/// control, at the same times. Each cell is judged at the centre where its late filter is longest.
/// `reliability` is the length of the late filter over what chance gives: 1 for a cell that does not
/// see the flicker, `sqrt(bins / history)` for one whose rate is linear in it.
///
/// # Present
/// If `projection` is at most `projection` of the criteria, and that of the control is not. A cell
/// whose `reliability` is less than `least_reliability` is not measurable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolarityReversal {
    /// Centres of the flickering disc `[x, y]`, from the centre of the screen; a grid over the
    /// screen if there are none.
    pub centres: Vec<[Microns; 2]>,
    /// Radius of the disc.
    pub radius: Microns,
    /// Contrast of the flicker.
    pub flicker: Contrast,
    /// Width of a bar of the grating.
    pub bar_width: Microns,
    /// Contrast of the grating.
    pub contrast: Contrast,
    /// Time from one shift to the next.
    pub shift_period: Milliseconds,
    /// From when until when after a shift the early filter is measured.
    pub early: [Milliseconds; 2],
    /// From when on after a shift the late filter is measured.
    pub late: Milliseconds,
    /// Number of shifts.
    pub shifts: usize,
    /// Seed of the flicker.
    pub seed: u64,
    /// When a cell reverses.
    pub criteria: ReversedCriteria,
}

/// When a cell reverses its polarity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversedCriteria {
    /// Largest projection.
    pub projection: f64,
    /// Smallest reliability of the late filter.
    pub least_reliability: f64,
}

impl Presets for PolarityReversal {
    const EXPERIMENT: &'static str = "polarity-reversal";

    fn presets() -> Vec<(&'static str, Self)> {
        vec![("original", original())]
    }
}

/// Geffen et al. 2007: peripheral gratings that shift about once a second, and a reversal that lasts
/// about 100 ms (recalled). Sizes, centres and the number of shifts are ours.
fn original() -> PolarityReversal {
    PolarityReversal {
        centres: Vec::new(),
        radius: Microns(400.0),
        flicker: Contrast(1.0),
        bar_width: Microns(200.0),
        contrast: Contrast(1.0),
        shift_period: Milliseconds(800.0),
        early: [Milliseconds(50.0), Milliseconds(150.0)],
        late: Milliseconds(450.0),
        shifts: 40,
        seed: 1,
        criteria: ReversedCriteria {
            projection: -0.1,
            least_reliability: 2.0,
        },
    }
}

impl PolarityReversal {
    fn check(&self) -> Result<(), Error> {
        let refuse = |key, value: String, problem: &str, remedy: &str| {
            Err(Error::value(Self::EXPERIMENT, key, value, problem, remedy))
        };
        if self.shifts < 2 {
            let value = self.shifts.to_string();
            return refuse("shifts", value, "are too few", "use 2 or more");
        }
        let [from, to] = self.early.map(|time| time.0);
        if !(from >= 0.0 && to > from && self.late.0 >= to && self.late.0 < self.shift_period.0) {
            return refuse(
                "early",
                format!("[{from}, {to}] ms"),
                "does not end before `late`, or `late` not before `shift_period`",
                "use for example [50, 150], late 450 and a shift period of 800",
            );
        }
        Ok(())
    }

    /// Centres of the disc.
    fn places(&self, screen: &Screen) -> Vec<[Microns; 2]> {
        places::given_or_grid(&self.centres, screen, self.radius)
    }

    /// Test and control of a centre.
    fn drafts(&self, centre: [Microns; 2], screen: &Screen) -> [Draft; 2] {
        let disc = Region::Disc {
            centre,
            radius: self.radius,
        };
        let flicker = Layer::Noise(Noise {
            distribution: Distribution::Gaussian,
            contrast: self.flicker,
            mean: Contrast(0.0),
            update: screen.frame_period,
            check: None,
            seed: self.seed,
            onset: Milliseconds(0.0),
            duration: None,
            region: disc,
        });
        let grating = |motion| {
            Layer::Grating(Grating {
                period: 2.0 * self.bar_width,
                contrast: self.contrast,
                waveform: Waveform::Square,
                direction: Direction::RIGHT,
                phase: 0.0,
                motion,
                onset: Milliseconds(0.0),
                duration: None,
                region: Region::Everywhere,
            })
        };
        let half_period = self.shift_period;
        let total = self.shifts as f64 * screen.whole_frames(self.shift_period).0;
        let draft = |role, name: &str, motion| Draft {
            role,
            parameters: places::parameters(centre).to_vec(),
            stimulus: Stimulus::new(
                format!("{name} periphery at [{}, {}] um", centre[0].0, centre[1].0),
                Milliseconds(total),
                // The disc is painted over the grating, so that no pixel on its edge stays grey.
                [grating(motion), flicker.clone()],
            ),
        };
        [
            draft(Role::Test, "shifting", Motion::Reversing { half_period }),
            draft(Role::Control, "still", Motion::Still),
        ]
    }
}

impl Protocol for PolarityReversal {
    fn name(&self) -> &'static str {
        Self::EXPERIMENT
    }

    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error> {
        self.check()?;
        Ok((self.places(screen).into_iter())
            .flat_map(|centre| self.drafts(centre, screen))
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
