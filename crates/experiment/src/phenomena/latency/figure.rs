//! Latency against contrast as a figure.

use ganglion_plot::LatencyFigure;

use super::Latency;
use crate::figure::{NamedFigure, Shown};
use crate::{Outcome, Presets};

pub(super) fn figures(outcome: &Outcome) -> Vec<NamedFigure> {
    let figure = figure(outcome, &Shown::new(outcome));
    let named = |figure| NamedFigure::new(Latency::EXPERIMENT, figure);
    figure.map(named).into_iter().collect()
}

fn figure(outcome: &Outcome, shown: &Shown) -> Option<LatencyFigure> {
    let family = outcome.family(Latency::RESPONSE_BY_CONTRAST)?;
    let first_peak = outcome.curve(Latency::FIRST_PEAK_BY_CONTRAST)?;
    let centre_of_mass = outcome.curve(Latency::CENTRE_OF_MASS_BY_CONTRAST)?;
    Some(LatencyFigure {
        title: shown.title("Latency coding"),
        time_ms: family.times_ms.clone(),
        window_ms: None,
        contrasts: family.at.clone(),
        stimuli: family.shown.clone(),
        responses_hz: family.mean_over(&shown.rows),
        first_peak_ms: shown.measured(first_peak),
        center_of_mass_ms: shown.measured(centre_of_mass),
        error_name: match shown.rows.len() {
            1 => String::new(),
            count => format!("± s.e.m., {count} cells"),
        },
        cell_first_peaks_ms: shown.cells(first_peak),
    })
}
