//! Motion anticipation as a figure.

use ganglion_experiment::{MotionAnticipation, Outcome};
use ganglion_plot::{AnticipationFigure, MotionProfile};

use super::Shown;

pub(super) fn figure(
    config: &MotionAnticipation,
    outcome: &Outcome,
    shown: &Shown,
) -> Option<AnticipationFigure> {
    let flashed = outcome.curve("profile-flashed")?;
    let by_speed = outcome.curve("lead-by-speed")?;
    let directions = [
        ("profile-moving-forth", "lead_forth_um", config.direction),
        (
            "profile-moving-back",
            "lead_back_um",
            config.direction.opposite(),
        ),
    ];
    let profiles = directions.iter().map(|(curve, _, direction)| {
        Some(MotionProfile {
            name: format!("Moving {direction}"),
            rate_hz: shown.measured(outcome.curve(curve)?),
        })
    });
    let leads = |metric: &str| -> Vec<f64> {
        let leads = shown.rows.iter();
        leads
            .map(|&row| outcome.cells[row].metrics.named(metric))
            .collect()
    };
    let mean = outcome.population(&shown.rows);
    let lead_um = mean.iter().find(|one| one.metric == "lead_um");
    Some(AnticipationFigure {
        title: shown.title("Motion anticipation"),
        distance_um: flashed.at.clone(),
        moving: profiles.collect::<Option<_>>()?,
        flashed_hz: shown.measured(flashed),
        bar_width_um: config.width.0,
        error_name: shown.errors(),
        lead_um: lead_um.map(|lead| lead.mean),
        cell_leads_um: (directions.iter())
            .map(|(_, metric, direction)| (capitalised(&direction.to_string()), leads(metric)))
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
