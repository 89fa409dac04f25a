//! Recordings: files read as arrays, arrays written as files.

use std::path::PathBuf;
use std::sync::Arc;

use ganglion::recording::{
    CellIndex, CellSelection, LoadOptions, Microns, Milliseconds, PixelType, RATE, RecordingFile,
    SessionOptions, SessionWriter, smoothed,
};
use numpy::{PyReadonlyArray2, PyReadonlyArray3};
use pyo3::prelude::*;

use crate::arrays;
use crate::error::raised;
use crate::options::partition;
use crate::work;

/// A recording on the disk, of which the metadata are read.
#[pyclass(frozen, module = "ganglion._native")]
pub struct Recording(Arc<RecordingFile>);

#[pymethods]
impl Recording {
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let file = work::brief(py, || Ok(RecordingFile::open(&path)?))?;
        Ok(Self(Arc::new(file)))
    }

    #[getter]
    fn frame_period_s(&self) -> f64 {
        self.0.frame_period().period.seconds()
    }

    #[getter]
    fn microns_per_pixel(&self) -> Option<f64> {
        self.0.microns_per_pixel().map(|microns| microns.0)
    }

    #[getter]
    fn stimulus_class(&self) -> Option<&str> {
        self.0.stimulus_class()
    }

    #[getter]
    fn notes(&self) -> Vec<String> {
        self.0.notes().to_vec()
    }

    /// Names, frames, cells and responses of the partitions.
    #[getter]
    fn partitions(&self) -> Vec<(String, usize, usize, Vec<String>)> {
        let all = self.0.partitions().iter();
        all.map(|one| {
            let name = one.partition.to_string();
            (name, one.frames, one.cells, one.responses.clone())
        })
        .collect()
    }

    /// Frames, rows and columns of a partition's movie.
    fn shape(&self, py: Python<'_>, name: &str) -> PyResult<[usize; 3]> {
        let info = self.0.partition(partition(py, name)?);
        let info = info.map_err(|error| raised(py, ganglion::Error::from(error)))?;
        Ok([info.frames, info.height, info.width])
    }

    /// What `ganglion inspect --json` prints.
    fn inspect(&self, py: Python<'_>) -> PyResult<String> {
        let file = Arc::clone(&self.0);
        work::brief(py, || Ok(serde_json::to_string(&file.inspect())?))
    }

    /// Loads a partition with one of its responses.
    fn load(&self, py: Python<'_>, name: &str, response: &str) -> PyResult<Partition> {
        let (file, partition) = (Arc::clone(&self.0), partition(py, name)?);
        let options = LoadOptions {
            allow_missing: true,
            memory_limit: usize::MAX,
            ..LoadOptions::evaluation(CellSelection::All, response)
        };
        let loaded = work::brief(py, || Ok(file.load(partition, &options)?))?;
        Ok(Partition(loaded))
    }
}

/// One part of a recording in memory; arrays of it stay where they are.
#[pyclass(frozen, module = "ganglion._native")]
pub struct Partition(ganglion::recording::Recording);

#[pymethods]
impl Partition {
    /// The movie `[frame, y, x]`.
    fn stimulus<'py>(this: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let movie = &this.get().0.movie;
        let shape = [movie.frames(), movie.height(), movie.width()];
        let owner = || this.clone().into_any();
        // SAFETY: the movie is this object's, which is frozen.
        unsafe {
            Ok(match (movie.bytes(), movie.floats()) {
                (Some(bytes), _) => Some(arrays::borrowed(bytes, shape, owner())?.into_any()),
                (None, Some(floats)) => Some(arrays::borrowed(floats, shape, owner())?.into_any()),
                (None, None) => None,
            })
        }
    }

    /// The responses `[cell, frame]`.
    fn response<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let responses = &this.get().0.responses;
        let shape = [responses.cells().len(), responses.frames()];
        // SAFETY: as above.
        let array =
            unsafe { arrays::borrowed(responses.values(), shape, this.clone().into_any())? };
        Ok(array.into_any())
    }

    /// Single trials `[repeat, frame]` of each cell.
    fn repeats<'py>(this: &Bound<'py, Self>) -> PyResult<Option<Vec<Option<Bound<'py, PyAny>>>>> {
        let recording = &this.get().0;
        let Some(repeats) = &recording.repeats else {
            return Ok(None);
        };
        let cell = |row: usize| {
            let Some(trials) = repeats.cell(row) else {
                return Ok(None);
            };
            let shape = [trials.repeats(), trials.frames()];
            // SAFETY: as above.
            let array =
                unsafe { arrays::borrowed(trials.values(), shape, this.clone().into_any())? };
            Ok(Some(array.into_any()))
        };
        let cells = 0..recording.responses.cells().len();
        cells.map(cell).collect::<PyResult<Vec<_>>>().map(Some)
    }
}

/// What is written of one partition.
struct Part {
    partition: ganglion::recording::Partition,
    movie: ganglion::recording::Movie,
    rates: Option<Rows>,
    /// Spikes in a bin `[trial, cell, frame]`.
    spikes: Option<Trials>,
    /// Single trials `[repeat, cell, frame]`.
    repeats: Option<Trials>,
}

/// `[cell, frame]`
struct Rows {
    cells: usize,
    values: Vec<f32>,
}

/// `[trial, cell, frame]`
struct Trials {
    shape: [usize; 3],
    values: Vec<f32>,
}

