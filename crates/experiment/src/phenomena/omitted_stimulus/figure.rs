//! The omitted-stimulus response as a figure.

use ganglion_plot::{FittedLine, OmittedStimulusFigure};

use super::OmittedStimulus;
use crate::figure::{NamedFigure, Shown};
use crate::{Outcome, Presets, statistics};

pub(super) fn figures(config: &OmittedStimulus, outcome: &Outcome) -> Vec<NamedFigure> {
    let figure = figure(config, outcome, &Shown::new(outcome));
    let named = |figure| NamedFigure::new(OmittedStimulus::EXPERIMENT, figure);
    figure.map(named).into_iter().collect()
}

fn figure(
    config: &OmittedStimulus,
    outcome: &Outcome,
    shown: &Shown,
) -> Option<OmittedStimulusFigure> {
    let family = outcome.family(OmittedStimulus::OMISSION_BY_PERIOD)?;
    let latency = outcome.curve(OmittedStimulus::LATENCY_BY_PERIOD)?;
    let latency_ms = shown.measured(latency);
    let points: Vec<(f64, f64)> = (latency.at.iter().copied())
        .zip(latency_ms.values.iter().copied())
        .filter(|(_, time)| time.is_finite())
        .collect();
    let fit = statistics::LineFit::through(&points).map(|fit| FittedLine {
        slope: fit.slope,
        slope_error: Some(fit.slope_error),
        intercept: fit.intercept,
    });
    let reference = config.reference_period.0;
    let distance = |index: &usize| (family.at[*index] - reference).abs();
    let example = (0..family.at.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    Some(OmittedStimulusFigure {
        title: shown.title("Omitted stimulus"),
        time_ms: family.times_ms.clone(),
        stimulus: family.shown[example].clone(),
        stimulus_name: format!(
            "Period {:.0} ms, {} flashes",
            family.at[example], config.flashes
        ),
        window_ms: None,
        periods_ms: family.at.clone(),
        flashes: config.flashes,
        responses_hz: family.mean_over(&shown.rows),
        latency_ms,
        latency_name: shown.errors(),
        cell_latencies_ms: shown.cells(latency),
        fit,
    })
}
