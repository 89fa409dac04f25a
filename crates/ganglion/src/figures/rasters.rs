//! Recorded above simulated trials of the same movie.

use ganglion_model::evaluation::{Evaluation, SimulatedTrials};
use ganglion_plot::{CellRasters, RasterFigure};

use super::psth::chosen;
use crate::agreement::ran_away;

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
        cells: cells
            .map(|(title, row)| cell(evaluation, trials, title, row))
            .collect(),
        window_s: (start, end.min(start + WINDOW_S)),
        title: match trials.stability.diverged {
            true => format!("Warning: {}", ran_away(&trials.stability)),
            false => String::new(),
        },
    }
}

fn frame_s(trials: &SimulatedTrials) -> f64 {
    trials.bin_ms * trials.bins_per_frame as f64 * 1e-3
}

fn cell(evaluation: &Evaluation, trials: &SimulatedTrials, title: &str, row: usize) -> CellRasters {
    let shown = 0..trials.trials.min(MOST_TRIALS);
    let first = trials.first_frame * trials.bins_per_frame;
    let times = |counts: &[u16]| spike_times(counts, first, trials.bin_ms * 1e-3);
    let [recorded_hz, simulated_hz] =
        [SimulatedTrials::recorded, SimulatedTrials::simulated].map(|of| {
            let all: Vec<&[u16]> = (0..trials.trials)
                .map(|trial| of(trials, row, trial))
                .collect();
            rates(&all, trials.bins_per_frame, frame_s(trials))
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
        recorded: shown
            .clone()
            .map(|trial| times(trials.recorded(row, trial)))
            .collect(),
        simulated: shown
            .map(|trial| times(trials.simulated(row, trial)))
            .collect(),
        time_s: frames.map(|frame| frame * frame_s(trials)).collect(),
        recorded_hz,
        simulated_hz,
    }
}

/// The middle of every bin with a spike, of bins from `first` on.
fn spike_times(counts: &[u16], first: usize, bin_s: f64) -> Vec<f64> {
    let bins = (first..).zip(counts).filter(|(_, count)| **count > 0);
    bins.map(|(bin, _)| (bin as f64 + 0.5) * bin_s).collect()
}

/// Mean rate of each frame over trials, Hz.
fn rates(trials: &[&[u16]], bins_per_frame: usize, frame_s: f64) -> Vec<f64> {
    let frames = trials
        .first()
        .map_or(0, |trial| trial.len() / bins_per_frame);
    let of_frame = |frame: usize| {
        let own = |trial: &&[u16]| -> u32 {
            let bins = &trial[frame * bins_per_frame..][..bins_per_frame];
            bins.iter().map(|&count| u32::from(count)).sum()
        };
        trials.iter().map(own).sum::<u32>()
    };
    let scale = 1.0 / (trials.len() as f64 * frame_s);
    (0..frames)
        .map(|frame| f64::from(of_frame(frame)) * scale)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_is_in_the_middle_of_its_bin() {
        assert_eq!(spike_times(&[0, 2, 0, 1], 4, 0.5), [2.75, 3.75]);
    }

    /// Two frames of two bins, 0.5 s: 4 and 1 spikes in two trials.
    #[test]
    fn rates_are_spikes_of_a_frame_over_trials_and_time() {
        let trials: [&[u16]; 2] = [&[1, 2, 0, 0], &[0, 1, 1, 0]];
        assert_eq!(rates(&trials, 2, 0.5), [4.0, 1.0]);
    }
}
