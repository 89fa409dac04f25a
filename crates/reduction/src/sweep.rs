//! What the responses to a sweep of stimuli are made of, in as few numbers as the stimuli allow.

use std::ops::{ControlFlow, Range};

pub use ganglion_attribution::Invariance;
use ganglion_attribution::{
    Attribution, AttributionConfig, Attributor, Movies, Stimuli as _, Study,
};
use ganglion_experiment::{Moment, Rates, StimulusMovie};

use crate::error::Error;

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
    /// finished, and says whether to go on.
    ///
    /// # Errors
    /// If the movies are invariant neither across space nor along y, or do not fit the network, or `done`
    /// breaks off.
    pub fn new(
        attributor: &Attributor,
        movies: &[StimulusMovie],
        outputs: &[usize],
        (attribution, tolerance): (&AttributionConfig, f64),
        mut done: impl FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Self, Error> {
        let shown = Movies::new(attributor, movies)?;
        let study = Study::in_memory(attributor, &shown, CHUNK);
        let survey = study.survey(tolerance)?;
        let cells = outputs.iter().map(|&output| attributor.cell_of(output));
        let config = AttributionConfig {
            cells: Some(cells.collect()),
            response_ranges: Some(match &attribution.response_ranges {
                Some(ranges) => ranges.clone(),
                None => survey.ranges(),
            }),
            ..attribution.clone()
        };
        let (planes, thresholds) = (survey.planes, survey.thresholds.clone());
        let (invariance, drive) = survey.drive()?;
        let mut sweep = Self {
            invariance,
            planes,
            first_bin: shown.history(),
            movies: one_after_the_other(movies, shown.history()),
            drive: Vec::new(),
            thresholds,
            histories: study.index().to_vec(),
            cells: Vec::new(),
        };
        sweep.drive = sweep.in_channels(&drive);
        sweep.cells = outputs.iter().map(|&output| sweep.cell(output)).collect();
        let occurrences = study.occurrences();
        let attributed = study.attribute(None, &config, |piece| {
            let end = piece.first + piece.attribution.samples;
            sweep.add(&piece.attribution, &occurrences[piece.first..end]);
            match done(movies.len() * end / study.distinct()) {
                ControlFlow::Continue(()) => Ok(()),
                ControlFlow::Break(()) => Err(ganglion_attribution::Error::Stopped),
            }
        });
        attributed.map_err(|error| match error {
            ganglion_attribution::Error::Stopped => Error::Stopped,
            error => error.into(),
        })?;
        sweep.finish(&study);
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

    /// From the drive of distinct histories, `[sample, channel, column]`, to that of all samples,
    /// `[channel][sample, column]`.
    fn in_channels(&self, drive: &[f32]) -> Vec<Vec<f32>> {
        let (channels, columns) = (self.channels(), self.columns());
        let of = |channel: usize| {
            let row = move |&i: &usize| {
                let start = (i * channels + channel) * columns;
                drive[start..start + columns].iter().copied()
            };
            self.histories.iter().flat_map(row).collect()
        };
        (0..channels).map(of).collect()
    }

    /// A cell without samples; until the sweep is finished, they are those of distinct histories.
    fn cell(&self, output: usize) -> CellSweep {
        CellSweep {
            output,
            resting_rate: 0.0,
            response: Vec::new(),
            terms: vec![Vec::new(); self.channels() * self.columns()],
            map: vec![0.0; self.planes.iter().product()],
            completeness_gap: 0.0,
        }
    }

    /// Adds samples that occur so many times.
    fn add(&mut self, part: &Attribution, occurrences: &[usize]) {
        let sums = match self.invariance {
            Invariance::FullField => part.by_channel(),
            Invariance::AlongY => part.by_channel_and_column(),
        };
        for (sample, &occurrences) in occurrences.iter().enumerate() {
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
                    *sum += occurrences as f64 * f64::from(value.abs());
                }
            }
        }
    }

    /// From distinct histories to all samples.
    fn finish(&mut self, study: &Study<Movies>) {
        let samples = self.samples().max(1) as f64;
        for cell in &mut self.cells {
            cell.map.iter_mut().for_each(|sum| *sum /= samples);
            cell.response = study.all(&cell.response, 1);
            for term in &mut cell.terms {
                *term = study.all(term, 1);
            }
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

/// Samples of each movie, all samples following one another.
fn one_after_the_other(movies: &[StimulusMovie], history: usize) -> Vec<Range<usize>> {
    let mut end = 0;
    let ranges = movies.iter().map(|movie| {
        let samples = movie.frames() + 1 - history;
        end += samples;
        end - samples..end
    });
    ranges.collect()
}
