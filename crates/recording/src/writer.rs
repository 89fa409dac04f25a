//! Writing session files.

mod assemble;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::atomic::folder_of;
use crate::attributes::Attribute;
use crate::{
    Attributes, CellIndex, Error, FineSpikes, Interneurons, Microns, Milliseconds, MovieShape,
    Partition, PixelType,
};

/// What a [`SessionWriter`] needs to know at the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SessionOptions {
    /// Time from one frame to the next; written as `frame_period_s` and as `time`.
    pub frame_period: Milliseconds,
    /// Side of a pixel on the retina; written as `microns_per_pixel`.
    pub microns_per_pixel: Option<Microns>,
    /// Replace a file that is there.
    pub overwrite: bool,
}

/// Writes a recording in the session layout, see [`session`](crate::session).
///
/// Movies are appended piece by piece and pass through an unnamed temporary file in the same
/// folder, so memory use does not depend on their length (the disk needs room for them twice
/// until the end). The file gets its name only when complete: an error, or dropping the writer,
/// leaves nothing behind.
///
/// ```
/// use ganglion_recording::*;
///
/// # fn main() -> Result<(), Error> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("flicker.h5");
/// let options = SessionOptions {
///     frame_period: Milliseconds(10.0),
///     microns_per_pixel: Some(Microns(50.0)),
///     overwrite: false,
/// };
/// let mut writer = SessionWriter::create(&path, options)?;
/// writer.attribute("stimulus_class", "full-field flicker");
/// writer.begin_movie(Partition::Train, 1, 1, PixelType::U8)?;
/// for _second in 0..2 {
///     writer.append_u8(Partition::Train, &[128; 100])?;
/// }
/// writer.responses(Partition::Train, "firing_rate_10ms", 1, vec![5.0; 200])?;
/// writer.finish()?;
///
/// assert_eq!(RecordingFile::open(&path)?.partition(Partition::Train)?.frames, 200);
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct SessionWriter {
    path: PathBuf,
    options: SessionOptions,
    attributes: Attributes,
    parts: BTreeMap<Partition, PartitionSoFar>,
}

/// What was given so far for one partition.
#[derive(Debug)]
struct PartitionSoFar {
    shape: MovieShape,
    pixel: PixelType,
    /// The movie's bytes, in the order of the file.
    spool: File,
    responses: BTreeMap<String, FrameRows>,
    repeats: BTreeMap<String, FrameRows>,
    interneurons: Option<Interneurons>,
    fine_spikes: Option<FineSpikes>,
    /// Frames at which blocks begin.
    block_starts: Vec<usize>,
    /// When each frame begins, seconds; none where one follows the other.
    times: Option<Vec<f64>>,
}

/// Rows of one value a frame.
#[derive(Debug)]
struct FrameRows {
    rows: usize,
    values: Vec<f32>,
}

impl SessionWriter {
    /// Starts a file. Nothing appears at `path` before [`finish`](Self::finish).
    ///
    /// # Errors
    /// [`Error::Exists`] where the file exists and overwriting is not allowed.
    pub fn create(path: impl AsRef<Path>, options: SessionOptions) -> Result<Self, Error> {
        let path = path.as_ref().to_owned();
        if path.exists() && !options.overwrite {
            return Err(Error::Exists { path });
        }
        Ok(Self {
            path,
            options,
            attributes: Attributes::new(),
            parts: BTreeMap::new(),
        })
    }

    /// Adds an attribute of the file.
    pub fn attribute(&mut self, name: &str, value: impl Into<Attribute>) {
        self.attributes.insert(name.to_owned(), value.into());
    }

