//! Finding the unit of a convolutional read-out that belongs to each cell.
//!
//! The published networks with such a read-out do not store which unit each cell takes. The right
//! unit is the one whose rate follows the cell's recorded rate best.

use std::ops::Range;
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use ganglion_model::layer::{Algorithm, Mode, SpatiotemporalConvolution};
use ganglion_model::network::ConvolutionalNetwork;
use ganglion_recording::{
    CellSelection, LoadOptions, Normalisation, RATE, Recording, RecordingFile,
};
use serde::Serialize;

use super::convolution::Convolution;
use super::error::ImportError;
use super::failure::ImportFailure;
use super::geometry::NetworkGeometry;
use super::known::{Known, refuse_repeated};
use super::layer::FileNormalisation;
use super::network::ImportSettings;
use super::plan::ImportPlan;

/// Bins looked at: more would hardly change the best unit.
const MOST_BINS: usize = 12_000;
/// Bins computed at once.
const CHUNK: usize = 256;

/// Where a cell's unit was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Placement {
    /// The cell, 0-based within the recording.
    pub cell: usize,
    /// Row and column of the unit.
    pub unit: [usize; 2],
    /// Correlation of the unit's rate with the recorded one.
    pub correlation: f64,
}

/// A network whose cells' units are looked for.
pub(super) struct PlacementSearch<'a> {
    pub(super) plan: &'a ImportPlan,
    /// Its read-out.
    pub(super) convolution: &'a Convolution,
    pub(super) geometry: &'a NetworkGeometry,
    pub(super) settings: &'a ImportSettings,
    pub(super) known: &'a Known,
}

impl PlacementSearch<'_> {
    /// The best unit for each cell.
    pub(super) fn run(
        &self,
        recording: &Path,
        device: &Device,
    ) -> Result<Vec<Placement>, ImportFailure> {
        let recording = load(self.geometry, self.known, recording)?;
        let normalisation = normalisation(self.known, &recording)?;
        let somewhere = ImportSettings {
            coordinates: Some(vec![[0, 0]; self.geometry.cells]),
            ..*self.settings
        };
        let (_, network) = somewhere.network(self.plan, self.geometry, device)?;
        let Some(network) = network.stages() else {
            let what = "has hidden stages, but became a model without".into();
            return Err(ImportError::Unsupported { what }.into());
        };
        let readout = self.readout(device);
        let (geometry, [rows, columns]) = (self.geometry, self.map());
        let mut sums = vec![CorrelationSums::default(); self.cells() * rows * columns];
        let frames = recording.movie.frames();
        let bins = geometry.history..frames.min(geometry.history + MOST_BINS);
        for start in bins.clone().step_by(CHUNK) {
            let chunk = start..bins.end.min(start + CHUNK);
            let movie = self.movie(&recording, &normalisation, &chunk, device)?;
            let units = readout.forward(hidden(&network, movie));
            let units: Vec<f32> = units.into_data().iter::<f32>().collect();
            self.add(&recording, chunk, &units, &mut sums);
        }
        Ok(self.placements(&sums))
    }

    /// The read-out at every place.
    fn readout(&self, device: &Device) -> SpatiotemporalConvolution {
        let [cells, channels, height, width] = self.convolution.shape;
        let kernel = self.convolution.kernel.clone();
        let kernel = TensorData::new(kernel, [cells, channels, 1, height, width]);
        let kernel = Tensor::<5>::from_data(kernel, device);
        let bias = self.convolution.bias.clone();
        let bias = bias.map(|bias| Tensor::from_data(TensorData::new(bias, [cells]), device));
        SpatiotemporalConvolution::of(kernel, bias, Algorithm::Spectral)
    }

    /// Cells that the read-out has units for.
    fn cells(&self) -> usize {
        self.convolution.shape[0]
    }

    /// Rows and columns of units that a cell can have.
    fn map(&self) -> [usize; 2] {
        let [_, _, height, width] = self.convolution.shape;
        let [_, rows, columns] = self.geometry.last();
        [rows - height + 1, columns - width + 1]
    }

    /// What the network sees before some bins.
    fn movie(
        &self,
        recording: &Recording,
        normalisation: &Normalisation,
        bins: &Range<usize>,
        device: &Device,
    ) -> Result<Tensor<5>, ImportFailure> {
        let (geometry, movie) = (self.geometry, &recording.movie);
        let seen = bins.start - geometry.history..bins.end - 1;
        let count = seen.len();
        let mut values = vec![0.0; movie.pixels() * count];
        movie.normalised_pixel_major(seen, normalisation, &mut values, count, 0)?;
        let shape = [1, geometry.frame[0], geometry.frame[1], 1, count];
        Ok(Tensor::from_data(TensorData::new(values, shape), device))
    }

    /// Adds the rates of every unit, `[unit, bin]`, beside those recorded of its cell.
    fn add(
        &self,
        recording: &Recording,
        bins: Range<usize>,
        drives: &[f32],
        sums: &mut [CorrelationSums],
    ) {
        let [rows, columns] = self.map();
        let positions = rows * columns;
        let affine = self.plan.readout_normalisation.as_ref();
        let affine = affine.map(|norm| &norm.value);
        for (unit, (drives, sums)) in drives.chunks(bins.len()).zip(sums).enumerate() {
            let group = group(affine, unit, positions, self.cells());
            let recorded = &recording.responses.cell(unit / positions)[bins.clone()];
            for (&drive, &recorded) in drives.iter().zip(recorded) {
                let rate = rate(drive, affine, group, self.settings.epsilon);
                sums.add(rate, f64::from(recorded));
            }
        }
    }

    /// The best unit of each cell, by the sums of all.
    fn placements(&self, sums: &[CorrelationSums]) -> Vec<Placement> {
        let ([rows, columns], cells) = (self.map(), self.cells());
        let known = self.known.cells.clone();
        let numbers = known.unwrap_or_else(|| (0..cells).collect());
        let placement = |(cell, sums): (usize, &[CorrelationSums])| {
            let (unit, correlation) = best(sums, columns);
            Placement {
                cell: numbers[cell],
                unit,
                correlation,
            }
        };
        let of_cells = sums.chunks(rows * columns).enumerate();
        of_cells.map(placement).collect()
    }
}

