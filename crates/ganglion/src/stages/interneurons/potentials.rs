//! Potentials of a recording and the movie that they are of, as they are compared.

use std::ops::Range;
use std::path::Path;

use ganglion_model::model::Model;
use ganglion_recording::{
    InterneuronUnit, LoadOptions, Movie, Normalisation, Partition, RecordingFile,
};
use ganglion_reduction::interneurons::{self, Search};

use crate::error::{Error, Result};

/// Bins that are compared at most: ten minutes at 100 Hz.
const MOST_BINS: usize = 60_000;
/// Bins that are needed: 200 in each half.
const LEAST_BINS: usize = 400;

/// Potentials with their movie.
pub struct Potentials {
    /// The part of the recording.
    pub partition: Partition,
    /// The interneurons.
    pub units: Vec<InterneuronUnit>,
    /// Around their means, `[interneuron][bin]`.
    pub values: Vec<Vec<f64>>,
    /// Bins of the recording with a full history, without gaps of the clock.
    pub runs: Vec<Range<usize>>,
    movie: Movie,
}

impl Potentials {
    /// Reads what a network that sees `history` frames can be compared with.
    ///
    /// # Errors
    /// Where the recording has no potentials, too few bins, or cannot be read.
    pub fn read(path: &Path, partition: Option<Partition>, history: usize) -> Result<Self> {
        let file = RecordingFile::open(path)?;
        let asked = partition.map_or(vec![Partition::Test, Partition::Train], |one| vec![one]);
        let there = |one: &&Partition| file.partitions().iter().any(|info| info.partition == **one);
        let mut found = None;
        for one in asked.iter().filter(there) {
            if let Some(interneurons) = file.interneurons(*one)? {
                found = Some((*one, interneurons));
                break;
            }
        }
        let Some((partition, interneurons)) = found else {
            let names: Vec<String> = asked
                .iter()
                .map(|one| format!("`{one}/interneurons/potential`"))
                .collect();
            return Err(Error::input(format!(
                "{}: has no potentials of interneurons ({}); a recording that a retina is simulated for \
                 may have them, or add them as README.md says of recordings",
                path.display(),
                names.join(" or ")
            )));
        };
        let runs = runs(file.partition(partition)?.runs(), history);
        let bins: usize = runs.iter().map(ExactSizeIterator::len).sum();
        if bins < LEAST_BINS {
            return Err(Error::input(format!(
                "{}: `{partition}` has {bins} bins with a full history of {history} frames; at least \
                 {LEAST_BINS} are needed, half to choose a unit and half to judge it",
                path.display()
            )));
        }
        let values = (0..interneurons.units().len())
            .map(|unit| around_mean(&runs, interneurons.potential(unit)))
            .collect();
        Ok(Self {
            movie: file.load_movie(partition, LoadOptions::MEMORY_LIMIT)?,
            partition,
            units: interneurons.units().to_vec(),
            values,
            runs,
        })
    }

    /// Number of bins.
    pub fn bins(&self) -> usize {
        self.runs.iter().map(ExactSizeIterator::len).sum()
    }

    /// Bins of the first half, which choose.
    pub fn half(&self) -> usize {
        self.bins() / 2
    }

    /// Looks for the best unit of a network for each potential.
    ///
    /// # Errors
    /// Where the movie does not fit the network.
    pub fn best(&self, model: &Model) -> Result<Vec<Option<interneurons::BestUnit>>> {
        let normalisation = model.normalisation_of(&self.movie)?;
        let mut search = Search::new(&self.values, self.half());
        let mut before = 0;
        for run in &self.runs {
            model.hidden_units(&self.movie, &normalisation, run.clone(), |units| {
                let first = before + units.bins.start - run.start;
                search.add(units.layer, units.shape, first, &units.values);
            })?;
            before += run.len();
        }
        Ok(search.best())
    }

    /// Whether a unit of the first layer of a network can be centred on each interneuron; none where its place is
    /// not known.
    ///
    /// # Errors
    /// Where the movie does not fit the network.
    pub fn covered(&self, model: &Model) -> Result<Vec<Option<bool>>> {
        let normalisation = model.normalisation_of(&self.movie)?;
        let mut size = [0; 2];
        let first = self
            .runs
            .first()
            .map_or(0..0, |run| run.start..run.start + 1);
        model.hidden_units(&self.movie, &normalisation, first, |units| {
            if units.layer == 0 {
                size = [units.shape[1], units.shape[2]];
            }
        })?;
        let all = [self.movie.height(), self.movie.width()];
        let is_covered = |unit: &InterneuronUnit| {
            let place = unit.place?;
            let along = [(place.row, 0), (place.column, 1)];
            Some(
                along
                    .into_iter()
                    .all(|(at, axis)| holds(at, size[axis], all[axis])),
            )
        };
        Ok(self.units.iter().map(is_covered).collect())
    }

    /// The frames and bins that a regression needs: the movie, and for each bin the frames before it.
    ///
    /// # Errors
    /// Where the movie cannot be read.
    pub fn regression(
        &self,
        normalisation: &Normalisation,
    ) -> Result<(interneurons::PixelMajorMovie, Vec<usize>)> {
        let frames = self
            .runs
            .last()
            .map_or(0, |run| run.end)
            .min(self.movie.frames());
        let mut values = vec![0.0; self.movie.pixels() * frames];
        self.movie
            .normalised_pixel_major(0..frames, normalisation, &mut values, frames, 0)?;
        let movie = interneurons::PixelMajorMovie {
            height: self.movie.height(),
            width: self.movie.width(),
            values,
        };
        Ok((movie, self.runs.iter().flat_map(Clone::clone).collect()))
    }

    /// How a network normalises the movie: by its own constants, or by those of the movie.
    ///
    /// # Errors
    /// Where the movie cannot be normalised.
    pub fn normalisation(&self, model: &Model) -> Result<Normalisation> {
        Ok(model.normalisation_of(&self.movie)?)
    }
}

/// Whether a place lies between the first and the last centre of units that are as far from both edges.
fn holds(at: f64, units: usize, pixels: usize) -> bool {
    let margin = pixels.saturating_sub(units) as f64 / 2.0;
    units > 0 && (margin..=margin + (units - 1) as f64).contains(&at)
}

/// Bins with a full history in each stretch between gaps, not too many of them.
fn runs(stretches: Vec<Range<usize>>, history: usize) -> Vec<Range<usize>> {
    let mut left = MOST_BINS;
    let mut runs = Vec::new();
    for stretch in stretches {
        let start = stretch.start + history;
        let end = stretch.end.min(start + left);
        if start < end {
            left -= end - start;
            runs.push(start..end);
        }
    }
    runs
}

fn around_mean(runs: &[Range<usize>], potential: &[f32]) -> Vec<f64> {
    let values = runs.iter().flat_map(|run| &potential[run.clone()]);
    let values: Vec<f64> = values.map(|&value| f64::from(value)).collect();
    let mean = ganglion_numerics::mean(&values);
    values.into_iter().map(|value| value - mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units of 11 pixels in a row of 20 are centred on pixels 5 to 14.
    #[test]
    fn units_are_centred_away_from_the_edges() {
        let covered = (0..20).filter(|&pixel| holds(f64::from(pixel), 10, 20));
        assert_eq!(covered.collect::<Vec<i32>>(), (5..15).collect::<Vec<i32>>());
        assert!(!holds(14.5, 10, 20) && !holds(3.0, 0, 20));
    }
}
