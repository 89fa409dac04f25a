//! What the responses to a sweep of stimuli are made of, in as few numbers as the stimuli allow.

use std::ops::Range;

use ganglion_attribution::{Attribution, AttributionConfig, Attributor, Path};
use ganglion_experiment::{Histories, Moment, Rates, StimulusMovie};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Which positions of the first layer are driven alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Change of the drive, in the direction that activates it, beyond which each unit passes something
    /// on, `[channel, y, x]`: see [`Attributor::thresholds`].
    pub thresholds: Vec<f64>,
    /// Which samples have the same history, and so the same response: a number a history, `[sample]`.
    pub histories: Vec<usize>,
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
    /// Responses with the same history are attributed once. `done` is told how many movies' worth is
    /// finished.
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
        let (path, histories) = attributor.movies(movies, None)?;
        let invariance = invariance(&path, tolerance)?;
        let config = AttributionConfig {
            cells: Some(
                outputs
                    .iter()
                    .map(|&output| attributor.cell_of(output))
                    .collect(),
            ),
            ..attribution.clone()
        };
        let mut sweep = Self::empty(invariance, &path, outputs, movies, &histories);
        sweep.add_drive(&path, tolerance)?;
        let times = times(&histories);
        attributor.attribute_in_chunks(&path, &config, CHUNK, |samples, part| {
            sweep.add(&part, &times[samples.clone()]);
            done(movies.len() * samples.end / path.samples());
        })?;
        sweep.finish(&histories);
        sweep.thresholds = attributor.thresholds(&path);
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

    /// Samples of a moment of an experiment whose movies these are.
    pub(crate) fn samples_of(&self, moment: &Moment) -> Range<usize> {
        crate::hypothesis::samples_of(&self.movies, self.first_bin, moment)
    }

    /// A sweep without samples; until it is finished, they are those of distinct histories.
    fn empty(
        invariance: Invariance,
        path: &Path,
        outputs: &[usize],
        movies: &[StimulusMovie],
        histories: &Histories,
    ) -> Self {
        let planes = path.planes();
        let mut end = 0;
        let ranges = movies.iter().map(|movie| {
            let samples = movie.frames() + 1 - histories.history();
            end += samples;
            end - samples..end
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
            first_bin: histories.history(),
            movies: ranges,
            drive: vec![Vec::with_capacity(end * columns); planes[0]],
            thresholds: Vec::new(),
            histories: histories.index().to_vec(),
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

    /// Adds samples that occur so many times.
    fn add(&mut self, part: &Attribution, times: &[f64]) {
        let sums = match self.invariance {
            Invariance::FullField => part.by_channel(),
            Invariance::AlongY => part.by_channel_and_column(),
        };
        for (sample, &occurrences) in times.iter().enumerate().take(part.samples) {
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
                    *sum += occurrences * f64::from(value.abs());
                }
            }
        }
    }

    /// From distinct histories to all samples.
    fn finish(&mut self, histories: &Histories) {
        let (samples, columns) = (self.samples().max(1) as f64, self.columns());
        let index = histories.index();
        for cell in &mut self.cells {
            cell.map.iter_mut().for_each(|sum| *sum /= samples);
            cell.response = index.iter().map(|&i| cell.response[i]).collect();
            for term in &mut cell.terms {
                *term = index.iter().map(|&i| term[i]).collect();
            }
        }
        for drive in &mut self.drive {
            let of = |&i: &usize| drive[i * columns..][..columns].iter().copied();
            *drive = index.iter().flat_map(of).collect();
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

/// How many responses have each history.
fn times(histories: &Histories) -> Vec<f64> {
    let mut times = vec![0.0; histories.distinct()];
    histories.index().iter().for_each(|&i| times[i] += 1.0);
    times
}

/// The strongest invariance that holds for every movie.
///
/// # Errors
/// [`Error::Attribution`] if none does.
fn invariance(path: &Path, tolerance: f64) -> Result<Invariance, Error> {
    if path.change_by_channel(tolerance).is_ok() {
        return Ok(Invariance::FullField);
    }
    path.change_by_channel_and_column(tolerance)?;
    Ok(Invariance::AlongY)
}