fn load(
    geometry: &NetworkGeometry,
    known: &Known,
    path: &Path,
) -> Result<Recording, ImportFailure> {
    let file = RecordingFile::open(path)?;
    let cells = match &known.cells {
        Some(cells) => cells.clone(),
        None => (0..geometry.cells).collect(),
    };
    refuse_repeated(&cells)?;
    if cells.len() != geometry.cells {
        return Err(ImportError::Option {
            flag: "--cells",
            problem: format!(
                "{} cells are listed, the network has {}",
                cells.len(),
                geometry.cells
            ),
        }
        .into());
    }
    let response = known.response.clone().unwrap_or_else(|| RATE.into());
    let cells = CellSelection::List(cells);
    let options = LoadOptions {
        repeats: false,
        ..LoadOptions::evaluation(cells, response)
    };
    let partition = file.partitions()[0].partition;
    let recording = file.load(partition, &options)?;
    let found = [recording.movie.height(), recording.movie.width()];
    if found != geometry.frame {
        return Err(ganglion_model::Error::RecordingDoesNotFit {
            path: path.into(),
            found,
            expected: geometry.frame,
        }
        .into());
    }
    let (frames, history) = (recording.movie.frames(), geometry.history);
    if frames <= history + 1 {
        return Err(ganglion_model::Error::MovieTooShort { frames, history }.into());
    }
    Ok(recording)
}

/// The file's constants, or else the recording's own.
fn normalisation(
    known: &Known,
    recording: &Recording,
) -> Result<Normalisation, ganglion_recording::Error> {
    if let Some(normalisation) = &known.normalisation {
        return Ok(normalisation.clone());
    }
    let all = 0..recording.movie.frames();
    let rule = ganglion_recording::NormalisationRule::Global;
    Normalisation::fit(rule, &recording.movie, &[all])
}

/// The last hidden stage's output.
fn hidden(network: &ConvolutionalNetwork, movie: Tensor<5>) -> Tensor<5> {
    network.stages.iter().fold(movie, |input, stage| {
        stage.activate(stage.linear(input, Mode::Inference), Mode::Inference)
    })
}

/// Which of a normalisation's groups a unit belongs to: its own, or its cell's.
fn group(affine: Option<&FileNormalisation>, unit: usize, positions: usize, cells: usize) -> usize {
    match affine {
        Some(affine) if affine.mean.len() != cells => unit,
        _ => unit / positions,
    }
}

/// The softplus of a unit's normalised drive.
fn rate(drive: f32, affine: Option<&FileNormalisation>, group: usize, epsilon: f64) -> f64 {
    let mut drive = f64::from(drive);
    if let Some(affine) = affine {
        let value = |values: &[f32]| f64::from(values[group]);
        let epsilon = affine.epsilon.unwrap_or(epsilon);
        let deviation = (value(&affine.variance) + epsilon).sqrt();
        drive =
            value(&affine.gain) * (drive - value(&affine.mean)) / deviation + value(&affine.offset);
    }
    drive.max(0.0) + (-drive.abs()).exp().ln_1p()
}

/// What a correlation needs.
#[derive(Clone, Copy, Debug, Default)]
struct CorrelationSums {
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl CorrelationSums {
    fn add(&mut self, x: f64, y: f64) {
        self.n += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    /// Zero where one of the two never changes.
    fn correlation(&self) -> f64 {
        let covariance = self.xy - self.x * self.y / self.n;
        let variances = (self.xx - self.x * self.x / self.n) * (self.yy - self.y * self.y / self.n);
        match variances > 0.0 {
            true => covariance / variances.sqrt(),
            false => 0.0,
        }
    }
}

/// The unit with the highest correlation.
fn best(sums: &[CorrelationSums], columns: usize) -> ([usize; 2], f64) {
    let found = sums.iter().map(CorrelationSums::correlation).enumerate();
    let (place, correlation) = found
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .unwrap_or((0, 0.0));
    ([place / columns, place % columns], correlation)
}
