//! Reading the answers to bars that turn back.

use ganglion_recording::{CellIndex, Microns};

use super::shown::{ReversalMovie, reversal_ms};
use super::{MotionReversal, ReversalCriteria};
use crate::answers::Answers;
use crate::condition::Condition;
use crate::course::{Crest, LONGEST_PLATEAU_MS, RatePeak};
use crate::estimate::{Estimate, Presence};
use crate::outcome::{CellOutcome, Curve, Metrics, Outcome, Quantity, RATE};
use crate::response_family::{FamilyMember, FamilyOutline, ResponseFamily};
use crate::statistics::{LineFit, mean, standard_deviation};

/// Time before the reversal that figures show.
const BEFORE_REVERSAL_MS: f64 = 400.0;

const POSITION: Quantity = Quantity {
    name: "position of reversal",
    unit: "um",
};

pub(super) fn measure(config: &MotionReversal, answers: &Answers<'_>) -> Outcome {
    let reading = ReversalReading {
        config,
        answers,
        shown: ReversalMovie::all(config),
    };
    let found: Vec<_> = (answers.rows()).map(|row| reading.cell(row)).collect();
    Outcome {
        cells: answers.outcomes(&found, |cell, found| found.outcome(cell, config)),
        curves: curves(config, &found),
        families: vec![
            reading.reversals(MotionReversal::REVERSALS_FORTH, true),
            reading.reversals(MotionReversal::REVERSALS_BACK, false),
            reading.smooth(),
        ],
        ..Outcome::default()
    }
}

/// What was found on one cell.
struct CellReversal {
    /// Centre of the receptive field along `direction`.
    centre: f64,
    /// Reversals within reach of the centre, in both directions.
    within_reach: usize,
    bursts: Vec<Burst>,
    /// The same by direction and position; none where it does not count.
    by_reversal: Vec<Option<Burst>>,
    /// Latency and rate of the burst by position, forth and back; NaN where it does not count.
    latencies: [Vec<f64>; 2],
    rates: [Vec<f64>; 2],
    /// Highest rate of the smooth bar, the higher of both directions.
    smooth: f64,
    rest: f64,
    /// Highest rate after any reversal.
    highest: f64,
}

/// A burst that counts.
#[derive(Clone, Copy)]
struct Burst {
    /// How far beyond the centre of the receptive field the bar turned back.
    beyond: f64,
    latency: f64,
    rate: f64,
    plateau_ms: f64,
}

struct ReversalReading<'a> {
    config: &'a MotionReversal,
    answers: &'a Answers<'a>,
    shown: Vec<ReversalMovie>,
}

