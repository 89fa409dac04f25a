//! Spikes of single trials in bins finer than a frame.

use serde::Serialize;

use crate::cells::CellIndex;
use crate::container::{Container, Stored};
use crate::session::PartitionInfo;
use crate::{Error, Partition, RecordingFile, SpikeCounts};

/// Most spikes in a bin: counts are held as bytes.
const MOST_SPIKES: f32 = u8::MAX as f32;

/// The group with repeats of a movie that the file does not hold.
const UNKNOWN_MOVIE: &str = "repeated_unknown_movie";

/// Spikes in each of a whole number of bins a frame, of single trials of the chosen cells: `spikes` of a
/// partition, `[cell, bin]` or `[cell, repeat, bin]`.
///
/// Spike times are kept to the length of a bin, `frame period / bins per frame`, and a model may see what a
/// cell did earlier in the same frame. A trial is the same presentation in all cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FineSpikes {
    dataset: String,
    cells: Vec<CellIndex>,
    trials: usize,
    bins: usize,
    bins_per_frame: usize,
    /// `[cell, trial, bin]`
    counts: Vec<u8>,
}

/// What a file says of its fine spikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FineSpikesInfo {
    /// Cells.
    pub cells: usize,
    /// Trials of each cell.
    pub trials: usize,
    /// Bins of a frame.
    pub bins_per_frame: usize,
}

impl FineSpikes {
    /// Spikes in memory; `counts` is `[cell, trial, bin]`.
    ///
    /// # Panics
    /// Where the number of counts is not cells x trials x frames x bins a frame.
    pub fn new(
        cells: Vec<CellIndex>,
        trials: usize,
        frames: usize,
        bins_per_frame: usize,
        counts: Vec<u8>,
    ) -> Self {
        let bins = frames * bins_per_frame;
        assert_eq!(
            counts.len(),
            cells.len() * trials * bins,
            "counts do not fill [cell, trial, bin]"
        );
        Self {
            dataset: "spikes".into(),
            cells,
            trials,
            bins,
            bins_per_frame,
            counts,
        }
    }

    /// Path of the dataset in the file.
    pub fn dataset(&self) -> &str {
        &self.dataset
    }

    /// The cells, in the order of the rows.
    pub fn cells(&self) -> &[CellIndex] {
        &self.cells
    }

    /// Number of trials.
    pub fn trials(&self) -> usize {
        self.trials
    }

    /// Number of bins of a trial: bins a frame for every frame.
    pub fn bins(&self) -> usize {
        self.bins
    }

    /// Bins of a frame.
    pub fn bins_per_frame(&self) -> usize {
        self.bins_per_frame
    }

    /// All bins of one trial of the `row`-th chosen cell (not the cell's own index).
    ///
    /// # Panics
    /// Where there is no such row or trial.
    pub fn trial(&self, row: usize, trial: usize) -> &[u8] {
        assert!(trial < self.trials, "there is no trial {trial}");
        &self.counts[(row * self.trials + trial) * self.bins..][..self.bins]
    }

    /// All counts, `[cell, trial, bin]`.
    pub fn counts(&self) -> &[u8] {
        &self.counts
    }

    /// The same spikes so many frames later; those at the end come to the beginning. As
    /// [`Responses::shifted`](crate::Responses::shifted), trial by trial.
    #[must_use]
    pub fn shifted(mut self, frames: usize) -> Self {
        if self.bins > 0 {
            let bins = frames * self.bins_per_frame % self.bins;
            let trials = self.counts.chunks_exact_mut(self.bins);
            trials.for_each(|trial| trial.rotate_right(bins));
        }
        self
    }

    /// The same spikes in bins of a frame.
    pub fn per_frame(&self) -> SpikeCounts {
        let frames = self.counts.chunks_exact(self.bins_per_frame);
        let sum = |bins: &[u8]| bins.iter().map(|&count| f32::from(count)).sum();
        let (cells, frames) = (self.cells.clone(), frames.map(sum).collect::<Vec<f32>>());
        SpikeCounts::new(cells, self.trials, self.bins / self.bins_per_frame, frames)
            .of_dataset(self.dataset.clone())
    }
}

impl RecordingFile {
    /// Spikes in bins finer than a frame; none where the partition has no dataset `spikes`.
    ///
    /// # Errors
    /// Where the dataset cannot be used, see [`PartitionInfo::unusable`]; where it lacks a cell; where a
    /// value is no whole number up to 255; where reading fails.
    pub fn fine_spikes(
        &self,
        partition: Partition,
        cells: &[CellIndex],
    ) -> Result<Option<FineSpikes>, Error> {
        let info = self.partition(partition)?;
        let name = partition.path("spikes");
        match self.container().has(&name) {
            false => Ok(None),
            true => read(
                self.container(),
                &name,
                Some(info),
                cells,
                self.bins_per_frame(),
            )
            .map(Some),
        }
    }

