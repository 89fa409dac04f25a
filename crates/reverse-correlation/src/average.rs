//! Weighted sums of what was shown before each bin.

use std::ops::Range;

use ganglion_recording::Error;
use rayon::prelude::*;

use crate::product::{Matrix, multiply};
use crate::shown_movie::{BlockMovie, Buffer};

/// Frames of a matrix product.
const CHUNK: usize = 512;
/// Rows of a matrix product at most: weights at one lag each.
const ROWS: usize = 1024;

/// `sum over bins of weight(t) * value(t - lag, block)` for rows of weights, over the bins of a range:
/// `[row][lag, block]` from the largest lag (the oldest frame) to the smallest, which is 1, as bin `t`
/// follows frame `t - 1`.
///
/// Each row has a weight for every bin of the movie; bins without a full history must weigh 0. Frames are
/// streamed, in single precision; sums over 512 frames are added up in double precision.
///
/// Source: Chichilnisky 2001, Network 12:199.
pub(crate) fn weighted_sums(
    movie: &BlockMovie<'_>,
    rows: &[&[f32]],
    bins: Range<usize>,
    history: usize,
) -> Result<Vec<Vec<f32>>, Error> {
    let blocks = movie.blocks().len();
    let size = history * blocks;
    let mut sums = vec![vec![0.0f64; size]; rows.len()];
    let (mut buffer, mut lagged, mut product) = (Buffer::default(), Vec::new(), Vec::new());
    let first = bins.start.saturating_sub(history);
    let together = (ROWS / history).max(1);
    for start in (first..bins.end.saturating_sub(1)).step_by(CHUNK) {
        let seen = start..(start + CHUNK).min(bins.end - 1);
        let courses = movie.read(seen.clone(), &mut buffer)?;
        for (rows, sums) in rows.chunks(together).zip(sums.chunks_mut(together)) {
            lagged.clear();
            for row in rows {
                for lag in (1..=history).rev() {
                    let weights = seen.clone().map(|frame| weight(row, frame + lag, &bins));
                    lagged.extend(weights);
                }
            }
            product.resize(rows.len() * size, 0.0);
            let left = Matrix::new(&lagged, [rows.len() * history, seen.len()]);
            let right = Matrix::new(courses, [seen.len(), blocks]);
            multiply(left, right, &mut product);
            let added = sums.par_iter_mut().zip(product.par_chunks(size.max(1)));
            added.for_each(|(sums, product)| {
                let pairs = sums.iter_mut().zip(product);
                pairs.for_each(|(sum, &value)| *sum += f64::from(value));
            });
        }
    }
    let narrow = |sums: Vec<f64>| sums.into_iter().map(|sum| sum as f32).collect();
    Ok(sums.into_iter().map(narrow).collect())
}

fn weight(row: &[f32], bin: usize, bins: &Range<usize>) -> f32 {
    if bins.contains(&bin) { row[bin] } else { 0.0 }
}