impl ReversalReading<'_> {
    fn cell(&self, row: usize) -> CellReversal {
        let config = self.config;
        let rest = self.answers.course(0, row).rest();
        let crests = [true, false].map(|forth| self.smooth_crest(row, forth));
        let centre = self.centre(crests);
        let near: Vec<bool> = (config.positions.iter())
            .map(|at| (at.0 - centre).abs() <= config.criteria.reach.0)
            .collect();
        let burst = |forth: bool, position: usize| {
            near[position]
                .then(|| self.burst((row, rest, centre), forth, position))
                .flatten()
        };
        let by_position = |forth: bool| -> Vec<Option<Burst>> {
            let positions = 0..config.positions.len();
            positions.map(|position| burst(forth, position)).collect()
        };
        let bursts = [true, false].map(by_position);
        let values = |value: fn(Burst) -> f64| {
            [0, 1].map(|side| {
                let found: &Vec<Option<Burst>> = &bursts[side];
                found
                    .iter()
                    .map(|burst| burst.map_or(f64::NAN, value))
                    .collect()
            })
        };
        CellReversal {
            centre,
            within_reach: 2 * near.iter().filter(|near| **near).count(),
            latencies: values(|burst| burst.latency),
            rates: values(|burst| burst.rate),
            bursts: bursts.iter().flatten().flatten().copied().collect(),
            by_reversal: bursts.concat(),
            smooth: (crests.iter().flatten())
                .map(|crest| crest.rate_hz)
                .fold(rest, f64::max),
            rest,
            highest: self.highest(row),
        }
    }

    fn smooth_crest(&self, row: usize, forth: bool) -> Option<Crest> {
        let course = self
            .answers
            .course(self.index(ReversalMovie::Smooth { forth }), row);
        let screen = self.answers.screen();
        let crossing = self.config.smooth(forth);
        let crest = crossing.crest(&screen, &course, self.config.window)?;
        (crest.rate_hz - course.rest() >= self.config.criteria.least_rate).then_some(crest)
    }

    /// The middle between the places of the bar at which the cell fires.
    fn centre(&self, crests: [Option<Crest>; 2]) -> f64 {
        let screen = self.answers.screen();
        let place = |side: usize| {
            crests[side].map_or(f64::NAN, |crest| {
                let crossing = self.config.smooth(side == 0);
                crossing.position(&screen, crest.centre_ms)
            })
        };
        0.5 * (place(0) - place(1))
    }

    /// The burst after a reversal, if it counts.
    fn burst(
        &self,
        (row, rest, centre): (usize, f64, f64),
        forth: bool,
        position: usize,
    ) -> Option<Burst> {
        let criteria = &self.config.criteria;
        let control = self.smooth_after(row, forth, position).max(rest);
        let needed = control + (criteria.margin * control.abs()).max(criteria.least_rate);
        let peak = self.peak(row, ReversalMovie::Reversal { forth, position })?;
        let offset = self.config.positions[position].0 - centre;
        (peak.rate_hz >= needed).then(|| Burst {
            beyond: if forth { offset } else { -offset },
            latency: peak.time_ms - reversal_ms(self.config),
            rate: peak.rate_hz,
            plateau_ms: peak.plateau_ms,
        })
    }

    fn peak(&self, row: usize, shown: ReversalMovie) -> Option<RatePeak> {
        self.answers
            .course(self.index(shown), row)
            .peak(self.window(reversal_ms(self.config)))
    }

    /// Highest rate of the smooth bar in the time after it passed the place of a reversal.
    fn smooth_after(&self, row: usize, forth: bool, position: usize) -> f64 {
        let along = self.config.positions[position].0 * if forth { 1.0 } else { -1.0 };
        let crossing = self.config.smooth(forth);
        let passed = crossing.time_ms(&self.answers.screen(), along);
        self.answers
            .course(self.index(ReversalMovie::Smooth { forth }), row)
            .highest(self.window(passed))
    }

    /// A frame after a time until the end of the window.
    fn window(&self, from_ms: f64) -> std::ops::RangeInclusive<f64> {
        let frame = self.answers.screen().frame_period.0;
        from_ms + frame..=from_ms + self.config.window.0
    }

    fn highest(&self, row: usize) -> f64 {
        let after = self.window(reversal_ms(self.config));
        (0..self.shown.len())
            .filter(|index| matches!(self.shown[*index], ReversalMovie::Reversal { .. }))
            .map(|index| self.answers.course(index, row).highest(after.clone()))
            .fold(f64::NEG_INFINITY, f64::max)
    }

    fn index(&self, shown: ReversalMovie) -> usize {
        let place = self.shown.iter().position(|known| *known == shown);
        place.expect("every bar that is read is shown")
    }

    /// All reversals of one direction, aligned on the reversal.
    fn reversals(&self, name: &'static str, forth: bool) -> ResponseFamily {
        let member = |(position, at): (usize, &Microns)| FamilyMember {
            at: at.0,
            condition: self.index(ReversalMovie::Reversal { forth, position }),
            event: self.frames(reversal_ms(self.config)),
        };
        let positions = self.config.positions.iter();
        let members: Vec<_> = positions.enumerate().map(member).collect();
        ResponseFamily::collect(self.answers, self.outline(name, "reversal"), &members)
    }

    /// The smooth bar forth and back, aligned on its passing the middle of the screen.
    fn smooth(&self) -> ResponseFamily {
        let screen = self.answers.screen();
        let member = |forth: bool| FamilyMember {
            at: if forth { 1.0 } else { -1.0 },
            condition: self.index(ReversalMovie::Smooth { forth }),
            event: self.frames(self.config.smooth(forth).time_ms(&screen, 0.0)),
        };
        let outline = FamilyOutline {
            parameter: Quantity {
                name: "direction",
                unit: "",
            },
            frames: {
                let way = self.config.smooth(true).off_screen(&screen) / self.config.speed.0 * 1e3;
                -self.frames(way)..self.frames(way + self.config.window.0) + 1
            },
            ..self.outline(
                MotionReversal::SMOOTH_MOTION,
                "bar at the middle of the screen",
            )
        };
        ResponseFamily::collect(self.answers, outline, &[member(true), member(false)])
    }

    fn outline(&self, name: &'static str, aligned_on: &'static str) -> FamilyOutline {
        FamilyOutline {
            name,
            parameter: POSITION,
            aligned_on,
            shown_as: Quantity {
                name: "position of bar along its first direction",
                unit: "um",
            },
            shown: bar_position,
            frames: -self.frames(BEFORE_REVERSAL_MS)..self.frames(self.config.window.0) + 1,
        }
    }

    fn frames(&self, time_ms: f64) -> isize {
        (time_ms / self.answers.screen().frame_period.0).round() as isize
    }
}

