//! How a movie correlates in space and time.

use std::ops::Range;

use ganglion_numerics::{CholeskyFactor, symmetric_eigen};
use rayon::prelude::*;

use crate::Error;
use crate::product::{Matrix, multiply};
use crate::shown_movie::{BlockMovie, Buffer};

/// Most blocks whose covariance is taken apart: time grows with their third power, memory with their second
/// (three matrices of 128 MiB for so many).
pub(crate) const MOST_BLOCKS: usize = 4096;
/// Frames that are looked at together.
const STRETCH: usize = 4096;
/// Multiplications that the covariance of space may take: of 2500 blocks that is 120,000 frames.
const WORK: usize = 400_000_000_000;
/// Frames a block at least, whatever that takes.
const FRAMES_A_BLOCK: usize = 20;
/// Frames that autocovariances are measured on, at most.
const FRAMES: usize = 40_000;
/// Blocks whose covariances are multiplied together.
const TILE: usize = 256;

/// The covariance of a movie's windows, as that of its principal components in space, each with an
/// autocovariance of its own. Components do not correlate at the same time, by construction; they are taken
/// not to correlate at different times, as is exact where the covariance is one of space times one of time.
#[derive(Debug)]
pub(crate) struct Components {
    /// Unit vectors over blocks `[component, block]`.
    vectors: Vec<f32>,
    /// Autocovariance `[component][lag]` from lag 0.
    autocovariances: Vec<Vec<f64>>,
    /// Variance of a block, on average.
    mean_variance: f64,
}

impl Components {
    /// Measures a movie.
    ///
    /// # Errors
    /// If it cannot be read, or its covariance has no eigenvectors in double precision.
    pub(crate) fn of(
        movie: &BlockMovie<'_>,
        bins: &[usize],
        history: usize,
    ) -> Result<Self, Error> {
        let blocks = movie.blocks().len();
        let frames = (WORK / (blocks * blocks / 2).max(1)).max(FRAMES_A_BLOCK * blocks);
        let covariance = covariance(movie, &stretches(bins, history, frames))?;
        let eigen = symmetric_eigen(covariance, blocks).ok_or(Error::NoComponents { blocks })?;
        let narrow = |values: &[f64]| values.iter().map(|&value| value as f32).collect();
        let vectors: Vec<f32> = narrow(&eigen.vectors);
        // Rounding leaves variances below 0.
        let variances: Vec<f64> = eigen.values.iter().map(|value| value.max(0.0)).collect();
        let measured =
            autocovariances(movie, &vectors, &stretches(bins, history, FRAMES), history)?;
        let scaled = |(own, variance): (Vec<f64>, &f64)| -> Vec<f64> {
            let scale = if own[0] > 0.0 { variance / own[0] } else { 0.0 };
            own.iter().map(|value| value * scale).collect()
        };
        Ok(Self {
            vectors,
            autocovariances: measured.into_iter().zip(&variances).map(scaled).collect(),
            mean_variance: variances.iter().sum::<f64>() / blocks as f64,
        })
    }

    /// Number of components, which is that of blocks.
    pub(crate) fn len(&self) -> usize {
        self.autocovariances.len()
    }

    pub(crate) fn mean_variance(&self) -> f64 {
        self.mean_variance
    }

    fn matrix(&self) -> Matrix<'_> {
        Matrix::new(&self.vectors, [self.len(); 2])
    }

    /// `[row, component]` of `[row, block]`.
    pub(crate) fn of_blocks(&self, values: &[f32], components: &mut Vec<f32>) {
        let rows = values.len().checked_div(self.len()).unwrap_or(0);
        components.resize(values.len(), 0.0);
        let left = Matrix::new(values, [rows, self.len()]);
        multiply(left, self.matrix().transposed(), components);
    }

    /// `[row, block]` of `[component, row]`.
    pub(crate) fn to_blocks(&self, values: &[f32]) -> Vec<f32> {
        let rows = values.len().checked_div(self.len()).unwrap_or(0);
        let mut blocks = vec![0.0; values.len()];
        let left = Matrix::new(values, [self.len(), rows]).transposed();
        multiply(left, self.matrix(), &mut blocks);
        blocks
    }

    /// The covariance of a component's values in a window, plus a penalty, to be solved; none where it is not
    /// positive definite in double precision.
    pub(crate) fn penalised(&self, component: usize, penalty: f64) -> Option<CholeskyFactor> {
        let own = &self.autocovariances[component];
        let history = own.len();
        let at = |a: usize, b: usize| own[a.abs_diff(b)] + if a == b { penalty } else { 0.0 };
        let places = (0..history).flat_map(|a| (0..history).map(move |b| (a, b)));
        CholeskyFactor::of(places.map(|(a, b)| at(a, b)).collect(), history)
    }

    /// What ridge regression with a penalty makes of a field with a time course `[lag]` of unit norm, at some
    /// blocks and along that course: `[block, block]`, row after row. Along each component it keeps
    /// `course' (C + penalty)^-1 C course` of the field.
    pub(crate) fn resolution(&self, penalty: f64, course: &[f64], blocks: &[usize]) -> Vec<f64> {
        let kept = (0..self.len()).into_par_iter().map(|component| {
            let factor = self.penalised(component, penalty);
            // (C + penalty)^-1 C is 1 - penalty (C + penalty)^-1.
            factor.map_or(0.0, |factor| {
                let lost = ganglion_numerics::dot(course, &factor.solve(course));
                (1.0 - penalty * lost).max(0.0).sqrt()
            })
        });
        let kept: Vec<f64> = kept.collect();
        let rows = self.vectors.chunks_exact(self.len()).zip(kept);
        let halves: Vec<f32> = rows
            .flat_map(|(vector, kept)| blocks.iter().map(move |&block| kept as f32 * vector[block]))
            .collect();
        let half = Matrix::new(&halves, [self.len(), blocks.len()]);
        let mut product = vec![0.0; blocks.len() * blocks.len()];
        multiply(half.transposed(), half, &mut product);
        product.into_iter().map(f64::from).collect()
    }
}

