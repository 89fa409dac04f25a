//! Objects that move with or against their background.

mod figure;
mod measure;
mod metrics;

use ganglion_recording::{Microns, Milliseconds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::condition::{Draft, Parameter, Role};
use crate::figure::NamedFigure;
use crate::places;
use crate::protocol::{Presets, Protocol};
use crate::stimulus::{Direction, Grating, Layer, Motion, Region, Waveform};
use crate::{Contrast, Error, Metric, Outcome, Screen, Stimulus};

/// Object-motion sensitivity: a cell responds if an object jitters over its receptive field on a
/// path of its own, and not if the background takes the same path.
///
/// Ölveczky, Baccus & Meister 2003.
///
/// # Shown
/// A grating in a disc (the object) and one around it (the background), both jittering like an eye:
/// at each `update` a step forth or back, or none. For each of `walks` random paths:
/// - *global*: object and background on one path, which is one grating without a border; shown once
///   for all centres;
/// - *differential*, for each of `centres`: the object on the path of *global*, the background on
///   another;
/// - *object alone*, for each of `centres` (control): the object on that path, on grey.
///
/// # Measured
/// Mean rates from `settle` on, over walks. Each cell is judged at the centre where the object alone
/// raises its rate most. `oms_index` is the rate of *differential* less that of *global* over their
/// sum; the stimulus on the object is the same in both. `standard_errors` is the difference of the two
/// over its standard error, walk by walk.
///
/// # Present
/// If `oms_index` is at least `index`, the difference at least `standard_errors` of the criteria,
/// *differential* above rest by `least_rate`, and the rate of *global* below that of *object alone*:
/// the background must suppress where it moves along, not only excite where it does not. A cell whose
/// rate the object alone does not raise by `least_rate` is not measurable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectMotion {
    /// Centres of the object `[x, y]`, from the centre of the screen; a grid over the screen if
    /// there are none.
    pub centres: Vec<[Microns; 2]>,
    /// Radius of the object.
    pub radius: Microns,
    /// Width of a bar of both gratings.
    pub bar_width: Microns,
    /// Contrast of the bars.
    pub contrast: Contrast,
    /// Size of a step.
    pub step: Microns,
    /// Time from one possible step to the next.
    pub update: Milliseconds,
    /// Share of them that bring no step, so that object and background move at different times.
    pub pause: f64,
    /// Duration of a walk.
    pub duration: Milliseconds,
    /// Time at its start that is left out.
    pub settle: Milliseconds,
    /// Number of walks.
    pub walks: usize,
    /// Seed of the first walk.
    pub seed: u64,
    /// When a cell is sensitive to object motion.
    pub criteria: ObjectCriteria,
}

/// When a cell is sensitive to object motion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectCriteria {
    /// Smallest index.
    pub index: f64,
    /// Standard errors, over walks, by which *differential* must exceed *global*.
    pub standard_errors: f64,
    /// Rate in Hz above rest that is a response.
    #[schemars(extend("unit" = "Hz"))]
    pub least_rate: f64,
}

impl Presets for ObjectMotion {
    const EXPERIMENT: &'static str = "object-motion";

    fn presets() -> Vec<(&'static str, Self)> {
        vec![("original", original())]
    }
}

/// Ölveczky et al. 2003: an object of 800 um, bars of 133 um (recalled). Theirs jittered at every
/// frame of the monitor; ours makes rarer steps of half a bar, so that both paths have their own
/// moments. The centres and the number of walks are ours.
fn original() -> ObjectMotion {
    ObjectMotion {
        centres: Vec::new(),
        radius: Microns(400.0),
        bar_width: Microns(133.0),
        contrast: Contrast(1.0),
        step: Microns(66.5),
        update: Milliseconds(50.0),
        pause: 0.75,
        duration: Milliseconds(3000.0),
        settle: Milliseconds(500.0),
        walks: 5,
        seed: 1,
        criteria: ObjectCriteria {
            index: 0.2,
            standard_errors: 3.0,
            least_rate: 0.5,
        },
    }
}