/// Position of the bar in every frame, along the motion with which it sets out.
fn bar_position(condition: &Condition) -> Vec<f64> {
    let grey = vec![f64::NAN; condition.stimulus.zero()];
    let tracks = condition.stimulus.tracks();
    (grey.into_iter())
        .chain(tracks.into_iter().flat_map(|track| track.values))
        .collect()
}

impl CellReversal {
    fn outcome(&self, cell: CellIndex, config: &MotionReversal) -> CellOutcome {
        let criteria = &config.criteria;
        let latency = self.of_bursts(|bursts| mean(bursts.iter().map(|burst| burst.latency)));
        let spread = self.of_bursts(|bursts| {
            let latencies: Vec<f64> = bursts.iter().map(|burst| burst.latency).collect();
            standard_deviation(&latencies)
        });
        let ratio = self.of_bursts(|bursts| self.ratio(bursts));
        let share = self.of_bursts(|bursts| return_share(bursts, config));
        let count = self.bursts.len();
        let metrics = Metrics::new([
            (MotionReversal::LATENCY, latency.value),
            (MotionReversal::LATENCY_SD, spread.value),
            (MotionReversal::RETURN_SHARE, share.value),
            (MotionReversal::REVERSALS, count as f64),
            (
                MotionReversal::BURST,
                mean(self.bursts.iter().map(|burst| burst.rate)),
            ),
            (MotionReversal::SMOOTH, self.smooth),
            (MotionReversal::BURST_RATIO, ratio.value),
            (MotionReversal::CENTRE, self.centre),
            (MotionReversal::REST, self.rest),
        ]);
        if let Some(reason) = self.unmeasurable(criteria) {
            return CellOutcome::not_measurable(cell, metrics, reason);
        }
        let near = self.within_reach;
        if count < criteria.least_reversals.max(2) {
            let reason = format!("bursts after {count} of {near} reversals near its centre");
            return CellOutcome::found(cell, metrics, false, reason).with_headline(latency);
        }
        let limit = criteria.return_share;
        let judge = |estimate: &Estimate, asked, without| {
            Presence::judge(estimate.value, estimate.error(), asked, without)
        };
        let presence = Presence::all([
            judge(&spread, [0.0, criteria.latency_sd.0], f64::INFINITY),
            judge(&ratio, [criteria.burst_ratio, f64::INFINITY], 1.0),
            judge(&share, [-limit, limit], 1.0),
        ]);
        let reason = format!(
            "bursts after {count} of {near} reversals near its centre, {:.2} ± {:.2} times the \
             response to smooth motion (needed: above {}), with a latency that varies by {:.1} ± {:.1} \
             ms (below {}) and follows the returning bar by {:.2} ± {:.2} (at most {limit}); ± is the \
             standard error",
            ratio.value,
            ratio.error(),
            criteria.burst_ratio,
            spread.value,
            spread.error(),
            criteria.latency_sd.0,
            share.value,
            share.error(),
        );
        CellOutcome::judged(cell, metrics, presence, reason).with_headline(latency)
    }

