//! Latency against contrast as a figure.

use ganglion_experiment::Outcome;
use ganglion_plot::LatencyFigure;

use super::Shown;

pub(super) fn figure(outcome: &Outcome, shown: &Shown) -> Option<LatencyFigure> {
    let family = outcome.family("response-by-contrast")?;
    let first_peak = outcome.curve("first-peak-by-contrast")?;
    let centre_of_mass = outcome.curve("centre-of-mass-by-contrast")?;
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
