//! Receptive fields of all cells.

use std::ops::Range;

use ganglion_experiment::receptive_field::ReceptiveField;
use ganglion_recording::{CellIndex, Milliseconds};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::blocks::BlockCounts;
use crate::components::MOST_BLOCKS;
use crate::correlations::MovieCorrelations;
use crate::decorrelation::{Decorrelated, Decorrelation, Ridge};
use crate::geometry::Geometry;
use crate::numbers::{BlockField, FieldNumbers};
use crate::parts::{CellSums, PARTS};
use crate::responses::{CellResponses, LeftOutCell, ResponseKind};
use crate::shown_movie::{BlockMovie, ShownMovie};
use crate::significance::{Significance, significance};

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
    /// Pixels that are different from one another.
    pub blocks: BlockCounts,
    /// Why the movie's correlations were not taken out, where they were to be.
    pub not_decorrelated: Option<NotDecorrelated>,
    /// Bins that they are from: those with a full history.
    pub bins: usize,
}

/// Why the movie's correlations are not taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDecorrelated {
    /// No pixel ever changes.
    NothingChanges,
    /// The covariance of so many pixels is too large a matrix.
    TooManyBlocks {
        /// Pixels that are different from one another.
        blocks: usize,
        /// Most of them.
        most: usize,
    },
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
    /// Cells of which too little was recorded.
    pub left_out: Vec<LeftOutCell>,
}

/// The field of a cell.
#[derive(Clone, Debug)]
pub struct FoundField {
    /// The cell.
    pub cell: CellIndex,
    /// Bins that it was recorded in, of those with a full history.
    pub bins: usize,
    /// Its mean rate, Hz.
    pub mean_rate_hz: f64,
    /// The average, in Hz times standard deviations of the movie; over the mean rate, it is the mean of
    /// what was shown before a spike.
    pub average: ReceptiveField,
    /// Without the movie's correlations, Hz a standard deviation, where that was asked for or the movie
    /// needs it. Pixels that always have the same value share the weight of their block, so that the sum over
    /// all pixels and lags of weight times value predicts the rate.
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
/// If there are too few bins, or of every cell too little is recorded; or the movie cannot be read, or its
/// correlations cannot be taken out for a reason of numbers.
pub fn find(
    shown: ShownMovie<'_>,
    responses: &CellResponses,
    runs: &[Range<usize>],
    settings: FieldSettings,
) -> Result<Fields, Error> {
    let history = settings.history;
    let bins: Vec<usize> = runs.iter().cloned().flatten().collect();
    let least = check(&bins, history)?;
    let (responses, left_out) = usable(responses, &bins, least)?;
    let correlations = MovieCorrelations::of(&shown)?;
    let movie = BlockMovie::of(shown)?;
    let (estimate, not_decorrelated) = chosen(settings.estimate, &correlations, &movie);
    let weights = responses.weights(&bins);
    let sums = CellSums::of(&movie, &weights, &bins, history)?;
    let whole: Vec<Vec<f32>> = sums.iter().map(CellSums::sum).collect();
    let significance = significance(&movie, &bins, &weights.values, &whole, history)?;
    drop(whole);
    let decorrelation = match estimate {
        FieldEstimate::Average => None,
        FieldEstimate::Decorrelated => Some(
            Decorrelation::of(&movie, &bins, history)?
                .with_fields(&movie, &weights, &sums, &bins)?,
        ),
    };
    let geometry = Geometry::of(movie.blocks(), history);
    let of_cell = |(row, &cell): (usize, &CellIndex)| {
        let found = decorrelation
            .as_ref()
            .map(|(own, fields)| (own, &fields[row]));
        let estimated = Estimated::of(&sums[row], found);
        FoundField {
            cell,
            bins: weights.held[row].iter().filter(|&&held| held).count(),
            mean_rate_hz: weights.means[row],
            significance: significance[row],
            numbers: estimated.numbers(&geometry, settings.frame_period),
            average: geometry.field(&estimated.average, false),
            decorrelated: found.map(|(_, found)| (geometry.field(&found.whole, true), found.ridge)),
        }
    };
    Ok(Fields {
        cells: responses
            .cells
            .par_iter()
            .enumerate()
            .map(of_cell)
            .collect(),
        kind: responses.kind,
        left_out,
        method: FieldMethod {
            movie: correlations,
            estimate,
            blocks: movie.blocks().counts(),
            not_decorrelated,
            bins: bins.len(),
        },
    })
}

/// The cells of which enough was recorded, and the others.
fn usable(
    responses: &CellResponses,
    bins: &[usize],
    least: usize,
) -> Result<(CellResponses, Vec<LeftOutCell>), Error> {
    let (usable, left_out) = responses.usable(bins, least);
    match usable.cells.is_empty() {
        true => Err(Error::NoCells(left_out)),
        false => Ok((usable, left_out)),
    }
}

/// What is asked for, or else what a movie's own correlations need, as far as it is possible.
fn chosen(
    asked: Option<FieldEstimate>,
    correlations: &MovieCorrelations,
    movie: &BlockMovie<'_>,
) -> (FieldEstimate, Option<NotDecorrelated>) {
    let needed = match correlations.strong() {
        Some(_) => FieldEstimate::Decorrelated,
        None => FieldEstimate::Average,
    };
    let blocks = movie.blocks().len();
    let reason = match blocks {
        0 => Some(NotDecorrelated::NothingChanges),
        _ if blocks > MOST_BLOCKS => Some(NotDecorrelated::TooManyBlocks {
            blocks,
            most: MOST_BLOCKS,
        }),
        _ => None,
    };
    match (asked.unwrap_or(needed), reason) {
        (FieldEstimate::Decorrelated, Some(reason)) => (FieldEstimate::Average, Some(reason)),
        (estimate, _) => (estimate, None),
    }
}

/// Whether there is enough to find fields in, and how many bins are enough.
fn check(bins: &[usize], history: usize) -> Result<usize, Error> {
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
    Ok(least)
}

/// The fields of one cell, in blocks.
struct Estimated<'a> {
    average: Vec<f32>,
    /// The field that is told, without each part of the recording.
    without: Vec<Vec<f32>>,
    decorrelated: Option<(&'a Decorrelation, &'a Decorrelated)>,
}

impl<'a> Estimated<'a> {
    fn of(sums: &CellSums, decorrelated: Option<(&'a Decorrelation, &'a Decorrelated)>) -> Self {
        let without = match decorrelated {
            Some((_, found)) => found.without.clone(),
            None => sums.recorded().map(|part| sums.mean(Some(part))).collect(),
        };
        Self {
            average: sums.mean(None),
            without,
            decorrelated,
        }
    }

    fn numbers(&self, geometry: &Geometry<'_>, frame_period: Milliseconds) -> FieldNumbers {
        let (own, is_shared) = match self.decorrelated {
            Some((_, found)) => (&found.whole, true),
            None => (&self.average, false),
        };
        let field = |weights| BlockField { weights, is_shared };
        let without: Vec<BlockField<'_>> = self.without.iter().map(|one| field(one)).collect();
        let resolution = |course: &[f64], blocks: &[usize]| {
            let (decorrelation, found) = self.decorrelated?;
            Some(decorrelation.resolution(found.ridge, course, blocks))
        };
        FieldNumbers::of(geometry, field(own), &without, &resolution, frame_period)
    }
}