    /// A number of the bursts that count, and the same without each reversal.
    fn of_bursts(&self, number: impl Fn(&[Burst]) -> f64) -> Estimate {
        Estimate::jackknife(self.by_reversal.len(), |left_out| {
            let reversals = self.by_reversal.iter().enumerate();
            let kept: Vec<Burst> = reversals
                .filter(|(place, _)| Some(*place) != left_out)
                .filter_map(|(_, burst)| *burst)
                .collect();
            number(&kept)
        })
    }

    /// Mean rise of the bursts over that of the response to smooth motion.
    fn ratio(&self, bursts: &[Burst]) -> f64 {
        let rate = mean(bursts.iter().map(|burst| burst.rate));
        (rate - self.rest) / (self.smooth - self.rest)
    }

    fn unmeasurable(&self, criteria: &ReversalCriteria) -> Option<String> {
        let excited = self.highest.max(self.smooth) - self.rest;
        if excited < criteria.least_rate {
            return Some(format!("bars raise the rate by {excited:.2} Hz only"));
        }
        if self.centre.is_nan() {
            return Some("the smooth bar does not tell where the receptive field is".to_owned());
        }
        let (near, least) = (self.within_reach, criteria.least_reversals);
        if near < least {
            let reach = criteria.reach.0;
            return Some(format!(
                "{near} reversals are within {reach} um of its centre at {:.0} um, not {least}",
                self.centre
            ));
        }
        let capped = |burst: &Burst| burst.plateau_ms > LONGEST_PLATEAU_MS;
        let capped = self.bursts.iter().any(capped);
        capped.then(|| "the rate is capped, so that its peak has no time".to_owned())
    }
}

/// Growth of the latency with the position of the reversal, in units of the growth, 2 / speed, of a
/// response to the bar that comes back.
fn return_share(bursts: &[Burst], config: &MotionReversal) -> f64 {
    let points: Vec<(f64, f64)> = (bursts.iter())
        .map(|burst| (burst.beyond, burst.latency))
        .collect();
    let growth = 2e3 / config.speed.0;
    LineFit::through(&points).map_or(f64::NAN, |fit| fit.slope / growth)
}

fn curves(config: &MotionReversal, found: &[CellReversal]) -> Vec<Curve> {
    let curve = |name, y, values: &dyn Fn(&CellReversal) -> Vec<f64>| Curve {
        name,
        x: POSITION,
        at: config.positions.iter().map(|at| at.0).collect(),
        y,
        cells: found.iter().map(values).collect(),
    };
    let latency = Quantity {
        name: "latency",
        unit: "ms",
    };
    vec![
        curve(
            MotionReversal::LATENCY_BY_POSITION_FORTH,
            latency,
            &|found| found.latencies[0].clone(),
        ),
        curve(
            MotionReversal::LATENCY_BY_POSITION_BACK,
            latency,
            &|found| found.latencies[1].clone(),
        ),
        curve(MotionReversal::BURST_BY_POSITION_FORTH, RATE, &|found| {
            found.rates[0].clone()
        }),
        curve(MotionReversal::BURST_BY_POSITION_BACK, RATE, &|found| {
            found.rates[1].clone()
        }),
    ]
}
