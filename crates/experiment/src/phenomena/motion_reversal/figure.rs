//! The reversal response as a figure.

use ganglion_plot::{Measured, ReversalFigure};

use super::MotionReversal;
use crate::figure::{NamedFigure, Shown};
use crate::{Metric, Outcome, Presets};

/// Reversals further from the cell than this are left out, in um.
const FARTHEST: f64 = 350.0;

pub(super) fn figures(config: &MotionReversal, outcome: &Outcome) -> Vec<NamedFigure> {
    let figure = figure(config, outcome, &Shown::new(outcome));
    let named = |figure| NamedFigure::new(MotionReversal::EXPERIMENT, figure);
    figure.map(named).into_iter().collect()
}

/// One cell, as positions of reversals are relative to it: the one with the most bursts.
fn figure(config: &MotionReversal, outcome: &Outcome, shown: &Shown) -> Option<ReversalFigure> {
    let metric = |row: usize, metric: Metric| outcome.cells[row].metrics.get(metric);
    let bursts = |row: &usize| {
        metric(*row, MotionReversal::REVERSALS) + 1e-3 * metric(*row, MotionReversal::BURST_RATIO)
    };
    let known = shown.rows.iter().copied();
    let row = known
        .filter(|&row| metric(row, MotionReversal::CENTRE).is_finite())
        .max_by(|a, b| bursts(a).total_cmp(&bursts(b)))?;
    let centre = metric(row, MotionReversal::CENTRE);
    let family = outcome.family(MotionReversal::REVERSALS_FORTH)?;
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
        burst_latency_ms: Measured::new(curve(MotionReversal::LATENCY_BY_POSITION_FORTH)?),
        burst_rate_hz: Measured::new(curve(MotionReversal::BURST_BY_POSITION_FORTH)?),
        smooth_peak_hz: Some(metric(row, MotionReversal::SMOOTH)),
        error_name: format!("Cell {cell}, first moving {}", config.direction),
        cell_burst_latencies_ms: Vec::new(),
    })
}

/// Rate to the smooth bar on the time of the reversals: 0 is when it passes the cell.
fn smooth(config: &MotionReversal, outcome: &Outcome, row: usize, centre: f64) -> Option<Vec<f64>> {
    let smooth = outcome.family(MotionReversal::SMOOTH_MOTION)?;
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
    let times = &outcome.family(MotionReversal::REVERSALS_FORTH)?.times_ms;
    Some(times.iter().map(at).collect())
}