    /// Starts the movie of a partition; frames follow by [`append_u8`](Self::append_u8) or
    /// [`append_f32`](Self::append_f32), as `pixel` says.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where it was started before or has no pixels; [`Error::Write`]
    /// where the folder cannot be written.
    pub fn begin_movie(
        &mut self,
        partition: Partition,
        height: usize,
        width: usize,
        pixel: PixelType,
    ) -> Result<(), Error> {
        if self.parts.contains_key(&partition) {
            return Err(self.problem(format!("the {partition} movie was started twice")));
        }
        if height * width == 0 {
            return Err(self.problem(format!("the {partition} movie has no pixels")));
        }
        let spool = tempfile::tempfile_in(folder_of(&self.path));
        let spool = spool.map_err(|error| Error::writing(&self.path, error))?;
        let shape = MovieShape {
            frames: 0,
            height,
            width,
        };
        let (responses, repeats) = (BTreeMap::new(), BTreeMap::new());
        self.parts.insert(
            partition,
            PartitionSoFar {
                shape,
                pixel,
                spool,
                responses,
                repeats,
                interneurons: None,
                fine_spikes: None,
                block_starts: Vec::new(),
                times: None,
            },
        );
        Ok(())
    }

    /// Appends whole frames `[frame, y, x]` to a movie of bytes.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where the movie was not started, is not of bytes, or the pixels do
    /// not fill whole frames; [`Error::Write`] where the disk is full.
    pub fn append_u8(&mut self, partition: Partition, pixels: &[u8]) -> Result<(), Error> {
        self.append(partition, PixelType::U8, pixels.len(), |spool| {
            spool.write_all(pixels)
        })
    }

    /// Appends whole frames `[frame, y, x]` to a movie of floats.
    ///
    /// # Errors
    /// As [`append_u8`](Self::append_u8).
    pub fn append_f32(&mut self, partition: Partition, pixels: &[f32]) -> Result<(), Error> {
        self.append(partition, PixelType::F32, pixels.len(), |spool| {
            pixels.chunks(1 << 16).try_for_each(|piece| {
                let bytes: Vec<u8> = piece.iter().flat_map(|value| value.to_le_bytes()).collect();
                spool.write_all(&bytes)
            })
        })
    }

    fn append(
        &mut self,
        partition: Partition,
        pixel: PixelType,
        pixels: usize,
        write: impl FnOnce(&mut File) -> std::io::Result<()>,
    ) -> Result<(), Error> {
        let part = self.part(partition)?;
        if part.pixel != pixel {
            let problem = format!("{pixel:?} pixels appended to a {:?} movie", part.pixel);
            return Err(self.problem(problem));
        }
        if !pixels.is_multiple_of(part.shape.pixels()) {
            let problem = format!("{pixels} pixels are no whole number of frames");
            return Err(self.problem(problem));
        }
        write(&mut part.spool).map_err(|error| Error::writing(&self.path, error))?;
        // Looked up again, for the error above needs the path.
        let part = self.part(partition)?;
        part.shape.frames += pixels / part.shape.pixels();
        Ok(())
    }

    /// Gives responses `[cell, frame]`: `response/<name>` of a partition. May come before the
    /// movie is complete.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where the movie was not started or the values do not fill cells.
    pub fn responses(
        &mut self,
        partition: Partition,
        name: &str,
        cells: usize,
        values: Vec<f32>,
    ) -> Result<(), Error> {
        let rows = self.rows(name, cells, values)?;
        self.part(partition)?
            .responses
            .insert(name.to_owned(), rows);
        Ok(())
    }

    /// Gives the single trials `[repeat, frame]` of a cell: `repeats/cellNN` of a partition.
    ///
    /// # Errors
    /// As [`responses`](Self::responses).
    pub fn repeats(
        &mut self,
        partition: Partition,
        cell: CellIndex,
        repeats: usize,
        values: Vec<f32>,
    ) -> Result<(), Error> {
        let name = cell.dataset_name();
        let rows = self.rows(&name, repeats, values)?;
        self.part(partition)?.repeats.insert(name, rows);
        Ok(())
    }

    /// Gives the potentials of interneurons: the group `interneurons` of a partition. May come before the
    /// movie is complete.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where the movie was not started or there is no interneuron.
    pub fn interneurons(
        &mut self,
        partition: Partition,
        interneurons: Interneurons,
    ) -> Result<(), Error> {
        if interneurons.units().is_empty() {
            return Err(self.problem(format!("no interneuron for {partition}: give one, or none")));
        }
        self.part(partition)?.interneurons = Some(interneurons);
        Ok(())
    }