/// Which of an experiment's conditions; the last two at a centre.
#[derive(Clone, Copy)]
enum ObjectMovie {
    Global,
    Differential(usize),
    Alone(usize),
}

impl ObjectMovie {
    /// Place among the conditions: those of a walk are global, then differential and alone at each
    /// of the centres.
    fn condition(self, walk: usize, centres: usize) -> usize {
        let first = walk * (1 + 2 * centres);
        match self {
            Self::Global => first,
            Self::Differential(centre) => first + 1 + 2 * centre,
            Self::Alone(centre) => first + 2 + 2 * centre,
        }
    }
}

impl ObjectMotion {
    fn check(&self) -> Result<(), Error> {
        let refuse = |key, value: &str, problem: &str, remedy: &str| {
            Err(Error::value(Self::EXPERIMENT, key, value, problem, remedy))
        };
        if self.walks < 2 {
            let walks = self.walks.to_string();
            return refuse("walks", &walks, "gives no standard error", "use 2 or more");
        }
        if self.settle.0 < 0.0 || self.settle.0 >= self.duration.0 {
            let value = format!("{} ms", self.settle.0);
            return refuse(
                "settle",
                &value,
                "leaves nothing to measure",
                "use less than `duration`",
            );
        }
        Ok(())
    }

    /// Centres of the object.
    fn places(&self, screen: &Screen) -> Vec<[Microns; 2]> {
        places::given_or_grid(&self.centres, screen, self.radius)
    }

    fn grating(&self, seed: u64, region: Region) -> Layer {
        Layer::Grating(Grating {
            period: 2.0 * self.bar_width,
            contrast: self.contrast,
            waveform: Waveform::Square,
            direction: Direction::RIGHT,
            phase: 0.0,
            motion: Motion::Jittered {
                step: self.step,
                update: self.update,
                pause: self.pause,
                seed,
            },
            onset: Milliseconds(0.0),
            duration: None,
            region,
        })
    }

    fn drafts(&self, walk: usize, centres: &[[Microns; 2]]) -> Vec<Draft> {
        let object = self.seed.wrapping_add(2 * walk as u64);
        let background = object.wrapping_add(1);
        let draft = |role, name: String, centre: Option<[Microns; 2]>, layers: Vec<Layer>| {
            let place = centre.map(places::parameters);
            let walk = Parameter::new("walk", (walk + 1) as f64, "");
            Draft {
                role,
                parameters: std::iter::once(walk)
                    .chain(place.into_iter().flatten())
                    .collect(),
                stimulus: Stimulus::new(name, self.duration, layers),
            }
        };
        let number = walk + 1;
        let everywhere = vec![self.grating(object, Region::Everywhere)];
        let global = draft(
            Role::Control,
            format!("global motion, walk {number}"),
            None,
            everywhere,
        );
        let at = |&centre: &[Microns; 2]| {
            let radius = self.radius;
            let disc = Region::Disc { centre, radius };
            let place = format!("at [{}, {}] um, walk {number}", centre[0].0, centre[1].0);
            // The object is painted over the background, so that no pixel on its edge stays grey.
            let both = vec![
                self.grating(background, Region::Everywhere),
                self.grating(object, disc),
            ];
            [
                draft(
                    Role::Test,
                    format!("differential motion {place}"),
                    Some(centre),
                    both,
                ),
                draft(
                    Role::Control,
                    format!("object alone {place}"),
                    Some(centre),
                    vec![self.grating(object, disc)],
                ),
            ]
        };
        std::iter::once(global)
            .chain(centres.iter().flat_map(at))
            .collect()
    }
}

impl Protocol for ObjectMotion {
    fn name(&self) -> &'static str {
        Self::EXPERIMENT
    }

    fn conditions(&self, screen: &Screen) -> Result<Vec<Draft>, Error> {
        self.check()?;
        let centres = self.places(screen);
        Ok((0..self.walks)
            .flat_map(|walk| self.drafts(walk, &centres))
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
