//! Reading the answers to changes of contrast.

use super::ContrastAdaptation;
use crate::answers::Answers;
use crate::condition::Condition;
use crate::outcome::{CONTRAST, CellOutcome, Metrics, Outcome, Quantity};
use crate::response_family::ResponseFamily;
use crate::statistics::{mean, mean_and_error};

/// Test and control, in the order of the conditions.
const ROLES: usize = 2;

pub(super) fn measure(config: &ContrastAdaptation, answers: &Answers<'_>) -> Outcome {
    Outcome {
        cells: (answers.rows())
            .map(|row| outcome(config, answers, row))
            .collect(),
        families: vec![family(config, answers)],
        ..Outcome::default()
    }
}

fn outcome(config: &ContrastAdaptation, answers: &Answers<'_>, row: usize) -> CellOutcome {
    let cell = answers.cells()[row];
    let duration = answers.screen().whole_frames(config.duration).0;
    let [from, to] = config.early.map(|time| time.0);
    let early = |epoch: f64| [epoch * duration + from, epoch * duration + to];
    let late = |epoch: f64| [(epoch + 0.5) * duration, (epoch + 1.0) * duration];
    let rates = |role: usize, [from, to]: [f64; 2]| -> Vec<f64> {
        (0..config.repeats)
            .map(|repeat| answers.course(ROLES * repeat + role, row))
            .map(|course| mean(course.within(from..=to).map(|(_, rate)| rate)))
            .collect()
    };
    let [test, control] = [0, 1].map(|role| rates(role, early(1.0)));
    let (difference, error) = mean_and_error(test.iter().zip(&control).map(|(a, b)| a - b));
    let average = |rates: Vec<f64>| mean(rates);
    let [early_high, control] = [test, control].map(average);
    let [late_high, early_low, late_low] =
        [late(1.0), early(2.0), late(2.0)].map(|window| average(rates(0, window)));
    let index = (early_high - control) / (early_high + control);
    let errors = difference / error;
    let metrics = Metrics::new([
        (ContrastAdaptation::ADAPTATION_INDEX, index),
        (ContrastAdaptation::STANDARD_ERRORS, errors),
        (ContrastAdaptation::EARLY_HIGH, early_high),
        (ContrastAdaptation::LATE_HIGH, late_high),
        (ContrastAdaptation::CONTROL, control),
        (ContrastAdaptation::EARLY_LOW, early_low),
        (ContrastAdaptation::LATE_LOW, late_low),
        (
            ContrastAdaptation::RECOVERY_INDEX,
            (late_low - early_low) / (late_low + early_low),
        ),
    ]);
    let criteria = &config.criteria;
    if control < criteria.least_rate {
        let reason = format!("fires at {control:.2} Hz at high contrast");
        return CellOutcome::not_measurable(cell, metrics, reason);
    }
    let present = index >= criteria.index && errors >= criteria.standard_errors;
    let reason = format!(
        "index {index:.3}, {errors:.1} standard errors from the control; needed are {} and {}",
        criteria.index, criteria.standard_errors
    );
    CellOutcome::found(cell, metrics, present, reason)
}

/// Rates averaged over sequences, of test and control.
fn family(config: &ContrastAdaptation, answers: &Answers<'_>) -> ResponseFamily {
    let screen = answers.screen();
    let duration = screen.whole_frames(config.duration).0;
    let frames = (3.0 * duration / screen.frame_period.0).round() as usize;
    let average = |row: usize, role: usize| -> Vec<f64> {
        let at = |frame: usize| {
            let sequences = (0..config.repeats).map(|repeat| ROLES * repeat + role);
            mean(
                sequences.filter_map(|condition| answers.course(condition, row).at(frame as isize)),
            )
        };
        (0..frames).map(at).collect()
    };
    ResponseFamily {
        name: ContrastAdaptation::MEAN_RESPONSE,
        parameter: Quantity {
            name: "contrast-before",
            unit: "sd",
        },
        at: vec![config.low.0, config.high.0],
        aligned_on: "start",
        times_ms: (0..frames)
            .map(|frame| frame as f64 * screen.frame_period.0)
            .collect(),
        shown: (0..ROLES)
            .map(|role| envelope(config, &answers.conditions()[role], frames))
            .collect(),
        shown_as: CONTRAST,
        rates: (answers.rows())
            .map(|row| (0..ROLES).map(|role| average(row, role)).collect())
            .collect(),
    }
}

/// Standard deviation of the flicker in every frame.
fn envelope(config: &ContrastAdaptation, condition: &Condition, frames: usize) -> Vec<f64> {
    let contrasts = match condition.role {
        crate::Role::Test => [config.low, config.high, config.low],
        crate::Role::Control => [config.high; 3],
    };
    (0..frames)
        .map(|frame| contrasts[3 * frame / frames].0)
        .collect()
}
