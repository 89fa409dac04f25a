//! Reading the answers to steps.

use super::StepResponse;
use crate::answers::Answers;
use crate::outcome::{CONTRAST, CellOutcome, Curve, Metrics, Outcome, RATE};
use crate::response_family::{FamilyMember, FamilyOutline, ResponseFamily, full_field};
use crate::statistics;

/// Time before the onset that figures show.
const BEFORE_ONSET_MS: f64 = 200.0;
/// Share of the largest peak that the first must reach.
const FIRST_PEAK_SHARE: f64 = 0.5;
/// Share of the step, at its end, in which the sustained response is measured.
const SUSTAINED_SHARE: f64 = 0.25;

pub(super) fn measure(config: &StepResponse, answers: &Answers<'_>) -> Outcome {
    Outcome {
        cells: (answers.rows())
            .map(|row| outcome(config, answers, row))
            .collect(),
        curves: vec![rises(config, answers)],
        families: vec![family(config, answers)],
        ..Outcome::default()
    }
}

fn outcome(config: &StepResponse, answers: &Answers<'_>, row: usize) -> CellOutcome {
    let cell = answers.cells()[row];
    let [darkest, brightest] = config.extremes();
    let [dark, bright] = [darkest, brightest].map(|step| rise(config, answers, step, row));
    let preferred = if bright >= dark { brightest } else { darkest };
    let (peak, course) = (bright.max(dark), answers.course(preferred, row));
    let (rest, screen) = (course.rest(), answers.screen());
    let frame = screen.frame_period.0;
    let [end, window] = [config.duration, config.window].map(|time| screen.whole_frames(time).0);
    let first = course.first_peak(frame..=window.min(end), rest, FIRST_PEAK_SHARE);
    let late = (1.0 - SUSTAINED_SHARE) * end..=end;
    let sustained = statistics::mean(course.within(late).map(|(_, rate)| rate)) - rest;
    let offset = course.highest(end + frame..=end + window) - rest;
    let metrics = Metrics::new([
        (
            StepResponse::ON_OFF_INDEX,
            (bright - dark) / (bright + dark),
        ),
        (StepResponse::BRIGHT, bright),
        (StepResponse::DARK, dark),
        (
            StepResponse::LATENCY,
            first.map_or(f64::NAN, |peak| peak.time_ms),
        ),
        (StepResponse::SUSTAINED_INDEX, sustained / peak),
        (StepResponse::OFFSET, offset.max(0.0)),
        (StepResponse::REST, rest),
    ]);
    let present = peak >= config.least_rate;
    let reason = format!(
        "steps raise the rate by {bright:.2} Hz (bright) and {dark:.2} Hz (dark); needed are {} Hz",
        config.least_rate
    );
    CellOutcome::found(cell, metrics, present, reason)
}

/// Largest rate above rest after the onset of a step.
fn rise(config: &StepResponse, answers: &Answers<'_>, step: usize, row: usize) -> f64 {
    let (course, screen) = (answers.course(step, row), answers.screen());
    let end = screen.whole_frames(config.duration).0;
    let window = screen.whole_frames(config.window).0.min(end);
    (course.highest(screen.frame_period.0..=window) - course.rest()).max(0.0)
}

fn rises(config: &StepResponse, answers: &Answers<'_>) -> Curve {
    let steps = || 0..config.contrasts.len();
    Curve {
        name: StepResponse::RISE_BY_CONTRAST,
        x: CONTRAST,
        at: config.contrasts.iter().map(|contrast| contrast.0).collect(),
        y: RATE,
        cells: (answers.rows())
            .map(|row| {
                steps()
                    .map(|step| rise(config, answers, step, row))
                    .collect()
            })
            .collect(),
    }
}

fn family(config: &StepResponse, answers: &Answers<'_>) -> ResponseFamily {
    let screen = answers.screen();
    let frames = |time_ms: f64| (time_ms / screen.frame_period.0).round() as isize;
    let end = (screen.whole_frames(config.duration) + screen.whole_frames(config.after)).0;
    let outline = FamilyOutline {
        name: StepResponse::RESPONSE_BY_CONTRAST,
        parameter: CONTRAST,
        aligned_on: "onset",
        shown_as: CONTRAST,
        shown: full_field,
        frames: -frames(BEFORE_ONSET_MS)..frames(end),
    };
    let member = |(condition, contrast): (usize, &crate::Contrast)| FamilyMember {
        at: contrast.0,
        condition,
        event: 0,
    };
    let members: Vec<_> = config.contrasts.iter().enumerate().map(member).collect();
    ResponseFamily::collect(answers, outline, &members)
}
