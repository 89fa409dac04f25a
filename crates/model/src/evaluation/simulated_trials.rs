//! Trials that a generalised linear model simulates, beside those that were recorded during the same movie.

use std::ops::Range;
use std::path::Path;

use ganglion_glm::Stability;
use ganglion_recording::Partition;

use super::shown::Shown;
use super::without;
use crate::error::Error;
use crate::free_running;
use crate::model::Model;
use crate::spike_recording::TrialCounts;

/// Spikes of recorded trials of a movie, and of as many simulated ones.
#[derive(Clone, Debug)]
pub struct SimulatedTrials {
    /// The cells, 0-based within the recording.
    pub cells: Vec<usize>,
    /// Trials of each kind.
    pub trials: usize,
    /// Frame of the recording that the first bin begins with: the first one with a full history.
    pub first_frame: usize,
    /// Bins of a frame.
    pub bins_per_frame: usize,
    /// Length of a bin, ms.
    pub bin_ms: f64,
    /// Stretches of bins that every recorded trial holds, and that have a full history on one side of every gap.
    pub stretches: Vec<Range<usize>>,
    /// Whether the simulated cells are stable.
    pub stability: Stability,
    /// Bins of a trial.
    bins: usize,
    /// `[cell][trial][bin]`; 0 where nothing was recorded.
    recorded: Vec<u16>,
    /// `[cell][trial][bin]`
    simulated: Vec<u16>,
}

impl SimulatedTrials {
    /// Recorded counts of the `row`-th cell in a trial.
    pub fn recorded(&self, row: usize, trial: usize) -> &[u16] {
        self.of(&self.recorded, row, trial)
    }

    /// Simulated counts of the `row`-th cell in a trial.
    pub fn simulated(&self, row: usize, trial: usize) -> &[u16] {
        self.of(&self.simulated, row, trial)
    }

    fn of<'a>(&self, counts: &'a [u16], row: usize, trial: usize) -> &'a [u16] {
        &counts[(row * self.trials + trial) * self.bins..][..self.bins]
    }

    /// Trials as they would be recorded and simulated, to test what is made of them: `[cell][trial][bin]`.
    #[cfg(test)]
    pub(super) fn of_counts(
        cells: usize,
        trials: usize,
        bin_ms: f64,
        [recorded, simulated]: [Vec<u16>; 2],
    ) -> Self {
        let bins = recorded.len() / (cells * trials);
        Self {
            cells: (0..cells).collect(),
            trials,
            first_frame: 0,
            bins_per_frame: 1,
            bin_ms,
            stretches: std::iter::once(0..bins).collect(),
            stability: Stability {
                spectral_radius: 0.0,
                capped: 0,
                capped_share: 0.0,
                capped_repeats: 0,
                diverged: false,
            },
            bins,
            recorded,
            simulated,
        }
    }
}

impl Model {
    /// Recorded trials of a partition, and as many that are simulated for its movie, each with its own spikes; none
    /// for networks that know no spikes, and where there are fewer than two trials.
    ///
    /// # Errors
    /// If the recording has no spikes in bins that the model's are sums of, or cannot be read.
    pub fn simulated_trials(
        &self,
        recording: &Path,
        partition: Partition,
    ) -> Result<Option<SimulatedTrials>, Error> {
        let Some(fit) = self.fit() else {
            return Ok(None);
        };
        let per_frame = fit.bins_per_frame;
        let shown = Shown::load(self, per_frame, recording, partition)?;
        let trials = shown.spikes.trials();
        if trials < 2 {
            return Ok(None);
        }
        let frames = self.description.movie.history..shown.movie.frames();
        let presented = (&shown.movie, &shown.normalisation);
        let simulated = free_running::spikes(&fit, trials, presented, frames.clone())?;
        let cells = 0..self.description.cells.len();
        let of_cell = |row: usize| (0..trials).map(move |trial| (row, trial));
        let recorded = cells.flat_map(of_cell).flat_map(|(row, trial)| {
            let first = frames.start * per_frame;
            shown.spikes.bins_from(row, trial, first, per_frame)
        });
        Ok(Some(SimulatedTrials {
            cells: self.description.cells.clone(),
            trials,
            first_frame: frames.start,
            bins_per_frame: per_frame,
            bin_ms: self.description.frame_period_ms / per_frame as f64,
            stretches: stretches(&shown, frames.start, per_frame),
            stability: simulated.stability,
            bins: frames.len() * per_frame,
            recorded: recorded.collect(),
            simulated: simulated.counts.into_iter().map(u16::from).collect(),
        }))
    }
}

/// Stretches of bins, from those of frame `first` on, that every trial holds.
fn stretches(shown: &Shown, first: usize, per_frame: usize) -> Vec<Range<usize>> {
    let missing = missing_of(&shown.spikes);
    let held = shown
        .frames
        .iter()
        .cloned()
        .flat_map(|frames| without(frames, &missing));
    held.map(|frames| (frames.start - first) * per_frame..(frames.end - first) * per_frame)
        .collect()
}

/// Frames that any trial lacks, in order.
fn missing_of(spikes: &TrialCounts) -> Vec<usize> {
    let mut missing: Vec<usize> = (0..spikes.trials())
        .flat_map(|trial| {
            let held = spikes.missing(trial).into_iter().enumerate();
            held.filter_map(|(frame, missing)| missing.then_some(frame))
                .collect::<Vec<_>>()
        })
        .collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}
