//! The reversal response as a figure.

use ganglion_experiment::{MotionReversal, Outcome};
use ganglion_plot::{Measured, ReversalFigure};

use super::Shown;

/// Reversals further from the cell than this are left out, in um.
const FARTHEST: f64 = 350.0;

/// One cell, as positions of reversals are relative to it: the one with the most bursts.
pub(super) fn figure(
    config: &MotionReversal,
    outcome: &Outcome,
    shown: &Shown,
) -> Option<ReversalFigure> {
    let metric = |row: usize, name: &str| outcome.cells[row].metrics.named(name);
    let bursts = |row: &usize| metric(*row, "reversals") + 1e-3 * metric(*row, "burst_ratio");
    let known = shown.rows.iter().copied();
    let row = known
        .filter(|&row| metric(row, "centre_um").is_finite())
        .max_by(|a, b| bursts(a).total_cmp(&bursts(b)))?;
    let centre = metric(row, "centre_um");
    let family = outcome.family("reversals-forth")?;
    let near: Vec<usize> = (0..family.at.len())
        .filter(|&index| (family.at[index] - centre).abs() <= FARTHEST)
        .collect();
    let curve = |name: &str| {
        let values = &outcome.curve(name)?.cells[row];
        Some(
            near.iter()
                .map(|&index| values[index])
                .collect::<Vec<f64>>(),
        )
    };
    let relative = |place: &f64| place - centre;
    let all = outcome.cells.len();
    let cell = outcome.cells[row].cell.0;
    Some(ReversalFigure {
        title: format!(
            "Motion reversal: cell {cell} ({} of {all} cells show it)",
            outcome.present().len()
        ),
        time_ms: family.times_ms.clone(),
        window_ms: None,
        positions_um: near
            .iter()
            .map(|&i| relative(&family.at[i]).round())
            .collect(),
        bar_positions_um: (near.iter())
            .map(|&index| family.shown[index].iter().map(relative).collect())
            .collect(),
        bar_width_um: config.width.0,
        responses_hz: near.iter().map(|&i| family.rates[row][i].clone()).collect(),
        smooth_hz: smooth(config, outcome, row, centre)?,
        burst_latency_ms: Measured::new(curve("latency-by-position-forth")?),
        burst_rate_hz: Measured::new(curve("burst-by-position-forth")?),
        smooth_peak_hz: Some(metric(row, "smooth_hz")),
        error_name: format!("Cell {cell}, first moving {}", config.direction),
        cell_burst_latencies_ms: Vec::new(),
    })
}

/// Rate to the smooth bar on the time of the reversals: 0 is when it passes the cell.
fn smooth(config: &MotionReversal, outcome: &Outcome, row: usize, centre: f64) -> Option<Vec<f64>> {
    let smooth = outcome.family("smooth")?;
    let rates = &smooth.rates[row][0];
    let frame = smooth.times_ms[1] - smooth.times_ms[0];
    let passes = centre / config.speed.0 * 1e3;
    let at = |time: &f64| {
        let index = ((time + passes - smooth.times_ms[0]) / frame).round();
        let known = index >= 0.0 && (index as usize) < rates.len();
        if known {
            rates[index as usize]
        } else {
            f64::NAN
        }
    };
    let times = &outcome.family("reversals-forth")?.times_ms;
    Some(times.iter().map(at).collect())
}
