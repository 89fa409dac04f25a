//! Parts of a recording, for errors and to choose penalties.

use ganglion_recording::Error;

use crate::average::weighted_sums;
use crate::responses::Weights;
use crate::shown_movie::BlockMovie;

/// Parts that a recording is cut into.
pub(crate) const PARTS: usize = 10;

/// Bins of each part, one after the other.
pub(crate) fn parts(bins: &[usize]) -> impl Iterator<Item = &[usize]> {
    (0..PARTS).map(move |part| {
        let end = |part: usize| part * bins.len() / PARTS;
        &bins[end(part)..end(part + 1)]
    })
}

/// Weighted sums over the parts of the recording in which a cell was recorded.
#[derive(Clone, Debug, Default)]
pub(crate) struct CellSums {
    /// Number of each part, bins that the cell was recorded in, and the sums over them `[lag, block]`.
    parts: Vec<PartSums>,
}

#[derive(Clone, Debug)]
struct PartSums {
    part: usize,
    bins: usize,
    sums: Vec<f32>,
}

impl CellSums {
    /// Of all cells.
    pub(crate) fn of(
        movie: &BlockMovie<'_>,
        weights: &Weights,
        bins: &[usize],
        history: usize,
    ) -> Result<Vec<Self>, Error> {
        let rows: Vec<&[f32]> = weights.values.iter().map(Vec::as_slice).collect();
        let mut all = vec![Self::default(); rows.len()];
        for (part, own) in parts(bins).enumerate() {
            let range = own[0]..own[own.len() - 1] + 1;
            let sums = weighted_sums(movie, &rows, range, history)?;
            for ((cell, sums), held) in all.iter_mut().zip(sums).zip(&weights.held) {
                let bins = own.iter().filter(|&&bin| held[bin]).count();
                if bins > 0 {
                    cell.parts.push(PartSums { part, bins, sums });
                }
            }
        }
        Ok(all)
    }

    /// Numbers of the parts in which the cell was recorded.
    pub(crate) fn recorded(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts.iter().map(|part| part.part)
    }

    /// The sum over all bins.
    pub(crate) fn sum(&self) -> Vec<f32> {
        self.over(None).0
    }

    /// The mean over the bins of all parts, or of all but one.
    pub(crate) fn mean(&self, left_out: Option<usize>) -> Vec<f32> {
        let (mut sums, bins) = self.over(left_out);
        sums.iter_mut().for_each(|sum| *sum /= bins as f32);
        sums
    }

    fn over(&self, left_out: Option<usize>) -> (Vec<f32>, usize) {
        let kept = || self.parts.iter().filter(|part| Some(part.part) != left_out);
        let mut wide = vec![0.0f64; self.parts.first().map_or(0, |part| part.sums.len())];
        for part in kept() {
            let pairs = wide.iter_mut().zip(&part.sums);
            pairs.for_each(|(sum, &value)| *sum += f64::from(value));
        }
        let bins = kept().map(|part| part.bins).sum();
        (wide.into_iter().map(|sum| sum as f32).collect(), bins)
    }
}
