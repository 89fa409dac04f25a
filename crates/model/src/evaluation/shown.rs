//! The movie of a partition and the spikes of every trial during it, as a generalised linear model takes them.

use std::ops::Range;
use std::path::Path;

use ganglion_recording::{CellIndex, LoadOptions, Movie, Normalisation, Partition, RecordingFile};

use super::with_full_history;
use crate::error::Error;
use crate::model::Model;
use crate::spike_recording::TrialCounts;

/// What was shown, and the spikes of the model's cells.
pub(super) struct Shown {
    pub(super) movie: Movie,
    pub(super) normalisation: Normalisation,
    pub(super) spikes: TrialCounts,
    /// Frames with a full history, on one side of every gap.
    pub(super) frames: Vec<Range<usize>>,
}

impl Shown {
    /// Reads a partition; spikes are in bins that those of the model are sums of.
    ///
    /// # Errors
    /// If the recording has no such spikes, or cannot be read.
    pub(super) fn load(
        model: &Model,
        bins_per_frame: usize,
        recording: &Path,
        partition: Partition,
    ) -> Result<Self, Error> {
        let file = RecordingFile::open(recording)?;
        let cells = model.description.cells.iter();
        let cells: Vec<CellIndex> = cells.copied().map(CellIndex).collect();
        let spikes = TrialCounts::load(&file, partition, &cells)?;
        if !spikes.bins_per_frame().is_multiple_of(bins_per_frame) {
            return Err(Error::BinsNotRecorded {
                bins: bins_per_frame,
                recorded: spikes.bins_per_frame(),
            });
        }
        let movie = file.load_movie(partition, LoadOptions::MEMORY_LIMIT)?;
        let joins = file.partition(partition)?.joins();
        let history = model.description.movie.history;
        Ok(Self {
            normalisation: model.normalisation_of(&movie)?,
            frames: with_full_history(movie.frames(), &joins, history)?,
            movie,
            spikes,
        })
    }
}