    /// Spikes in repeats of a movie that the file does not hold, `repeated_unknown_movie/spikes`
    /// `[cell, repeat, bin]`: they tell how trials vary, and how cells vary together, though not what drove
    /// them. None where there are none.
    ///
    /// Their bins are as long as those of the other fine spikes.
    ///
    /// # Errors
    /// As [`fine_spikes`](Self::fine_spikes).
    pub fn repeats_of_unknown_movie(
        &self,
        cells: &[CellIndex],
    ) -> Result<Option<FineSpikes>, Error> {
        let name = format!("{UNKNOWN_MOVIE}/spikes");
        match self.container().has(&name) {
            false => Ok(None),
            true => read(self.container(), &name, None, cells, self.bins_per_frame()).map(Some),
        }
    }

    /// Bins a frame of the first partition that has fine spikes.
    fn bins_per_frame(&self) -> usize {
        let infos = self.partitions().iter().filter_map(|info| info.fine_spikes);
        infos.map(|info| info.bins_per_frame).next().unwrap_or(1)
    }
}

/// Finds `spikes` of a partition of so many frames.
pub(crate) fn find(
    container: &Container,
    partition: Partition,
    frames: usize,
) -> Result<Option<FineSpikesInfo>, Error> {
    let name = partition.path("spikes");
    match container.has(&name) {
        false => Ok(None),
        true => info_of(&container.dataset(&name)?, frames).map(Some),
    }
}

/// Sizes of a dataset that has a whole number of bins in each of so many frames.
fn info_of(stored: &Stored, frames: usize) -> Result<FineSpikesInfo, Error> {
    stored.require(&[2, 3], "[cell, bin] or [cell, repeat, bin]")?;
    let (cells, trials, bins) = extents(stored);
    if bins == 0 || !bins.is_multiple_of(frames) {
        return Err(Error::UnevenBins {
            path: stored.path().to_owned(),
            dataset: stored.name().to_owned(),
            bins,
            frames,
        });
    }
    Ok(FineSpikesInfo {
        cells,
        trials,
        bins_per_frame: bins / frames,
    })
}

/// Cells, trials and bins of a dataset of two or three dimensions.
fn extents(stored: &Stored) -> (usize, usize, usize) {
    match *stored.shape() {
        [cells, trials, bins] => (cells, trials, bins),
        _ => (stored.shape()[0], 1, stored.shape()[1]),
    }
}

/// Reads the chosen cells; `info` is of the partition, where the dataset belongs to one.
fn read(
    container: &Container,
    name: &str,
    info: Option<&PartitionInfo>,
    cells: &[CellIndex],
    bins_per_frame: usize,
) -> Result<FineSpikes, Error> {
    let stored = container.dataset(name)?;
    stored.require(&[2, 3], "[cell, bin] or [cell, repeat, bin]")?;
    let (count, trials, bins) = extents(&stored);
    let bins_per_frame = match info {
        Some(info) => info_of(&stored, info.frames)?.bins_per_frame,
        None => bins_per_frame,
    };
    let mut counts = Vec::with_capacity(cells.len() * trials * bins);
    for &cell in cells {
        if cell.0 >= count {
            return Err(Error::NoSuchCell {
                path: stored.path().to_owned(),
                dataset: stored.name().to_owned(),
                cell: cell.0,
                cells: count,
            });
        }
        let values = stored.rows_f32(cell.0..cell.0 + 1)?;
        counts.extend(values.iter().map(|&value| value as u8));
        refuse_other_than_counts(&stored, cell, &values, bins)?;
    }
    Ok(FineSpikes {
        dataset: stored.name().to_owned(),
        cells: cells.to_vec(),
        trials,
        bins,
        bins_per_frame,
        counts,
    })
}

fn refuse_other_than_counts(
    stored: &Stored,
    cell: CellIndex,
    values: &[f32],
    bins: usize,
) -> Result<(), Error> {
    let counts = |value: &f32| (0.0..=MOST_SPIKES).contains(value) && value.fract() == 0.0;
    let Some(place) = values.iter().position(|value| !counts(value)) else {
        return Ok(());
    };
    Err(Error::BadFineCount {
        path: stored.path().to_owned(),
        dataset: stored.name().to_owned(),
        value: values[place],
        cell,
        trial: place / bins,
        bin: place % bins,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fine_bins_add_up_to_frames() {
        let counts = vec![1, 0, 2, 0, 0, 1, /* trial 2 */ 0, 0, 0, 3, 0, 0];
        let fine = FineSpikes::new(vec![CellIndex(4)], 2, 2, 3, counts);
        let frames = fine.per_frame();
        assert_eq!((frames.trials(), frames.frames()), (2, 2));
        assert_eq!(
            [frames.trial(0, 0), frames.trial(0, 1)],
            [[3.0, 1.0], [0.0, 3.0]]
        );
        assert_eq!(fine.trial(0, 1), [0, 0, 0, 3, 0, 0]);
    }
}
