//! Motion anticipation as a figure.

use ganglion_plot::{AnticipationFigure, MotionProfile};

use super::MotionAnticipation;
use crate::figure::{NamedFigure, Shown};
use crate::{Metric, Outcome, Presets};

pub(super) fn figures(config: &MotionAnticipation, outcome: &Outcome) -> Vec<NamedFigure> {
    let figure = figure(config, outcome, &Shown::new(outcome));
    let named = |figure| NamedFigure::new(MotionAnticipation::EXPERIMENT, figure);
    figure.map(named).into_iter().collect()
}

fn figure(
    config: &MotionAnticipation,
    outcome: &Outcome,
    shown: &Shown,
) -> Option<AnticipationFigure> {
    let flashed = outcome.curve(MotionAnticipation::PROFILE_FLASHED)?;
    let by_speed = outcome.curve(MotionAnticipation::LEAD_BY_SPEED)?;
    let directions = [
        (
            MotionAnticipation::PROFILE_MOVING_FORTH,
            MotionAnticipation::LEAD_FORTH,
            config.direction,
        ),
        (
            MotionAnticipation::PROFILE_MOVING_BACK,
            MotionAnticipation::LEAD_BACK,
            config.direction.opposite(),
        ),
    ];
    let profiles = directions.iter().map(|(curve, _, direction)| {
        Some(MotionProfile {
            name: format!("Moving {direction}"),
            rate_hz: shown.measured(outcome.curve(curve)?),
        })
    });
    let leads = |metric: Metric| -> Vec<f64> {
        let leads = shown.rows.iter();
        leads
            .map(|&row| outcome.cells[row].metrics.get(metric))
            .collect()
    };
    let lead_um = outcome.mean_of(MotionAnticipation::LEAD, &shown.rows);
    Some(AnticipationFigure {
        title: shown.title("Motion anticipation"),
        distance_um: flashed.at.clone(),
        moving: profiles.collect::<Option<_>>()?,
        flashed_hz: shown.measured(flashed),
        bar_width_um: config.width.0,
        error_name: shown.errors(),
        lead_um: lead_um.map(|lead| lead.mean),
        cell_leads_um: (directions.iter())
            .map(|(_, metric, direction)| (capitalised(&direction.to_string()), leads(*metric)))
            .collect(),
        speeds_mm_per_s: by_speed.at.iter().map(|speed| speed / 1e3).collect(),
        lead_by_speed_um: shown.measured(by_speed),
    })
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
