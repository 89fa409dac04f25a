//! Weighted sums of what was shown before each bin.

use std::ops::Range;

use ganglion_recording::Error;

use crate::product::multiply;
use crate::shown_movie::ShownMovie;

/// Frames of a matrix product.
const CHUNK: usize = 512;
/// Rows of a matrix product at most: weights at one lag each.
const ROWS: usize = 1024;

/// `sum over bins of weight(t) * frame(t - lag, pixel)` for rows of weights, over the bins of a range:
/// `[row][lag, pixel]` from the largest lag (the oldest frame) to the smallest, which is 1, as bin `t`
/// follows frame `t - 1`.
///
/// Each row has a weight for every bin of the movie; bins without a full history must weigh 0. Frames are
/// streamed, in single precision; sums over 512 frames are added up in double precision.
///
/// Source: Chichilnisky 2001, Network 12:199.
pub(crate) fn weighted_sums(
    shown: &ShownMovie<'_>,
    rows: &[&[f32]],
    bins: Range<usize>,
    history: usize,
) -> Result<Vec<Vec<f64>>, Error> {
    let pixels = shown.movie.pixels();
    let mut sums = vec![vec![0.0; history * pixels]; rows.len()];
    let (mut frames, mut lagged, mut product) = (Vec::new(), Vec::new(), Vec::new());
    let first = bins.start.saturating_sub(history);
    let together = (ROWS / history).max(1);
    for start in (first..bins.end.saturating_sub(1)).step_by(CHUNK) {
        let seen = start..(start + CHUNK).min(bins.end - 1);
        shown
            .movie
            .normalised_frames(seen.clone(), shown.normalisation, &mut frames)?;
        for (rows, sums) in rows.chunks(together).zip(sums.chunks_mut(together)) {
            lagged.clear();
            for row in rows {
                for lag in (1..=history).rev() {
                    let weights = seen.clone().map(|frame| weight(row, frame + lag, &bins));
                    lagged.extend(weights);
                }
            }
            product.resize(rows.len() * history * pixels, 0.0);
            let sizes = [rows.len() * history, seen.len(), pixels];
            multiply(sizes, &lagged, &frames, &mut product);
            let added = sums.iter_mut().flatten().zip(&product);
            added.for_each(|(sum, &value)| *sum += f64::from(value));
        }
    }
    Ok(sums)
}

fn weight(row: &[f32], bin: usize, bins: &Range<usize>) -> f32 {
    if bins.contains(&bin) { row[bin] } else { 0.0 }
}
