//! LN cascades at each contrast.

use ganglion_recording::CellIndex;

use super::ContrastGain;
use crate::answers::Answers;
use crate::flicker::FlickerCascade;
use crate::outcome::{CellOutcome, Curve, Metrics, Outcome, Quantity, RATE};
use crate::response_family::full_field;

const LAG: Quantity = Quantity {
    name: "lag",
    unit: "ms",
};
const WEIGHT: Quantity = Quantity {
    name: "weight",
    unit: "",
};
const DRIVE: Quantity = Quantity {
    name: "drive",
    unit: "sd",
};
/// Points of the nonlinearities that are told.
const POINTS: usize = 41;

pub(super) fn measure(config: &ContrastGain, answers: &Answers<'_>) -> Outcome {
    let shown: Vec<Vec<f64>> = answers.conditions().iter().map(full_field).collect();
    let found: Vec<Vec<FlickerCascade>> = (answers.rows())
        .map(|row| {
            (0..shown.len())
                .map(|condition| cascade(config, answers, &shown[condition], condition, row))
                .collect()
        })
        .collect();
    Outcome {
        cells: answers.outcomes(&found, |cell, found| outcome(config, cell, found)),
        curves: curves(config, answers, &found),
        ..Outcome::default()
    }
}

fn cascade(
    config: &ContrastGain,
    answers: &Answers<'_>,
    shown: &[f64],
    condition: usize,
    row: usize,
) -> FlickerCascade {
    let screen = answers.screen();
    let zero = answers.conditions()[condition].stimulus.zero();
    let contrast: Vec<f32> = shown[zero..].iter().map(|&value| value as f32).collect();
    let course = answers.course(condition, row);
    let rates: Vec<f32> = (screen.history..contrast.len())
        .filter_map(|frame| course.at(frame as isize))
        .map(|rate| rate as f32)
        .collect();
    FlickerCascade::fit(&contrast, &rates, screen, config.bins)
}

fn outcome(config: &ContrastGain, cell: CellIndex, found: &[FlickerCascade]) -> CellOutcome {
    let (low, high) = (&found[0], &found[found.len() - 1]);
    let ratio = low.nonlinearity.sensitivity_of(&high.nonlinearity);
    let explained = [low, high].map(|cascade| cascade.nonlinearity.explained_variance);
    let metrics = Metrics::new([
        (ContrastGain::GAIN_RATIO, ratio),
        (
            ContrastGain::PEAK_LAG_CHANGE,
            high.peak_lag_ms - low.peak_lag_ms,
        ),
        (ContrastGain::PEAK_LAG_LOW, low.peak_lag_ms),
        (ContrastGain::BIPHASIC_LOW, low.biphasic_index),
        (ContrastGain::BIPHASIC_HIGH, high.biphasic_index),
        (
            ContrastGain::RECTIFICATION_LOW,
            low.nonlinearity.rectification,
        ),
        (
            ContrastGain::RECTIFICATION_HIGH,
            high.nonlinearity.rectification,
        ),
        (ContrastGain::EXPLAINED_LOW, explained[0]),
        (ContrastGain::EXPLAINED_HIGH, explained[1]),
    ]);
    let criteria = &config.criteria;
    // NaN, of a cell that never fires, explains nothing.
    if !explained
        .iter()
        .all(|&share| share >= criteria.least_explained)
        || ratio.is_nan()
    {
        let reason = format!(
            "an LN cascade explains {:.2} and {:.2} of the variance",
            explained[0], explained[1]
        );
        return CellOutcome::not_measurable(cell, metrics, reason);
    }
    let reason = format!(
        "gain at the highest contrast is {ratio:.2} of that at the lowest; needed is {} or less",
        criteria.gain_ratio
    );
    CellOutcome::found(cell, metrics, ratio <= criteria.gain_ratio, reason)
}

/// Filters and nonlinearities at the lowest and the highest contrast.
fn curves(
    config: &ContrastGain,
    answers: &Answers<'_>,
    found: &[Vec<FlickerCascade>],
) -> Vec<Curve> {
    let screen = answers.screen();
    let last = config.contrasts.len() - 1;
    let lags = (1..=screen.history).rev();
    let filter = |name, condition: usize| Curve {
        name,
        x: LAG,
        at: lags
            .clone()
            .map(|lag| lag as f64 * screen.frame_period.0)
            .collect(),
        y: WEIGHT,
        cells: (found.iter())
            .map(|cell| {
                cell[condition]
                    .filter
                    .iter()
                    .map(|&w| f64::from(w))
                    .collect()
            })
            .collect(),
    };
    let reach = 2.5 * config.contrasts[last].0;
    let step = 2.0 * reach / (POINTS - 1) as f64;
    let drives: Vec<f64> = (0..POINTS)
        .map(|point| point as f64 * step - reach)
        .collect();
    let nonlinearity = |name, condition: usize| Curve {
        name,
        x: DRIVE,
        at: drives.clone(),
        y: RATE,
        cells: (found.iter())
            .map(|cell| {
                let curve = &cell[condition].nonlinearity;
                drives.iter().map(|&drive| curve.within(drive)).collect()
            })
            .collect(),
    };
    vec![
        filter(ContrastGain::FILTER_LOW_CONTRAST, 0),
        filter(ContrastGain::FILTER_HIGH_CONTRAST, last),
        nonlinearity(ContrastGain::NONLINEARITY_LOW_CONTRAST, 0),
        nonlinearity(ContrastGain::NONLINEARITY_HIGH_CONTRAST, last),
    ]
}
