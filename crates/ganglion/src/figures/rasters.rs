//! Recorded above simulated trials of the same movie.

use ganglion_model::evaluation::{Evaluation, SimulatedTrials};
use ganglion_plot::{CellRasters, RasterFigure};

use super::psth::chosen;

/// Most trials that are drawn of each kind.
const MOST_TRIALS: usize = 20;
/// Longest stretch of time in which single spikes can be told apart in a column, seconds.
const WINDOW_S: f64 = 3.0;

/// The best, the median and the worst cell, as in the figure of their rates.
pub fn rasters(evaluation: &Evaluation, trials: &SimulatedTrials) -> RasterFigure {
    let cells = chosen(evaluation).into_iter();
    let start = trials.first_frame as f64 * frame_s(trials);
    let bins = trials.recorded(0, 0).len();
    let end = start + bins as f64 * trials.bin_ms * 1e-3;
    RasterFigure {
        cells: cells.map(|(title, row)| cell(evaluation, trials, title, row)).collect(),
        window_s: (start, end.min(start + WINDOW_S)),
    }
}

fn frame_s(trials: &SimulatedTrials) -> f64 {
    trials.bin_ms * trials.bins_per_frame as f64 * 1e-3
}

fn cell(
    evaluation: &Evaluation,
    trials: &SimulatedTrials,
    title: &str,
    row: usize,
) -> CellRasters {
    let shown = 0..trials.trials.min(MOST_TRIALS);
    let times = |counts: &[u16]| spike_times(counts, trials);
    let [recorded_hz, simulated_hz] =
        [SimulatedTrials::recorded, SimulatedTrials::simulated].map(|of| {
            rates(trials, |trial| of(trials, row, trial))
        });
    let cell = trials.cells[row];
    let mut headline = format!("Cell {cell}");
    if !title.is_empty() {
        headline += &format!(" · {title}");
    }
    if let Some(pearson) = evaluation.cells[row].pearson {
        headline += &format!(" · r = {pearson:.2}").replace('-', "−");
    }
    let frames = (0..recorded_hz.len()).map(|frame| (trials.first_frame + frame) as f64 + 0.5);
    CellRasters {
        title: headline,
        cell,
        recorded: shown.clone().map(|trial| times(trials.recorded(row, trial))).collect(),
        simulated: shown.map(|trial| times(trials.simulated(row, trial))).collect(),
        time_s: frames.map(|frame| frame * frame_s(trials)).collect(),
        recorded_hz,
        simulated_hz,
    }
}

/// The middle of every bin with a spike.
fn spike_times(counts: &[u16], trials: &SimulatedTrials) -> Vec<f64> {
    let first = trials.first_frame * trials.bins_per_frame;
    let bins = (first..).zip(counts).filter(|(_, count)| **count > 0);
    bins.map(|(bin, _)| (bin as f64 + 0.5) * trials.bin_ms * 1e-3).collect()
}

/// Mean rate of each frame over all trials, Hz.
fn rates<'a>(trials: &SimulatedTrials, counts: impl Fn(usize) -> &'a [u16]) -> Vec<f64> {
    let per_frame = trials.bins_per_frame;
    let mut sums = vec![0.0; counts(0).len() / per_frame];
    for trial in 0..trials.trials {
        let frames = counts(trial).chunks_exact(per_frame);
        let frames = frames.map(|bins| bins.iter().map(|&count| f64::from(count)).sum::<f64>());
        sums.iter_mut().zip(frames).for_each(|(sum, spikes)| *sum += spikes);
    }
    let scale = 1.0 / (trials.trials as f64 * frame_s(trials));
    sums.into_iter().map(|sum| sum * scale).collect()
}