    /// Gives spikes in bins finer than a frame: `spikes` of a partition, `[cell, bin]` of one trial, else
    /// `[cell, repeat, bin]`. May come before the movie is complete.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where the movie was not started.
    pub fn fine_spikes(&mut self, partition: Partition, spikes: FineSpikes) -> Result<(), Error> {
        self.part(partition)?.fine_spikes = Some(spikes);
        Ok(())
    }

    /// Gives the frames at which a block begins that does not follow what is before it: `block_starts` of a
    /// partition. No window of frames is taken across one.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where the movie was not started.
    pub fn block_starts(&mut self, partition: Partition, starts: Vec<usize>) -> Result<(), Error> {
        self.part(partition)?.block_starts = starts;
        Ok(())
    }

    /// Gives the time of each frame in seconds, for a movie that was joined from pieces: `time` of
    /// a partition. Where the time jumps, no window of frames is taken. Without it, frames follow
    /// each other from 0 on.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where the movie was not started.
    pub fn times(&mut self, partition: Partition, times: Vec<f64>) -> Result<(), Error> {
        self.part(partition)?.times = Some(times);
        Ok(())
    }

    fn rows(&self, name: &str, rows: usize, values: Vec<f32>) -> Result<FrameRows, Error> {
        if rows == 0 || !values.len().is_multiple_of(rows) {
            let problem = format!("`{name}`: {} values are no {rows} equal rows", values.len());
            return Err(self.problem(problem));
        }
        Ok(FrameRows { rows, values })
    }

    fn part(&mut self, partition: Partition) -> Result<&mut PartitionSoFar, Error> {
        let path = &self.path;
        self.parts
            .get_mut(&partition)
            .ok_or_else(|| Error::Inconsistent {
                path: path.clone(),
                problem: format!("the {partition} movie must be started first"),
            })
    }

    fn problem(&self, problem: String) -> Error {
        Error::Inconsistent {
            path: self.path.clone(),
            problem,
        }
    }

    /// Checks that everything has one entry a frame, writes the file and gives it its name.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where a movie is empty or lengths differ, [`Error::Write`] where
    /// writing fails. The file is then not there.
    pub fn finish(self) -> Result<(), Error> {
        self.require_complete()?;
        assemble::assemble(self)
    }

    fn require_complete(&self) -> Result<(), Error> {
        if self.parts.is_empty() {
            return Err(self.problem("nothing was given to write".into()));
        }
        for (partition, part) in &self.parts {
            let frames = part.shape.frames;
            if frames == 0 {
                return Err(self.problem(format!("the {partition} movie has no frames")));
            }
            if let Some(found) = part.times.as_ref().map(Vec::len).filter(|n| *n != frames) {
                let problem =
                    format!("{found} times of {partition}, but the movie {frames} frames");
                return Err(self.problem(problem));
            }
            let fine = part.fine_spikes.as_ref();
            let fine = fine.map(|spikes| spikes.bins() / spikes.bins_per_frame());
            if let Some(found) = fine.filter(|found| *found != frames) {
                let problem = format!(
                    "`spikes` of {partition} are of {found} frames but the movie has {frames}"
                );
                return Err(self.problem(problem));
            }
            let potentials = part.interneurons.as_ref().map(Interneurons::frames);
            if let Some(found) = potentials.filter(|found| *found != frames) {
                let problem = format!(
                    "the potentials of {partition} have {found} bins but the movie {frames} frames"
                );
                return Err(self.problem(problem));
            }
            for (name, rows) in part.responses.iter().chain(&part.repeats) {
                let found = rows.values.len() / rows.rows;
                if found != frames {
                    let problem = format!(
                        "`{name}` of {partition} has {found} bins but the movie {frames} frames"
                    );
                    return Err(self.problem(problem));
                }
            }
        }
        Ok(())
    }
}
