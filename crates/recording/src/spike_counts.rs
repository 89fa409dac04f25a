//! Spikes of single trials.

use crate::cells::{CellIndex, CellSelection};
use crate::repeats::{self, StoredTrials};
use crate::responses::{self, Responses};
use crate::session::PartitionInfo;
use crate::{Error, LoadOptions, Milliseconds, Partition, RecordingFile};

/// Spikes in each bin of single trials of the chosen cells: whole numbers, NaN where a trial was not
/// recorded. A trial is the same presentation in all cells, in the order of the file; a cell with fewer
/// trials than others was not recorded in the last ones.
#[derive(Clone, Debug, PartialEq)]
pub struct SpikeCounts {
    dataset: String,
    cells: Vec<CellIndex>,
    trials: usize,
    frames: usize,
    /// `[cell, trial, frame]`
    values: Vec<f32>,
}

impl SpikeCounts {
    /// The dataset of a partition that counts spikes, added up over repeats.
    pub const BINNED: &str = "response/binned";

    /// Counts in memory; `values` is `[cell, trial, frame]`.
    ///
    /// # Panics
    /// Where the number of values is not cells x trials x frames.
    pub fn new(cells: Vec<CellIndex>, trials: usize, frames: usize, values: Vec<f32>) -> Self {
        assert_eq!(
            values.len(),
            cells.len() * trials * frames,
            "values do not fill [cell, trial, frame]"
        );
        Self {
            dataset: "spikes".into(),
            cells,
            trials,
            frames,
            values,
        }
    }

    /// Path of the dataset, or of the group of datasets, in the file.
    pub fn dataset(&self) -> &str {
        &self.dataset
    }

    /// The cells, in the order of the rows.
    pub fn cells(&self) -> &[CellIndex] {
        &self.cells
    }

    /// Number of trials: the most that any cell has.
    pub fn trials(&self) -> usize {
        self.trials
    }

    /// Number of bins, equal to the frames of the movie.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// All bins of one trial of the `row`-th chosen cell (not the cell's own index).
    ///
    /// # Panics
    /// Where there is no such row or trial.
    pub fn trial(&self, row: usize, trial: usize) -> &[f32] {
        assert!(trial < self.trials, "there is no trial {trial}");
        &self.values[(row * self.trials + trial) * self.frames..][..self.frames]
    }

    /// Number of trials that hold a bin of the `row`-th chosen cell.
    ///
    /// # Panics
    /// Where there is no such row or bin.
    pub fn recorded(&self, row: usize, bin: usize) -> usize {
        self.held(row, bin).count()
    }

    /// What the trials hold in a bin of the `row`-th chosen cell.
    fn held(&self, row: usize, bin: usize) -> impl Iterator<Item = f32> + '_ {
        let trials = (0..self.trials).map(move |trial| self.trial(row, trial)[bin]);
        trials.filter(|count| !count.is_nan())
    }

    /// Mean rates over the trials that hold a bin, Hz, for bins of this length; 0 where none does.
    /// Nothing is smoothed.
    pub fn mean_rates(&self, bin: Milliseconds) -> Responses {
        let rate = |row: usize, frame: usize| {
            let (mut spikes, mut trials) = (0.0, 0.0_f64);
            for count in self.held(row, frame) {
                spikes += f64::from(count);
                trials += 1.0;
            }
            match trials {
                0.0 => 0.0,
                trials => (spikes / (trials * bin.seconds())) as f32,
            }
        };
        let rows = 0..self.cells.len();
        let values = rows.flat_map(|row| (0..self.frames).map(move |frame| rate(row, frame)));
        Responses::new(self.cells.clone(), self.frames, values.collect())
            .of_dataset(self.dataset.clone())
    }

    /// The same spikes so many bins later, as [`Responses::shifted`].
    #[must_use]
    pub fn shifted(mut self, bins: usize) -> Self {
        if self.frames > 0 {
            let bins = bins % self.frames;
            let trials = self.values.chunks_exact_mut(self.frames);
            trials.for_each(|trial| trial.rotate_right(bins));
        }
        self
    }

    /// The first value that counts no spikes: `(row, trial, bin)`.
    fn first_bad(&self) -> Option<(usize, usize, usize)> {
        let counts = |value: &f32| value.is_nan() || (*value >= 0.0 && value.fract() == 0.0);
        let place = self.values.iter().position(|value| !counts(value))?;
        let (trial, bin) = (place / self.frames, place % self.frames);
        Some((trial / self.trials, trial % self.trials, bin))
    }
}

impl RecordingFile {
    /// Spikes of single trials: those of `repeats` where there are any, else those of `spikes`, added up
    /// over the bins of a frame, else `response/binned` as one trial.
    ///
    /// # Errors
    /// Where there are no spike counts, or none of one of the cells; where trials are longer than the
    /// movie; where a value is no whole number; where reading fails.
    pub fn spike_counts(
        &self,
        partition: Partition,
        cells: &[CellIndex],
    ) -> Result<SpikeCounts, Error> {
        let info = self.partition(partition)?;
        let counts = match repeats::stored(self.container(), info, cells, |name| {
            !repeats::is_rate(name)
        })? {
            Some(stored) => self.of_repeats(info, cells, stored)?,
            None => match self.fine_spikes(partition, cells)? {
                Some(fine) => fine.per_frame(),
                None => self.of_one_trial(info, cells)?,
            },
        };
        match counts.first_bad() {
            None => Ok(counts),
            Some((row, trial, bin)) => Err(Error::BadCount {
                path: self.path().to_owned(),
                value: counts.trial(row, trial)[bin],
                dataset: counts.dataset,
                cell: cells[row],
                trial,
                bin,
            }),
        }
    }

