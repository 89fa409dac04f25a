//! What the responses to a sweep of stimuli are made of, in as few numbers as the stimuli allow.

use std::ops::Range;

use ganglion_attribution::{Attribution, AttributionConfig, Attributor, Path};
use ganglion_experiment::{Rates, StimulusMovie};
use serde::Serialize;

use crate::error::Error;

/// Which positions of the first layer are driven alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invariance {
    /// All: full-field stimuli. A term is a channel.
    FullField,
    /// Those of a column: bars along y. A term is a channel and a column.
    AlongY,
}

/// The responses to all movies of a sweep, as sums of terms.
///
/// A term is a channel (full-field stimuli) or a channel and a column (bars along y): where the
/// stimulus drives positions alike, `sum_y A = (sum_y G) (W * s)`, so that 10368 units become 8 or
/// 288 terms (Tanaka et al. 2019). Samples of all movies follow one another.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// Which positions were summed.
    pub invariance: Invariance,
    /// Channels, rows and columns of the first layer.
    pub planes: [usize; 3],
    /// First bin that has a rate.
    pub first_bin: usize,
    /// Samples of each movie.
    pub movies: Vec<Range<usize>>,
    /// Change of the drive from grey, `W * s`: `[channel][sample, column]`; one column for
    /// full-field stimuli.
    pub drive: Vec<Vec<f32>>,
    /// What each cell's response is made of, in the order asked for.
    pub cells: Vec<CellSweep>,
}

/// One cell's responses and attributions.
#[derive(Clone, Debug)]
pub struct CellSweep {
    /// Output of the network.
    pub output: usize,
    /// Rate for grey, Hz.
    pub resting_rate: f64,
    /// Rates `[sample]`, Hz.
    pub response: Vec<f64>,
    /// Attributions `[term][sample]`, Hz; terms are counted channel, column.
    pub terms: Vec<Vec<f64>>,
    /// Mean size of the attribution of every unit, `[channel, y, x]`, Hz.
    pub map: Vec<f64>,
    /// Largest completeness gap, Hz.
    pub completeness_gap: f64,
}

/// Samples attributed at once, which bounds memory.
const CHUNK: usize = 64;

impl Sweep {
    /// Attributes the responses of some outputs to movies, after checking what may be summed.
    ///
    /// `done` is told the number of movies that are finished.
    ///
    /// # Errors
    /// If the movies are invariant neither across space nor along y, or do not fit the network.
    pub fn new(
        attributor: &Attributor,
        movies: &[StimulusMovie],
        outputs: &[usize],
        (attribution, tolerance): (&AttributionConfig, f64),
        mut done: impl FnMut(usize),
    ) -> Result<Self, Error> {
        let paths = paths(attributor, movies)?;
        let invariance = invariance(&paths, tolerance)?;
        let config = AttributionConfig {
            cells: Some(outputs.to_vec()),
            ..attribution.clone()
        };
        let mut sweep = Self::empty(invariance, &paths, outputs, movies);
        for (index, path) in paths.iter().enumerate() {
            sweep.add_drive(path, tolerance)?;
            attributor.attribute_in_chunks(path, &config, CHUNK, |_, part| {
                sweep.add(&part);
            })?;
            done(index + 1);
        }
        sweep.finish();
        Ok(sweep)
    }

    /// Columns of a term: 1 for full-field stimuli.
    pub fn columns(&self) -> usize {
        match self.invariance {
            Invariance::FullField => 1,
            Invariance::AlongY => self.planes[2],
        }
    }

    /// Channels.
    pub fn channels(&self) -> usize {
        self.planes[0]
    }

    /// All samples.
    pub fn samples(&self) -> usize {
        self.movies.last().map_or(0, |range| range.end)
    }

    /// Rates of one cell `[sample]` as answers to the movies, one row.
    pub fn rates(&self, values: &[f64]) -> Vec<Rates> {
        let of = |range: &Range<usize>| {
            let values = values[range.clone()].iter().map(|&value| value as f32);
            Rates::new(self.first_bin, range.len(), values.collect())
        };
        self.movies.iter().map(of).collect()
    }

