//! Reading the answers to moving objects.

use super::{ObjectMotion, ObjectMovie};
use crate::answers::Answers;
use crate::condition::Condition;
use crate::outcome::{CellOutcome, Metrics, Outcome, Quantity, by_no_more};
use crate::response_family::{FamilyMember, FamilyOutline, ResponseFamily};
use crate::statistics::{mean, mean_and_error};

pub(super) fn measure(config: &ObjectMotion, answers: &Answers<'_>) -> Outcome {
    Outcome {
        cells: (answers.rows())
            .map(|row| outcome(config, answers, row))
            .collect(),
        families: vec![family(config, answers)],
        ..Outcome::default()
    }
}

fn outcome(config: &ObjectMotion, answers: &Answers<'_>, row: usize) -> CellOutcome {
    let cell = answers.cells()[row];
    let centres = config.places(&answers.screen());
    let rest = answers.course(0, row).rest();
    let rates = |shown: ObjectMovie| -> Vec<f64> {
        let conditions = (0..config.walks).map(|walk| shown.condition(walk, centres.len()));
        conditions
            .map(|condition| mean_rate(config, answers, condition, row))
            .collect()
    };
    let alone: Vec<f64> = (0..centres.len())
        .map(|centre| mean(rates(ObjectMovie::Alone(centre))))
        .collect();
    let centre = (0..alone.len())
        .max_by(|&a, &b| alone[a].total_cmp(&alone[b]))
        .unwrap_or(0);
    let [differential, global] =
        [ObjectMovie::Differential(centre), ObjectMovie::Global].map(rates);
    let (difference, error) = mean_and_error(differential.iter().zip(&global).map(|(a, b)| a - b));
    let errors = difference / error;
    let [differential, global] = [differential, global].map(mean);
    let index = (differential - global) / (differential + global);
    let [x, y] = centres[centre];
    let metrics = Metrics::new([
        (ObjectMotion::OMS_INDEX, index),
        (ObjectMotion::STANDARD_ERRORS, errors),
        (ObjectMotion::DIFFERENTIAL, differential),
        (ObjectMotion::GLOBAL, global),
        (ObjectMotion::OBJECT_ALONE, alone[centre]),
        (ObjectMotion::REST, rest),
        (ObjectMotion::CENTRE_X, x.0),
        (ObjectMotion::CENTRE_Y, y.0),
    ]);
    let criteria = &config.criteria;
    let driven = alone[centre] - rest;
    if driven < criteria.least_rate {
        let reason = by_no_more("no object alone raises the rate", driven);
        return CellOutcome::not_measurable(cell, metrics, reason);
    }
    let responds = differential - rest >= criteria.least_rate;
    let differs = index >= criteria.index && errors >= criteria.standard_errors;
    let is_suppressed = global < alone[centre];
    let reason = format!(
        "fires at {differential:.2} Hz if the object moves against the background, at {global:.2} \
         Hz if it moves with it and at {:.2} Hz if there is none; index {index:.2}, {errors:.1} \
         standard errors; needed are {} and {}, and less with the background than without",
        alone[centre], criteria.index, criteria.standard_errors
    );
    CellOutcome::found(cell, metrics, responds && differs && is_suppressed, reason)
}

fn mean_rate(config: &ObjectMotion, answers: &Answers<'_>, condition: usize, row: usize) -> f64 {
    let course = answers.course(condition, row);
    let end = answers.screen().whole_frames(config.duration).0;
    mean(course.within(config.settle.0..=end).map(|(_, rate)| rate))
}

/// The first walk: global motion, and differential motion at the middle one of the
/// centres.
fn family(config: &ObjectMotion, answers: &Answers<'_>) -> ResponseFamily {
    let screen = answers.screen();
    let end = screen.whole_frames(config.duration).0;
    let outline = FamilyOutline {
        name: ObjectMotion::RESPONSE_BY_MOTION,
        parameter: Quantity {
            name: "differential",
            unit: "",
        },
        aligned_on: "onset",
        shown_as: Quantity {
            name: "object-position",
            unit: "cycles",
        },
        shown: object_position,
        frames: 0..(end / screen.frame_period.0).round() as isize,
    };
    let centres = config.places(&screen).len();
    let member = |(at, shown): (f64, ObjectMovie)| FamilyMember {
        at,
        condition: shown.condition(0, centres),
        event: 0,
    };
    let members = [
        (0.0, ObjectMovie::Global),
        (1.0, ObjectMovie::Differential(centres / 2)),
    ]
    .map(member);
    ResponseFamily::collect(answers, outline, &members)
}

/// Phase of the grating that was painted last, in every frame, lead-in included.
fn object_position(condition: &Condition) -> Vec<f64> {
    let zero = condition.stimulus.zero();
    let tracks = condition.stimulus.tracks();
    let Some(track) = tracks.last() else {
        return Vec::new();
    };
    let before = std::iter::repeat_n(0.0, zero + track.first_frame);
    before.chain(track.values.iter().copied()).collect()
}