    /// Trials of one bin a frame, without those in which no cell was recorded; those that a cell lacks
    /// hold nothing.
    fn of_repeats(
        &self,
        info: &PartitionInfo,
        cells: &[CellIndex],
        stored: Vec<Option<StoredTrials>>,
    ) -> Result<SpikeCounts, Error> {
        let without = cells.iter().zip(&stored).filter(|(_, own)| own.is_none());
        let without: Vec<usize> = without.map(|(cell, _)| cell.0).collect();
        if !without.is_empty() {
            return Err(Error::NoTrials {
                path: self.path().to_owned(),
                partition: info.partition,
                cells: without,
            });
        }
        let mut of_cells = Vec::with_capacity(cells.len());
        for own in stored.into_iter().flatten() {
            let longer = own.rows.iter().find(|row| row.len() > info.frames);
            if let Some(row) = longer {
                return Err(Error::LengthMismatch {
                    path: self.path().to_owned(),
                    dataset: own.dataset,
                    found: row.len(),
                    frames: info.frames,
                });
            }
            of_cells.push(own.rows);
        }
        let given = of_cells.iter().map(Vec::len).max().unwrap_or(0);
        for rows in &mut of_cells {
            rows.resize(given, Vec::new());
            let rows = rows.iter_mut();
            // What a shorter trial lacks was not recorded.
            rows.for_each(|row| row.resize(info.frames, f32::NAN));
        }
        let is_held = |rows: &Vec<Vec<f32>>, trial: usize| rows[trial].iter().any(|c| !c.is_nan());
        let held = (0..given).filter(|&trial| of_cells.iter().any(|rows| is_held(rows, trial)));
        let held: Vec<usize> = held.collect();
        let of_cell = |rows: &Vec<Vec<f32>>| -> Vec<f32> {
            held.iter()
                .flat_map(|&trial| rows[trial].iter().copied())
                .collect()
        };
        let values = of_cells.iter().flat_map(of_cell).collect();
        let counts = SpikeCounts::new(cells.to_vec(), held.len(), info.frames, values);
        Ok(counts.of_dataset(info.partition.path("repeats")))
    }

    fn of_one_trial(
        &self,
        info: &PartitionInfo,
        cells: &[CellIndex],
    ) -> Result<SpikeCounts, Error> {
        let (_, name) = SpikeCounts::BINNED.split_once('/').expect("group and name");
        if !info.responses.iter().any(|response| response == name) {
            return Err(Error::NoSpikeCounts {
                path: self.path().to_owned(),
                partition: info.partition,
            });
        }
        let list = CellSelection::List(cells.iter().map(|cell| cell.0).collect());
        let options = LoadOptions {
            allow_missing: true,
            ..LoadOptions::training(list, name)
        };
        let binned = responses::load(self.container(), info, &options)?;
        let values = binned.values().to_vec();
        let counts = SpikeCounts::new(cells.to_vec(), 1, info.frames, values);
        Ok(counts.of_dataset(binned.dataset().to_owned()))
    }
}

impl SpikeCounts {
    pub(crate) fn of_dataset(self, dataset: String) -> Self {
        Self { dataset, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two cells, three trials, two bins.
    fn counts() -> SpikeCounts {
        let none = f32::NAN;
        let values = vec![
            1.0, 0.0, 2.0, none, 0.0, none, // cell 4
            none, 3.0, none, 1.0, none, none, // cell 2
        ];
        SpikeCounts::new(vec![CellIndex(4), CellIndex(2)], 3, 2, values)
    }

    #[test]
    fn rates_are_means_over_the_trials_that_hold_a_bin() {
        let counts = counts();
        let rates = counts.mean_rates(Milliseconds(20.0));
        // Spikes over trials over 0.02 s; nothing at all in the first bin of the second cell.
        assert_eq!(
            rates.values(),
            [3.0 / 3.0 * 50.0, 0.0, 0.0, 4.0 / 2.0 * 50.0]
        );
        assert_eq!(rates.cells(), counts.cells());
        let held = |row, bin| counts.recorded(row, bin);
        assert_eq!(
            [held(0, 0), held(0, 1), held(1, 0), held(1, 1)],
            [3, 1, 0, 2]
        );
    }

    #[test]
    fn every_trial_is_shifted_by_itself() {
        let shifted = counts().shifted(3);
        assert_eq!(shifted.trial(0, 0), [0.0, 1.0]);
        assert!(shifted.trial(0, 1)[0].is_nan() && shifted.trial(0, 1)[1] == 2.0);
    }

    #[test]
    fn a_part_of_a_spike_is_none() {
        let mut counts = counts();
        assert_eq!(counts.first_bad(), None);
        counts.values[9] = 0.5;
        assert_eq!(counts.first_bad(), Some((1, 1, 1)));
        counts.values[2] = -1.0;
        assert_eq!(counts.first_bad(), Some((0, 1, 0)));
        counts.values[2] = f32::INFINITY;
        assert_eq!(counts.first_bad(), Some((0, 1, 0)));
    }
}