    fn empty(
        invariance: Invariance,
        paths: &[Path],
        outputs: &[usize],
        movies: &[StimulusMovie],
    ) -> Self {
        let planes = paths.first().map_or([0; 3], Path::planes);
        let mut end = 0;
        let ranges = paths.iter().map(|path| {
            end += path.samples();
            end - path.samples()..end
        });
        let ranges: Vec<Range<usize>> = ranges.collect();
        let columns = match invariance {
            Invariance::FullField => 1,
            Invariance::AlongY => planes[2],
        };
        let cell = |&output: &usize| CellSweep {
            output,
            resting_rate: 0.0,
            response: Vec::with_capacity(end),
            terms: vec![Vec::with_capacity(end); planes[0] * columns],
            map: vec![0.0; planes.iter().product()],
            completeness_gap: 0.0,
        };
        Self {
            invariance,
            planes,
            first_bin: first_bin(movies, paths),
            movies: ranges,
            drive: vec![Vec::with_capacity(end * columns); planes[0]],
            cells: outputs.iter().map(cell).collect(),
        }
    }

    fn add_drive(&mut self, path: &Path, tolerance: f64) -> Result<(), Error> {
        let change = match self.invariance {
            Invariance::FullField => path.change_by_channel(tolerance)?,
            Invariance::AlongY => path.change_by_channel_and_column(tolerance)?,
        };
        let (channels, columns) = (self.channels(), self.columns());
        for sample in change.chunks(channels * columns) {
            for (drive, values) in self.drive.iter_mut().zip(sample.chunks(columns)) {
                drive.extend_from_slice(values);
            }
        }
        Ok(())
    }

    fn add(&mut self, part: &Attribution) {
        let sums = match self.invariance {
            Invariance::FullField => part.by_channel(),
            Invariance::AlongY => part.by_channel_and_column(),
        };
        for sample in 0..part.samples {
            for (index, cell) in self.cells.iter_mut().enumerate() {
                let place = sample * part.cells.len() + index;
                cell.response.push(part.response[place]);
                cell.resting_rate = part.resting_response[place];
                let gap = part.quality[place].completeness_gap.abs();
                cell.completeness_gap = cell.completeness_gap.max(gap);
                for (term, values) in cell.terms.iter_mut().enumerate() {
                    values.push(sums.at(sample, index, term));
                }
                for (sum, value) in cell.map.iter_mut().zip(part.map(sample, index)) {
                    *sum += f64::from(value.abs());
                }
            }
        }
    }

    fn finish(&mut self) {
        let samples = self.samples().max(1) as f64;
        for cell in &mut self.cells {
            cell.map.iter_mut().for_each(|sum| *sum /= samples);
        }
    }
}

impl CellSweep {
    /// Attribution of a channel summed over its columns, `[sample]`.
    pub fn channel(&self, channel: usize, columns: usize) -> Vec<f64> {
        let terms = &self.terms[channel * columns..][..columns];
        let sum = |sample: usize| terms.iter().map(|term| term[sample]).sum();
        (0..self.response.len()).map(sum).collect()
    }

    /// Mean size of the attributions of a channel, Hz.
    pub fn importance(&self, channel: usize, columns: usize) -> f64 {
        let sizes = self
            .channel(channel, columns)
            .into_iter()
            .map(f64::abs)
            .sum::<f64>();
        sizes / self.response.len().max(1) as f64
    }
}

/// Every movie seen from the first layer.
fn paths(attributor: &Attributor, movies: &[StimulusMovie]) -> Result<Vec<Path>, Error> {
    let path = |movie: &StimulusMovie| Ok(attributor.movie(movie, None)?);
    movies.iter().map(path).collect()
}

/// The strongest invariance that holds for every movie.
///
/// # Errors
/// [`Error::Attribution`] if none does.
fn invariance(paths: &[Path], tolerance: f64) -> Result<Invariance, Error> {
    if paths
        .iter()
        .all(|path| path.change_by_channel(tolerance).is_ok())
    {
        return Ok(Invariance::FullField);
    }
    for path in paths {
        path.change_by_channel_and_column(tolerance)?;
    }
    Ok(Invariance::AlongY)
}

/// A movie of `n` frames has `n + 1 - history` samples, the first in bin `history`.
fn first_bin(movies: &[StimulusMovie], paths: &[Path]) -> usize {
    let pair = movies.first().zip(paths.first());
    pair.map_or(0, |(movie, path)| movie.frames() + 1 - path.samples())
}
