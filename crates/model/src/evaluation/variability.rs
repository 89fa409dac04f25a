//! How trials vary that a model simulates, beside how those vary that were recorded.

use serde::{Deserialize, Serialize};

use super::simulated_trials::SimulatedTrials;
use crate::metrics::variability::{fano_factor, in_windows, noise_correlation};

/// Lengths of windows that spikes are counted in, ms: as whole numbers of bins.
const WINDOWS_MS: [f64; 2] = [10.0, 50.0];

/// Variability over trials, recorded and simulated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variability {
    /// Trials, as many recorded as simulated.
    pub trials: usize,
    /// Share of simulated bins whose rate was at the highest that is let stand: above 0.001, the model runs away, and
    /// what is simulated is that limit.
    pub capped_share: f64,
    /// In windows of each length, from the shortest on.
    pub windows: Vec<WindowVariability>,
}

/// Variability of counts in windows of one length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowVariability {
    /// Length of a window, ms: the whole number of bins nearest to 10 or 50 ms.
    pub window_ms: f64,
    /// Bins of a window.
    pub bins: usize,
    /// Windows.
    pub windows: usize,
    /// Of each cell.
    pub cells: Vec<CellVariability>,
    /// Of each pair of cells.
    pub pairs: Vec<PairVariability>,
}

/// Fano factors of a cell, see [`fano_factor`](crate::metrics::variability::fano_factor).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellVariability {
    /// The cell, 0-based within the recording.
    pub cell: usize,
    /// Of its recorded trials.
    pub recorded_fano: Option<f64>,
    /// Of its simulated trials.
    pub simulated_fano: Option<f64>,
}

/// Noise correlations of two cells, see [`noise_correlation`](crate::metrics::variability::noise_correlation).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairVariability {
    /// The cells, 0-based within the recording.
    pub cells: [usize; 2],
    /// Of their recorded trials.
    pub recorded: Option<f64>,
    /// Of their simulated trials.
    pub simulated: Option<f64>,
}

impl SimulatedTrials {
    /// How trials vary.
    pub fn variability(&self) -> Variability {
        let bins = WINDOWS_MS.map(|length| (length / self.bin_ms).round().max(1.0) as usize);
        let mut bins = bins.to_vec();
        bins.dedup();
        let windows = bins.into_iter().map(|bins| self.in_windows_of(bins));
        Variability {
            trials: self.trials,
            capped_share: self.stability.capped_share,
            windows: windows.collect(),
        }
    }

    fn in_windows_of(&self, bins: usize) -> WindowVariability {
        let cells = 0..self.cells.len();
        let [recorded, simulated] = [Self::recorded, Self::simulated].map(|counts| {
            let trial = |row, trial| in_windows(counts(self, row, trial), &self.stretches, bins);
            let of = |row| (0..self.trials).map(|one| trial(row, one)).collect();
            cells.clone().map(of).collect::<Vec<Vec<Vec<f64>>>>()
        });
        let of_cell = |row: usize| CellVariability {
            cell: self.cells[row],
            recorded_fano: fano_factor(&recorded[row]),
            simulated_fano: fano_factor(&simulated[row]),
        };
        let of_pair = |(a, b): (usize, usize)| PairVariability {
            cells: [self.cells[a], self.cells[b]],
            recorded: noise_correlation(&recorded[a], &recorded[b]),
            simulated: noise_correlation(&simulated[a], &simulated[b]),
        };
        let pairs = cells.clone().flat_map(|a| (0..a).map(move |b| (b, a)));
        WindowVariability {
            window_ms: bins as f64 * self.bin_ms,
            bins,
            windows: self
                .stretches
                .iter()
                .map(|stretch| stretch.len() / bins)
                .sum(),
            cells: cells.clone().map(of_cell).collect(),
            pairs: pairs.map(of_pair).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two cells, two trials, bins of 5 ms: windows of 10 ms are two bins, those of 50 ms ten.
    #[test]
    fn windows_are_whole_numbers_of_bins() {
        // Cell 0 has one spike in each window of trial 0 and none in trial 1, cell 1 the same.
        let trial = |count: u16| (0..20).map(move |bin| count * u16::from(bin % 2 == 0));
        let cell = || trial(1).chain(trial(0));
        let recorded: Vec<u16> = cell().chain(cell()).collect();
        let found = SimulatedTrials::of_counts(2, 2, 5.0, [recorded, vec![0; 80]]).variability();
        let [short, long] = &found.windows[..] else {
            panic!("{found:?}")
        };
        assert_eq!((short.bins, short.windows, short.window_ms), (2, 10, 10.0));
        assert_eq!((long.bins, long.windows, long.window_ms), (10, 2, 50.0));
        // Counts 1 and 0: variance 1/2, mean 1/2. Counts 5 and 0: variance 25/2, mean 5/2.
        assert_eq!(short.cells[0].recorded_fano, Some(1.0));
        assert_eq!(long.cells[1].recorded_fano, Some(5.0));
        assert_eq!(short.cells[0].simulated_fano, None, "no spikes");
        // All that varies is shared: covariance over trials 1/2, variance of all counts 1/4.
        assert_eq!(short.pairs.len(), 1);
        assert_eq!(
            (short.pairs[0].cells, short.pairs[0].recorded),
            ([0, 1], Some(2.0))
        );
        assert_eq!(short.pairs[0].simulated, None);
    }

    #[test]
    fn bins_as_long_as_both_windows_are_taken_once() {
        let counts = || vec![1; 8];
        let found = SimulatedTrials::of_counts(1, 2, 60.0, [counts(), counts()]).variability();
        let lengths: Vec<f64> = found.windows.iter().map(|one| one.window_ms).collect();
        assert_eq!(lengths, [60.0]);
    }
}
