//! Whether a cell answers to what was shown at all.

use std::ops::Range;

use ganglion_experiment::receptive_field::ReceptiveField;
use ganglion_numerics::{autocorrelation, mean};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::average::weighted_sums;
use crate::shown_movie::BlockMovie;

/// Seed of the shifts.
const SEED: u64 = 20_191;
/// Random shifts.
const SHIFTS: usize = 99;
/// Probability up to which an average is called significant.
const SIGNIFICANT: f64 = 0.05;
/// Bins that a shifted average is of at least, where there are as many.
const LEAST_BINS: usize = 4000;
/// Multiplications that all shifted averages together may take, unless that is fewer than [`LEAST_BINS`] each.
const WORK: usize = 100_000_000_000;
/// A shifted average is of so many of the least shifts at least: averages of fewer are not yet normal.
const MEMORIES: usize = 50;
/// Lags of the autocorrelation that are looked at, at most.
const MOST_LAGS: usize = 1000;

/// Whether an average stands out of averages of the same responses at wrong times.
///
/// The statistic is the largest magnitude, over pixels and lags, of the average smoothed by `[1, 2, 1] / 4`
/// along each axis ([`ReceptiveField::smoothed`]), over the root of the summed squares of the responses.
/// Responses are shifted in a circle by random times, at least a history and the time after which the
/// cell's autocorrelation is that of noise, and `p = (1 + shifts whose statistic is as large) / (1 +
/// shifts)`. As the largest of all weights is compared, no more than a share p of cells that see nothing is
/// called significant, however many pixels and lags there are, and whatever the movie.
///
/// Of a long recording, shifted averages are of a part each: divided by the root of the summed squares, the
/// statistic of chance does not depend on the number of bins, as averages of many bins are normal.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Significance {
    /// Share of cells that see nothing whose average would stand out as much.
    pub p: f64,
    /// Whether p is at most 0.05.
    pub significant: bool,
    /// The statistic.
    pub statistic: f64,
    /// The smallest shift that was allowed, bins.
    pub least_shift: usize,
    /// Random shifts.
    pub shifts: usize,
    /// Bins that each shifted average is of.
    pub bins: usize,
}

/// The significance of averages, given the sums that they are of; none of a recording too short for shifts.
pub(crate) fn significance(
    movie: &BlockMovie<'_>,
    bins: &[usize],
    weights: &[Vec<f32>],
    sums: &[Vec<f32>],
    history: usize,
) -> Result<Vec<Option<Significance>>, Error> {
    let own: Vec<Vec<f32>> = weights.iter().map(|row| at(row, bins)).collect();
    let least: Vec<usize> = own.iter().map(|one| history + memory(one)).collect();
    // One shift for all cells, so that what they share stays shared.
    let least_shift = least.iter().copied().max().unwrap_or(history);
    if bins.len() < 4 * least_shift {
        return Ok(vec![None; weights.len()]);
    }
    let a_bin = (history * movie.blocks().len() * weights.len()).max(1);
    let part = (LEAST_BINS.max(WORK / SHIFTS / a_bin))
        .max(MEMORIES * least_shift)
        .min(bins.len());
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let (mut as_large, mut observed) = (vec![0usize; weights.len()], Vec::new());
    for (sums, own) in sums.iter().zip(&own) {
        observed.push(statistic(movie, sums, squares(own)));
    }
    for _ in 0..SHIFTS {
        let shift = random.random_range(least_shift..=bins.len() - least_shift);
        let start = random.random_range(0..=bins.len() - part);
        let places = start..start + part;
        let range = bins[start]..bins[start + part - 1] + 1;
        let shifted: Vec<Vec<f32>> = (own.iter())
            .map(|own| shifted(own, shift, bins, (places.clone(), movie.frames())))
            .collect();
        let rows: Vec<&[f32]> = shifted.iter().map(Vec::as_slice).collect();
        let sums = weighted_sums(movie, &rows, range, history)?;
        let cells = sums
            .par_iter()
            .zip(&shifted)
            .zip(&observed)
            .zip(&mut as_large);
        cells.for_each(|(((sums, row), &observed), as_large)| {
            let found = statistic(movie, sums, squares(&at(row, &bins[places.clone()])));
            *as_large += usize::from(found >= observed);
        });
    }
    let of = |(&as_large, &statistic): (&usize, &f64)| {
        let p = (1 + as_large) as f64 / (1 + SHIFTS) as f64;
        Some(Significance {
            p,
            significant: p <= SIGNIFICANT && statistic > 0.0,
            statistic,
            least_shift,
            shifts: SHIFTS,
            bins: part,
        })
    };
    Ok(as_large.iter().zip(&observed).map(of).collect())
}

fn at(row: &[f32], bins: &[usize]) -> Vec<f32> {
    bins.iter().map(|&bin| row[bin]).collect()
}

/// Values of bins so many bins later in the circle of all bins, those of some places alone.
fn shifted(
    own: &[f32],
    shift: usize,
    bins: &[usize],
    (places, frames): (Range<usize>, usize),
) -> Vec<f32> {
    let value = |place: usize| own[(place + own.len() - shift) % own.len()];
    // Without their mean, as all responses together are: else what does not change in the movie would count.
    let mean = mean(places.clone().map(|place| f64::from(value(place)))) as f32;
    let mut row = vec![0.0; frames];
    for place in places {
        row[bins[place]] = value(place) - mean;
    }
    row
}

fn squares(values: &[f32]) -> f64 {
    values.iter().map(|&value| f64::from(value).powi(2)).sum()
}

fn statistic(movie: &BlockMovie<'_>, sums: &[f32], squares: f64) -> f64 {
    let blocks = movie.blocks();
    let values = blocks.spread(sums);
    if values.is_empty() {
        return 0.0;
    }
    let [height, width] = blocks.frame();
    let shape = [values.len() / (height * width), height, width];
    let smooth = ReceptiveField::new(shape, values).smoothed();
    let largest = (smooth.values().iter()).fold(0.0f32, |most, value| most.max(value.abs()));
    if squares > 0.0 {
        f64::from(largest) / squares.sqrt()
    } else {
        0.0
    }
}

/// Bins after which five correlations in a row are those of noise.
fn memory(values: &[f32]) -> usize {
    let wide: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
    let lags = MOST_LAGS.min(values.len() / 8);
    let Some(rho) = autocorrelation(&wide, lags) else {
        return 0;
    };
    let noise = 2.0 / (values.len() as f64).sqrt();
    let small = rho.iter().map(|rho| rho.abs() < noise).collect::<Vec<_>>();
    let over = small
        .windows(5)
        .position(|five| five.iter().all(|small| *small));
    over.unwrap_or(lags)
}