/// Writes a recording. Parts are (name, movie, rates, spikes, repeats).
#[pyfunction]
#[expect(
    clippy::type_complexity,
    reason = "the tuple is given by the Python half alone"
)]
pub fn write_recording<'py>(
    py: Python<'py>,
    path: PathBuf,
    parts: Vec<(
        String,
        Bound<'py, PyAny>,
        Option<PyReadonlyArray2<'py, f32>>,
        Option<PyReadonlyArray3<'py, f32>>,
        Option<PyReadonlyArray3<'py, f32>>,
    )>,
    frame_period_s: f64,
    microns_per_pixel: Option<f64>,
    stimulus_class: Option<String>,
    overwrite: bool,
) -> PyResult<()> {
    let part = |(name, movie, rates, spikes, repeats): (String, Bound<'py, PyAny>, _, _, _)| {
        Ok(Part {
            partition: partition(py, &name)?,
            movie: arrays::movie(&movie)?,
            rates: Option::map(rates, Rows::of).transpose()?,
            spikes: Option::map(spikes, Trials::of).transpose()?,
            repeats: Option::map(repeats, Trials::of).transpose()?,
        })
    };
    let parts: Vec<Part> = parts.into_iter().map(part).collect::<PyResult<_>>()?;
    let options = SessionOptions {
        frame_period: Milliseconds(1e3 * frame_period_s),
        microns_per_pixel: microns_per_pixel.map(Microns),
        overwrite,
    };
    let written = py.detach(|| {
        let mut writer = SessionWriter::create(&path, options)?;
        if let Some(class) = stimulus_class {
            writer.attribute("stimulus_class", class);
        }
        let bin = options.frame_period;
        parts
            .iter()
            .try_for_each(|part| part.write(&mut writer, bin))?;
        writer.finish()
    });
    written.map_err(|error| raised(py, ganglion::Error::from(error)))
}

impl Rows {
    fn of(array: PyReadonlyArray2<'_, f32>) -> PyResult<Self> {
        let view = array.as_array();
        Ok(Self {
            cells: view.nrows(),
            values: array.as_slice()?.to_vec(),
        })
    }
}

impl Trials {
    fn of(array: PyReadonlyArray3<'_, f32>) -> PyResult<Self> {
        let view = array.as_array();
        Ok(Self {
            shape: [view.dim().0, view.dim().1, view.dim().2],
            values: array.as_slice()?.to_vec(),
        })
    }

    /// One cell's, `[trial, frame]`.
    fn of_cell(&self, cell: usize) -> Vec<f32> {
        let [trials, cells, frames] = self.shape;
        let row = |trial: usize| &self.values[(trial * cells + cell) * frames..][..frames];
        (0..trials).flat_map(row).copied().collect()
    }

    /// Added up over trials, `[cell, frame]`.
    fn summed(&self) -> Vec<f32> {
        let [_, cells, frames] = self.shape;
        let mut sums = vec![0.0; cells * frames];
        for trial in self.values.chunks_exact((cells * frames).max(1)) {
            sums.iter_mut()
                .zip(trial)
                .for_each(|(sum, count)| *sum += count);
        }
        sums
    }
}

/// Standard deviation of the Gaussian that rates of spikes are smoothed with: what the name says.
const SMOOTHING: Milliseconds = Milliseconds(10.0);

impl Part {
    fn write(
        &self,
        writer: &mut SessionWriter,
        bin: Milliseconds,
    ) -> Result<(), ganglion::recording::Error> {
        let (partition, movie) = (self.partition, &self.movie);
        let (height, width) = (movie.height(), movie.width());
        match (movie.bytes(), movie.floats()) {
            (Some(bytes), _) => {
                writer.begin_movie(partition, height, width, PixelType::U8)?;
                writer.append_u8(partition, bytes)?;
            }
            (None, floats) => {
                writer.begin_movie(partition, height, width, PixelType::F32)?;
                writer.append_f32(partition, floats.unwrap_or_default())?;
            }
        }
        if let Some(Rows { cells, values }) = &self.rates {
            writer.responses(partition, RATE, *cells, values.clone())?;
        }
        if let Some(spikes) = &self.spikes {
            let cells = spikes.shape[1];
            writer.responses(partition, "binned", cells, spikes.summed())?;
            if self.rates.is_none() {
                writer.responses(partition, RATE, cells, spikes.rates(bin))?;
            }
        }
        let trials = self.repeats.as_ref().or(self.spikes.as_ref());
        if let Some(trials) = trials.filter(|trials| trials.shape[0] > 1) {
            for cell in 0..trials.shape[1] {
                let values = trials.of_cell(cell);
                writer.repeats(partition, CellIndex(cell), trials.shape[0], values)?;
            }
        }
        Ok(())
    }
}

impl Trials {
    /// Mean rates over trials, Hz, `[cell, frame]`: smoothed as those of simulated and of NWB recordings.
    fn rates(&self, bin: Milliseconds) -> Vec<f32> {
        let scale = (1.0 / (self.shape[0] as f64 * bin.seconds())) as f32;
        let rows = self.summed();
        let smooth = |row: &[f32]| smoothed(row, SMOOTHING / bin);
        let rates = rows.chunks_exact(self.shape[2].max(1)).flat_map(smooth);
        rates.map(|rate| rate * scale).collect()
    }
}
