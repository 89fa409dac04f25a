//! A loaded recording: what training and evaluation work on.

use std::path::{Path, PathBuf};

use crate::cells::CellSelection;
use crate::movie::{self, Movie};
use crate::repeats::{self, Repeats};
use crate::responses::{self, Responses};
use crate::{Attributes, Error, FramePeriod, Microns, Partition, RecordingFile, SpikeCounts};

/// What to load of a partition.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadOptions {
    /// Which cells.
    pub cells: CellSelection,
    /// Which dataset of the group `response`, such as `firing_rate_10ms`.
    pub response: String,
    /// Accept cells that never fire. Their correlation is undefined and nothing can be learned
    /// for them, but a trained model may be evaluated on a partition in which a cell is silent.
    pub allow_silent: bool,
    /// Accept bins that hold nothing (NaN), of one cell or all.
    pub allow_missing: bool,
    /// Load single trials, where there are any.
    pub repeats: bool,
    /// Largest movie, in bytes as `f32`, held in memory; a larger one is read from the disk as
    /// needed. Byte movies are always held.
    pub memory_limit: usize,
}

impl LoadOptions {
    /// 512 MiB: 14 minutes of 50x50 pixels at 100 Hz as `f32`.
    pub const MEMORY_LIMIT: usize = 512 << 20;

    /// For training: silent cells are refused, single trials are not loaded.
    pub fn training(cells: CellSelection, response: impl Into<String>) -> Self {
        Self {
            cells,
            response: response.into(),
            allow_silent: false,
            allow_missing: false,
            repeats: false,
            memory_limit: Self::MEMORY_LIMIT,
        }
    }

    /// For evaluation: silent cells are accepted, single trials are loaded.
    pub fn evaluation(cells: CellSelection, response: impl Into<String>) -> Self {
        Self {
            allow_silent: true,
            repeats: true,
            ..Self::training(cells, response)
        }
    }
}

/// One partition of a session file, loaded and checked.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The file.
    pub path: PathBuf,
    /// Which partition.
    pub partition: Partition,
    /// What was shown.
    pub movie: Movie,
    /// What the chosen cells answered, one bin a movie frame.
    pub responses: Responses,
    /// Single trials of the chosen cells, where asked for and there.
    pub repeats: Option<Repeats>,
    /// Time from one frame to the next.
    pub frame_period: FramePeriod,
    /// Bins before which the clock jumped or a block begins, see [`PartitionInfo::joins`]: no window of frames
    /// may span such a place.
    ///
    /// [`PartitionInfo::joins`]: crate::PartitionInfo::joins
    pub gaps: Vec<usize>,
    /// Side of a pixel on the retina, where the file says.
    pub microns_per_pixel: Option<Microns>,
    /// Attributes of the file.
    pub attributes: Attributes,
}

impl Recording {
    /// Opens a file and loads a partition of it.
    ///
    /// # Errors
    /// Those of [`RecordingFile::open`], and of [`RecordingFile::load`].
    pub fn load(
        path: impl AsRef<Path>,
        partition: Partition,
        options: &LoadOptions,
    ) -> Result<Self, Error> {
        RecordingFile::open(path)?.load(partition, options)
    }

    /// SHA-256 of the whole file, see [`sha256_of`](crate::sha256_of), without the files that its
    /// links lead to, see [`RecordingFile::linked_files`].
    ///
    /// # Errors
    /// Where the file can no longer be read.
    pub fn sha256(&self) -> Result<String, Error> {
        crate::sha256_of(&self.path)
    }
}

impl RecordingFile {
    /// Loads a partition. Responses are checked first, so that a mistake in them is reported
    /// before a long movie is read.
    ///
    /// # Errors
    /// Where the partition, the response dataset or a cell does not exist, a rate is not finite
    /// or negative, a chosen cell never fires (unless allowed), a pixel is not finite, or reading
    /// fails.
    pub fn load(&self, partition: Partition, options: &LoadOptions) -> Result<Recording, Error> {
        let container = self.container();
        let info = self.partition(partition)?;
        let responses = responses::load(container, info, options)?;
        if !options.allow_silent {
            responses::refuse_silent(container, &responses)?;
        }
        let repeats = match options.repeats {
            true => repeats::load(container, info, responses.cells())?,
            false => None,
        };
        Ok(Recording {
            path: self.path().to_owned(),
            partition,
            movie: self.load_movie(partition, options.memory_limit)?,
            responses,
            repeats,
            frame_period: self.frame_period(),
            gaps: info.joins(),
            microns_per_pixel: self.microns_per_pixel(),
            attributes: self.attributes().clone(),
        })
    }

    /// The same with responses in Hz: spike counts, `response/binned`, become mean rates over the trials that
    /// they are the sum of, those in `repeats`, or one.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_in_hertz(
        &self,
        partition: Partition,
        options: &LoadOptions,
    ) -> Result<Recording, Error> {
        let mut recording = self.load(partition, options)?;
        let info = self.partition(partition)?;
        let period = self.frame_period().period;
        if SpikeCounts::BINNED == format!("response/{}", options.response) {
            let trials =
                repeats::trials_of_cells(self.container(), info, recording.responses.cells())?;
            recording.responses = recording.responses.counts_in_hertz(&trials, period);
        }
        Ok(recording)
    }

    /// Loads the movie of a partition alone; a float movie of more than `memory_limit` bytes
    /// stays on the disk.
    ///
    /// # Errors
    /// Where the partition does not exist, a pixel is not finite, or reading fails.
    pub fn load_movie(&self, partition: Partition, memory_limit: usize) -> Result<Movie, Error> {
        self.partition(partition)?;
        movie::load(self.container(), &partition.path("stimulus"), memory_limit)
    }
}
