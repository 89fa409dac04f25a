//! Reading the answers to reversing gratings.

use ganglion_numerics::harmonic_amplitude;
use ganglion_recording::CellIndex;

use super::FrequencyDoubling;
use crate::answers::Answers;
use crate::condition::Condition;
use crate::outcome::{CONTRAST, CellOutcome, Curve, Metrics, Outcome, Quantity, RATE};
use crate::response_family::{FamilyMember, FamilyOutline, ResponseFamily};
use crate::statistics::mean;

const WIDTH: Quantity = Quantity {
    name: "bar-width",
    unit: "um",
};
const PHASE: Quantity = Quantity {
    name: "phase",
    unit: "degrees",
};
const RATIO: Quantity = Quantity {
    name: "f2-over-f1",
    unit: "",
};

pub(super) fn measure(config: &FrequencyDoubling, answers: &Answers<'_>) -> Outcome {
    let found: Vec<_> = (answers.rows())
        .map(|row| Harmonics::new(config, answers, row))
        .collect();
    let at: Vec<f64> = config.bar_widths.iter().map(|width| width.0).collect();
    let curve = |name, y, value: fn(&Harmonics, usize) -> f64| Curve {
        name,
        x: WIDTH,
        at: at.clone(),
        y,
        cells: (found.iter())
            .map(|found| (0..at.len()).map(|width| value(found, width)).collect())
            .collect(),
    };
    Outcome {
        cells: answers.outcomes(&found, |cell, found| found.outcome(config, cell)),
        curves: vec![
            curve(FrequencyDoubling::F1_BY_BAR_WIDTH, RATE, |found, width| {
                mean(&found.first[width])
            }),
            curve(FrequencyDoubling::F2_BY_BAR_WIDTH, RATE, |found, width| {
                mean(&found.second[width])
            }),
            curve(
                FrequencyDoubling::RATIO_BY_BAR_WIDTH,
                RATIO,
                Harmonics::measured_ratio,
            ),
        ],
        families: vec![family(config, answers)],
        ..Outcome::default()
    }
}

/// Amplitudes of one cell `[width][phase]`, Hz.
struct Harmonics {
    first: Vec<Vec<f64>>,
    second: Vec<Vec<f64>>,
    /// What the two must reach together, Hz.
    least_rate: f64,
}

impl Harmonics {
    fn new(config: &FrequencyDoubling, answers: &Answers<'_>, row: usize) -> Self {
        let screen = answers.screen();
        let period = (config.period(&screen) / screen.frame_period).round() as usize;
        let frames = config.settle * period..(config.settle + config.periods) * period;
        let all = |multiple: usize| -> Vec<Vec<f64>> {
            let of = |condition: usize| {
                let course = answers.course(condition, row);
                let rates: Vec<f64> = frames
                    .clone()
                    .filter_map(|frame| course.at(frame as isize))
                    .collect();
                harmonic_amplitude(&rates, multiple * config.periods)
            };
            (0..config.bar_widths.len())
                .map(|width| {
                    let phases = 0..config.phases.len();
                    phases
                        .map(|phase| of(config.condition(width, phase)))
                        .collect()
                })
                .collect()
        };
        Self {
            first: all(1),
            second: all(2),
            least_rate: config.criteria.least_rate,
        }
    }

    fn ratio(&self, width: usize) -> f64 {
        mean(&self.second[width]) / mean(&self.first[width])
    }

    /// NaN at a width at which the cell does not respond.
    fn measured_ratio(&self, width: usize) -> f64 {
        if self.responds(width) {
            self.ratio(width)
        } else {
            f64::NAN
        }
    }

    fn responds(&self, width: usize) -> bool {
        mean(&self.first[width]) + mean(&self.second[width]) >= self.least_rate
    }

    /// The width with the largest ratio, of those at which the cell responds.
    fn best(&self) -> Option<usize> {
        (0..self.first.len())
            .filter(|&width| self.responds(width))
            .max_by(|&a, &b| self.ratio(a).total_cmp(&self.ratio(b)))
    }

    fn outcome(&self, config: &FrequencyDoubling, cell: CellIndex) -> CellOutcome {
        let criteria = &config.criteria;
        let best = self.best();
        let at = |value: &dyn Fn(usize) -> f64| best.map_or(f64::NAN, value);
        let ratio = at(&|width| self.ratio(width));
        let metrics = Metrics::new([
            (FrequencyDoubling::F2_F1, ratio),
            (
                FrequencyDoubling::BAR_WIDTH,
                at(&|width| config.bar_widths[width].0),
            ),
            (FrequencyDoubling::F1, at(&|width| mean(&self.first[width]))),
            (
                FrequencyDoubling::F2,
                at(&|width| mean(&self.second[width])),
            ),
            (
                FrequencyDoubling::NULL_F2_SHARE,
                at(&|width| self.null_share(width)),
            ),
        ]);
        let Some(width) = best else {
            let reason = format!("F1 and F2 together stay below {} Hz", criteria.least_rate);
            return CellOutcome::not_measurable(cell, metrics, reason);
        };
        let reason = format!(
            "F2 is {ratio:.2} times F1 at bars of {} um; needed is more than {}",
            config.bar_widths[width].0, criteria.ratio
        );
        CellOutcome::found(cell, metrics, ratio > criteria.ratio, reason)
    }

    /// F2 at the phase with the smallest F1, over the mean F2.
    fn null_share(&self, width: usize) -> f64 {
        let null = (0..self.first[width].len())
            .min_by(|&a, &b| self.first[width][a].total_cmp(&self.first[width][b]));
        null.map_or(f64::NAN, |phase| self.second[width][phase]) / mean(&self.second[width])
    }
}

/// Responses to all phases of the middle width.
fn family(config: &FrequencyDoubling, answers: &Answers<'_>) -> ResponseFamily {
    let screen = answers.screen();
    let period = (config.period(&screen) / screen.frame_period).round() as isize;
    let outline = FamilyOutline {
        name: FrequencyDoubling::RESPONSE_BY_PHASE,
        parameter: PHASE,
        aligned_on: "onset",
        shown_as: CONTRAST,
        shown: reversals,
        frames: 0..(config.settle + config.periods) as isize * period,
    };
    let width = config.bar_widths.len() / 2;
    let member = |(phase, &degrees): (usize, &f64)| FamilyMember {
        at: degrees,
        condition: config.condition(width, phase),
        event: 0,
    };
    let members: Vec<_> = config.phases.iter().enumerate().map(member).collect();
    ResponseFamily::collect(answers, outline, &members)
}

/// The sign of the grating in every frame, lead-in included.
fn reversals(condition: &Condition) -> Vec<f64> {
    let (zero, frames) = (condition.stimulus.zero(), condition.stimulus.frames());
    let turns: Vec<usize> = (condition.stimulus.events().iter())
        .filter(|event| event.what == "grating reverses")
        .map(|event| zero + event.first_frame)
        .collect();
    let sign = |frame: usize| {
        let past = turns.iter().filter(|&&turn| turn <= frame).count();
        if past % 2 == 0 { 1.0 } else { -1.0 }
    };
    (0..frames)
        .map(|frame| if frame < zero { 0.0 } else { sign(frame) })
        .collect()
}
