//! Receptive fields of all cells.

use std::ops::Range;

use ganglion_experiment::receptive_field::ReceptiveField;
use ganglion_recording::{CellIndex, Milliseconds};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::average::weighted_sums;
use crate::correlations::MovieCorrelations;
use crate::decorrelation::{Decorrelated, MovieCovariance, Ridge};
use crate::numbers::FieldNumbers;
use crate::responses::{CellResponses, ResponseKind, Weights};
use crate::shown_movie::ShownMovie;
use crate::significance::{Significance, significance};

/// Parts of the recording: for errors, and to choose the penalty.
const PARTS: usize = 10;
/// Bins a part at least, in histories.
const LEAST_PART: usize = 2;

/// What fields are estimated by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldEstimate {
    /// The average of what was shown before, weighted by the response: the linear filter of a cell where
    /// the movie is white noise.
    Average,
    /// The same without the movie's own correlations, by ridge regression.
    Decorrelated,
}

/// How fields are looked for.
#[derive(Clone, Copy, Debug)]
pub struct FieldSettings {
    /// Frames before a response.
    pub history: usize,
    /// Time from one frame to the next.
    pub frame_period: Milliseconds,
    /// What by; chosen by the movie's correlations if left out.
    pub estimate: Option<FieldEstimate>,
}

/// What was chosen.
#[derive(Clone, Debug)]
pub struct FieldMethod {
    /// Correlations of the movie.
    pub movie: MovieCorrelations,
    /// What fields are estimated by.
    pub estimate: FieldEstimate,
    /// Whether the movie's correlations were to be taken out and could not be: they are not those of a movie that is the
    /// same everywhere in space.
    pub not_stationary: bool,
    /// Bins that they are from: those with a full history.
    pub bins: usize,
}

/// Fields of all cells.
#[derive(Clone, Debug)]
pub struct Fields {
    /// How they were estimated.
    pub method: FieldMethod,
    /// Spikes or rates.
    pub kind: ResponseKind,
    /// The cells, in their order.
    pub cells: Vec<FoundField>,
}

/// The field of a cell.
#[derive(Clone, Debug)]
pub struct FoundField {
    /// The cell.
    pub cell: CellIndex,
    /// Its mean rate, Hz.
    pub mean_rate_hz: f64,
    /// The average, in Hz times standard deviations of the movie; over the mean rate, it is the mean of
    /// what was shown before a spike.
    pub average: ReceptiveField,
    /// Without the movie's correlations, Hz a standard deviation, where that was asked for or the movie
    /// needs it.
    pub decorrelated: Option<(ReceptiveField, Ridge)>,
    /// Whether the cell answers to the movie; none where the recording is too short to tell.
    pub significance: Option<Significance>,
    /// What is read off the field.
    pub numbers: FieldNumbers,
}

impl FoundField {
    /// The field that the numbers are of.
    pub fn field(&self) -> &ReceptiveField {
        match &self.decorrelated {
            Some((field, _)) => field,
            None => &self.average,
        }
    }

    /// Whether the cell surely answers to the movie.
    pub fn is_significant(&self) -> bool {
        self.significance.is_some_and(|found| found.significant)
    }
}

/// Receptive fields of cells from bins `runs`, which have a full history each.
///
/// # Errors
/// If there are too few bins, or the movie cannot be read.
pub fn find(
    shown: ShownMovie<'_>,
    responses: &CellResponses,
    runs: &[Range<usize>],
    settings: FieldSettings,
) -> Result<Fields, Error> {
    let history = settings.history;
    let bins: Vec<usize> = runs.iter().cloned().flatten().collect();
    check(&bins, history)?;
    let movie = MovieCorrelations::of(&shown)?;
    let estimate = settings.estimate.unwrap_or_else(|| needed_by(&movie));
    let weights = responses.weights(&bins);
    let parts = parts(&shown, &weights, &bins, history)?;
    let sums: Vec<Vec<f64>> = parts
        .iter()
        .map(|parts| sum(parts, bins.len() as f64))
        .collect();
    let significance = significance(&shown, &bins, &weights.values, &sums, history)?;
    let decorrelated = match estimate {
        FieldEstimate::Average => None,
        FieldEstimate::Decorrelated => {
            let variances = weights.values.iter().map(|row| variance(row, bins.len()));
            let covariance = MovieCovariance::of(&shown, &bins, history)?;
            Some(covariance.decorrelated(&parts, &variances.collect::<Vec<_>>()))
        }
    };
    // No field explains more than there is: where waves of the movie correlate with one another, as in checks of several
    // pixels, what separate waves explain is counted more than once.
    let decorrelated = decorrelated.filter(|all| all.iter().all(Decorrelated::is_possible));
    let not_stationary = estimate == FieldEstimate::Decorrelated && decorrelated.is_none();
    let estimate = match not_stationary {
        true => FieldEstimate::Average,
        false => estimate,
    };
    let shape = [history, shown.movie.height(), shown.movie.width()];
    let of_cell = |(row, &cell): (usize, &CellIndex)| {
        let found = decorrelated.as_ref().map(|all| &all[row]);
        let estimated = Estimated::of(shape, &parts[row], found);
        FoundField {
            cell,
            mean_rate_hz: weights.means[row],
            significance: significance[row],
            numbers: estimated.numbers(settings.frame_period),
            average: estimated.average,
            decorrelated: estimated.decorrelated,
        }
    };
    Ok(Fields {
        cells: responses.cells.iter().enumerate().map(of_cell).collect(),
        kind: responses.kind,
        method: FieldMethod {
            movie,
            estimate,
            not_stationary,
            bins: bins.len(),
        },
    })
}