/// Covariance of blocks `[block, block]`, over the frames of stretches.
fn covariance(movie: &BlockMovie<'_>, stretches: &[Range<usize>]) -> Result<Vec<f64>, Error> {
    let blocks = movie.blocks().len();
    let mut sums = vec![0.0f64; blocks * blocks];
    let (mut buffer, mut product, mut count) = (Buffer::default(), Vec::new(), 0);
    for stretch in stretches {
        let frames = stretch.len();
        count += frames;
        let courses = Matrix::new(movie.read(stretch.clone(), &mut buffer)?, [frames, blocks]);
        for start in (0..blocks).step_by(TILE) {
            // The lower triangle is enough.
            let end = (start + TILE).min(blocks);
            product.resize((end - start) * end, 0.0);
            let own = courses.columns(start..end).transposed();
            multiply(own, courses.columns(0..end), &mut product);
            let rows = sums[start * blocks..end * blocks].par_chunks_mut(blocks);
            rows.zip(product.par_chunks(end))
                .for_each(|(sums, product)| {
                    let pairs = sums.iter_mut().zip(product);
                    pairs.for_each(|(sum, &value)| *sum += f64::from(value));
                });
        }
    }
    let scale = 1.0 / (count as f64).max(1.0);
    for row in 0..blocks {
        for column in 0..=row {
            let value = scale * sums[row * blocks + column];
            sums[row * blocks + column] = value;
            sums[column * blocks + row] = value;
        }
    }
    Ok(sums)
}

/// Autocovariance of components `[component][lag]`. All lags are divided by the same number of frames, so that
/// these are the autocovariances of some series, and their matrices have no negative eigenvalues.
fn autocovariances(
    movie: &BlockMovie<'_>,
    vectors: &[f32],
    stretches: &[Range<usize>],
    history: usize,
) -> Result<Vec<Vec<f64>>, Error> {
    let blocks = movie.blocks().len();
    let mut sums = vec![0.0f64; history * blocks];
    let (mut buffer, mut components, mut count) = (Buffer::default(), Vec::new(), 0);
    for stretch in stretches {
        count += stretch.len();
        let courses = movie.read(stretch.clone(), &mut buffer)?;
        components.resize(courses.len(), 0.0);
        let left = Matrix::new(courses, [stretch.len(), blocks]);
        let right = Matrix::new(vectors, [blocks; 2]).transposed();
        multiply(left, right, &mut components);
        let lags = sums.par_chunks_mut(blocks.max(1)).enumerate();
        lags.for_each(|(lag, sums)| {
            let newer = components.chunks_exact(blocks).skip(lag);
            for (newer, older) in newer.zip(components.chunks_exact(blocks)) {
                let pairs = newer.iter().zip(older);
                let added = sums.iter_mut().zip(pairs);
                added.for_each(|(sum, (&a, &b))| *sum += f64::from(a) * f64::from(b));
            }
        });
    }
    let of_component = |component: usize| -> Vec<f64> {
        let sums = sums.iter().skip(component).step_by(blocks);
        sums.map(|sum| sum / (count as f64).max(1.0)).collect()
    };
    Ok((0..blocks).map(of_component).collect())
}

/// Stretches of frames within runs of bins, spread over the recording, of so many frames at most but one
/// stretch at least, each of a few histories or more.
fn stretches(bins: &[usize], history: usize, frames: usize) -> Vec<Range<usize>> {
    let length = STRETCH.max(20 * history);
    let runs = bins.chunk_by(|a, b| a + 1 == *b);
    let mut all: Vec<Range<usize>> = Vec::new();
    for run in runs {
        for piece in run.chunks(length) {
            all.push(piece[0] - history..piece[piece.len() - 1]);
        }
    }
    all.retain(|stretch| stretch.len() > history);
    let most = (frames / length).max(1);
    let count = all.len().min(most);
    (0..count)
        .map(|place| all[place * all.len() / count].clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_have_a_history_and_stay_between_gaps() {
        let bins: Vec<usize> = (5..40).chain(50..60).collect();
        assert_eq!(stretches(&bins, 5, FRAMES), [0..39, 45..59]);
        let long: Vec<usize> = (10..1_000_010).collect();
        let found = stretches(&long, 10, FRAMES);
        assert_eq!(found.len(), FRAMES / STRETCH);
        assert!(found.last().unwrap().start > 850_000);
    }
}