/// What a movie's own correlations ask for.
fn needed_by(movie: &MovieCorrelations) -> FieldEstimate {
    match movie.strong() {
        Some(_) => FieldEstimate::Decorrelated,
        None => FieldEstimate::Average,
    }
}

/// Whether there is enough to find fields in.
fn check(bins: &[usize], history: usize) -> Result<(), Error> {
    let least = PARTS * LEAST_PART * history;
    if history == 0 {
        return Err(Error::NoHistory);
    }
    if bins.len() < least {
        return Err(Error::TooFewBins {
            bins: bins.len(),
            history,
            least,
        });
    }
    Ok(())
}

/// The fields of one cell.
struct Estimated {
    average: ReceptiveField,
    decorrelated: Option<(ReceptiveField, Ridge)>,
    /// The field that is told, without each part of the recording.
    without: Vec<ReceptiveField>,
}

impl Estimated {
    fn of(shape: [usize; 3], parts: &[Vec<f64>], found: Option<&Decorrelated>) -> Self {
        let field = |values: &[f64]| {
            ReceptiveField::new(shape, values.iter().map(|&value| value as f32).collect())
        };
        let without = match found {
            Some(found) => found.without.iter().map(|one| field(one)).collect(),
            None => (0..PARTS)
                .map(|part| field(&without_part(parts, part)))
                .collect(),
        };
        Self {
            average: field(&sum(parts, 1.0)),
            decorrelated: found.map(|found| (field(&found.whole), found.ridge)),
            without,
        }
    }

    fn numbers(&self, frame_period: Milliseconds) -> FieldNumbers {
        let own = self.decorrelated.as_ref();
        let own = own.map_or(&self.average, |(own, _)| own);
        FieldNumbers::of(own, &self.without, frame_period)
    }
}

/// Averages of parts of the recording, `[cell][part][lag, pixel]`: each the sum over its bins over the
/// number of all bins.
fn parts(
    shown: &ShownMovie<'_>,
    weights: &Weights,
    bins: &[usize],
    history: usize,
) -> Result<Vec<Vec<Vec<f64>>>, Error> {
    let rows: Vec<&[f32]> = weights.values.iter().map(Vec::as_slice).collect();
    let mut all: Vec<Vec<Vec<f64>>> = vec![Vec::with_capacity(PARTS); rows.len()];
    for part in 0..PARTS {
        let own = &bins[part * bins.len() / PARTS..(part + 1) * bins.len() / PARTS];
        let range = own[0]..own[own.len() - 1] + 1;
        let sums = weighted_sums(shown, &rows, range, history)?;
        for (cell, mut sums) in all.iter_mut().zip(sums) {
            sums.iter_mut().for_each(|sum| *sum /= bins.len() as f64);
            cell.push(sums);
        }
    }
    Ok(all)
}

/// The sum of parts, times a factor.
fn sum(parts: &[Vec<f64>], factor: f64) -> Vec<f64> {
    let mut sum = vec![0.0; parts[0].len()];
    for part in parts {
        let pairs = sum.iter_mut().zip(part);
        pairs.for_each(|(sum, value)| *sum += factor * value);
    }
    sum
}

/// The average without a part, to the scale of all.
fn without_part(parts: &[Vec<f64>], left_out: usize) -> Vec<f64> {
    let count = parts.len() as f64;
    let kept = parts
        .iter()
        .enumerate()
        .filter(|(part, _)| *part != left_out);
    let kept: Vec<Vec<f64>> = kept.map(|(_, values)| values.clone()).collect();
    sum(&kept, count / (count - 1.0))
}

fn variance(weights: &[f32], bins: usize) -> f64 {
    let squares = weights.iter().map(|&weight| f64::from(weight).powi(2));
    squares.sum::<f64>() / bins as f64
}
