//! Receptive fields without the movie's own correlations.

use std::ops::Range;

use ganglion_numerics::{CholeskyFactor, cosine_transform};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::product::multiply;
use crate::shown_movie::ShownMovie;

/// Frames that the movie's correlations are measured on, at most: stretches spread over it.
const FRAMES: usize = 40_000;
/// Frames of a stretch, at least ten histories.
const STRETCH: usize = 2000;
/// Penalties that are tried, in variances of a pixel: from 0.001 to 100 by half decades.
const PENALTIES: usize = 11;

/// The penalty of a field without the movie's correlations, and how it was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ridge {
    /// The penalty, in variances of a pixel.
    pub penalty: f64,
    /// Share of the variance of the response that the field explains in the parts of the recording that it
    /// was not fitted to; below 0 where it explains nothing.
    pub explained_variance: f64,
}

/// How a movie correlates: in waves of the cosine transform over rows and columns, each of which has its own
/// autocovariance and is taken not to correlate with others.
pub(crate) struct MovieCovariance {
    /// Autocovariance `[wave][lag]` from lag 0.
    waves: Vec<Vec<f64>>,
    shape: [usize; 3],
}

/// Fields of a cell from parts of its recording.
pub(crate) struct Decorrelated {
    /// The field from all parts `[lag, pixel]`, oldest first.
    pub(crate) whole: Vec<f64>,
    /// Those without each part.
    pub(crate) without: Vec<Vec<f64>>,
    pub(crate) ridge: Ridge,
}

impl Decorrelated {
    /// Whether it explains no more than all.
    pub(crate) fn is_possible(&self) -> bool {
        self.ridge.explained_variance <= 1.0
    }
}

impl MovieCovariance {
    /// Measures a movie.
    pub(crate) fn of(
        shown: &ShownMovie<'_>,
        bins: &[usize],
        history: usize,
    ) -> Result<Self, Error> {
        let shape = [history, shown.movie.height(), shown.movie.width()];
        let pixels = shape[1] * shape[2];
        let (mut sums, mut count) = (vec![0.0f64; history * pixels], 0.0);
        let mut frames = Vec::new();
        for stretch in stretches(bins, history) {
            count += (stretch.len() - history) as f64;
            shown
                .movie
                .normalised_frames(stretch, shown.normalisation, &mut frames)?;
            let waves = transformed(&frames, [shape[1], shape[2]]);
            // Every lag has the same newer frames, so that the autocovariance is that of whole windows.
            sums.par_chunks_mut(pixels)
                .enumerate()
                .for_each(|(lag, sums)| {
                    let newer = waves[history * pixels..].chunks_exact(pixels);
                    let older = waves[(history - lag) * pixels..].chunks_exact(pixels);
                    for (newer, older) in newer.zip(older) {
                        let pairs = newer.iter().zip(older);
                        let added = sums.iter_mut().zip(pairs);
                        added.for_each(|(sum, (a, b))| *sum += f64::from(a * b));
                    }
                });
        }
        let of_wave = |wave: usize| -> Vec<f64> {
            (0..history)
                .map(|lag| sums[lag * pixels + wave] / count)
                .collect()
        };
        Ok(Self {
            waves: (0..pixels).map(of_wave).collect(),
            shape,
        })
    }

    /// The field of each cell from its averages of parts of the recording `[cell][part][lag, pixel]`, which
    /// sum to the whole one, and the variance of its response.
    ///
    /// With the average `a` and the covariance `C` of the movie's windows, the field is `k = (C +
    /// penalty)^-1 a`: ridge regression (Theunissen et al. 2001, Network 12:289). The penalty is that for
    /// which the fields without each part explain most of the parts, `sum over parts of 2 k a_part - k C
    /// k`.
    pub(crate) fn decorrelated(
        &self,
        parts: &[Vec<Vec<f64>>],
        variances: &[f64],
    ) -> Vec<Decorrelated> {
        let cells = parts.iter().zip(variances);
        cells
            .map(|(parts, variance)| self.of_cell(parts, *variance))
            .collect()
    }

    fn of_cell(&self, parts: &[Vec<f64>], variance: f64) -> Decorrelated {
        let plane = [self.shape[1], self.shape[2]];
        let count = parts.len() as f64;
        let transformed: Vec<Vec<f32>> = parts
            .iter()
            .map(|part| transformed(&narrow(part), plane))
            .collect();
        let [history, pixels] = [self.shape[0], plane[0] * plane[1]];
        // Each wave by itself, `[wave][part][lag]`, newest lag first as autocovariances are symmetric.
        let waves: Vec<WaveFit> = (0..pixels)
            .into_par_iter()
            .map(|wave| {
                let course = |part: &Vec<f32>| -> Vec<f64> {
                    let lags = 0..history;
                    lags.map(|lag| f64::from(part[lag * pixels + wave]))
                        .collect()
                };
                let parts: Vec<Vec<f64>> = transformed.iter().map(course).collect();
                WaveFit::of(&self.waves[wave], &parts)
            })
            .collect();
        let explained =
            |penalty: usize| -> f64 { waves.iter().map(|w| w.explained[penalty]).sum() };
        let best = (0..PENALTIES)
            .max_by(|&a, &b| explained(a).total_cmp(&explained(b)))
            .unwrap_or(0);
        let field = |of: &dyn Fn(&WaveFit) -> Vec<f64>| -> Vec<f64> {
            let mut values = vec![0.0f32; history * pixels];
            for (wave, fit) in waves.iter().enumerate() {
                let course = of(fit);
                (0..history).for_each(|lag| values[lag * pixels + wave] = course[lag] as f32);
            }
            restored(&values, plane)
                .iter()
                .map(|&v| f64::from(v))
                .collect()
        };
        let without = |part: usize| {
            field(&|fit: &WaveFit| {
                let left = &fit.fits[best][part + 1];
                // Of nine parts in ten, to the scale of all.
                left.iter()
                    .map(|value| value * count / (count - 1.0))
                    .collect()
            })
        };
        Decorrelated {
            whole: field(&|fit: &WaveFit| fit.fits[best][0].clone()),
            without: (0..parts.len()).map(without).collect(),
            ridge: Ridge {
                penalty: penalty(best),
                // A silent cell has nothing to explain.
                explained_variance: if variance > 0.0 {
                    explained(best) / variance
                } else {
                    0.0
                },
            },
        }
    }
}

fn penalty(index: usize) -> f64 {
    10.0f64.powf(-3.0 + 0.5 * index as f64)
}

/// Fields of one wave at every penalty.
struct WaveFit {
    /// `[penalty][all, or without a part][lag]`; what is left of the parts is not scaled up.
    fits: Vec<Vec<Vec<f64>>>,
    /// What fields without a part explain of it, `[penalty]`, Hz^2.
    explained: Vec<f64>,
}

impl WaveFit {
    fn of(autocovariance: &[f64], parts: &[Vec<f64>]) -> Self {
        let history = autocovariance.len();
        let count = parts.len() as f64;
        let whole: Vec<f64> = (0..history)
            .map(|lag| parts.iter().map(|part| part[lag]).sum())
            .collect();
        let covariance = |penalty: f64| -> Vec<f64> {
            let at = |a: usize, b: usize| {
                autocovariance[a.abs_diff(b)] + if a == b { penalty } else { 0.0 }
            };
            (0..history)
                .flat_map(|a| (0..history).map(move |b| at(a, b)))
                .collect()
        };
        let plain = covariance(0.0);
        let (mut fits, mut explained) = (Vec::new(), Vec::new());
        for index in 0..PENALTIES {
            let factor = CholeskyFactor::of(covariance(penalty(index)), history);
            let solve = |right: &[f64]| match &factor {
                Some(factor) => factor.solve(right),
                None => vec![0.0; history],
            };
            let mut own = vec![solve(&whole)];
            let mut sum = 0.0;
            for part in parts {
                let rest: Vec<f64> = whole.iter().zip(part).map(|(all, own)| all - own).collect();
                let fit = solve(&rest);
                let scale = count / (count - 1.0);
                let power = quadratic(&plain, &fit) * scale * scale;
                let shared = ganglion_numerics::dot(&fit, part) * scale;
                // A part has its share of the bins.
                sum += 2.0 * shared - power / count;
                own.push(fit);
            }
            fits.push(own);
            explained.push(sum);
        }
        Self { fits, explained }
    }
}

fn quadratic(matrix: &[f64], vector: &[f64]) -> f64 {
    let rows = matrix.chunks_exact(vector.len()).zip(vector);
    rows.map(|(row, value)| value * ganglion_numerics::dot(row, vector))
        .sum()
}

fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&value| value as f32).collect()
}

/// Stretches of frames within runs of bins, spread over the recording, each with a history before its bins.
fn stretches(bins: &[usize], history: usize) -> Vec<Range<usize>> {
    let length = STRETCH.max(10 * history);
    let runs = bins.chunk_by(|a, b| a + 1 == *b);
    let mut all: Vec<Range<usize>> = Vec::new();
    for run in runs {
        for piece in run.chunks(length) {
            all.push(piece[0] - history..piece[piece.len() - 1]);
        }
    }
    all.retain(|stretch| stretch.len() > history);
    let most = (FRAMES / length).max(1);
    let count = all.len().min(most);
    (0..count)
        .map(|place| all[place * all.len() / count].clone())
        .collect()
}

/// The cosine transform of every frame `[frame, y, x]`.
fn transformed(frames: &[f32], [height, width]: [usize; 2]) -> Vec<f32> {
    along_both(frames, [height, width], cosine_transform)
}

/// Its inverse.
fn restored(frames: &[f32], [height, width]: [usize; 2]) -> Vec<f32> {
    along_both(frames, [height, width], |length| {
        let matrix = cosine_transform(length);
        let places = (0..length).flat_map(|row| (0..length).map(move |column| (row, column)));
        places
            .map(|(row, column)| matrix[column * length + row])
            .collect()
    })
}

/// Multiplies the columns and the rows of every frame by matrices of their lengths.
fn along_both(
    frames: &[f32],
    [height, width]: [usize; 2],
    matrix: impl Fn(usize) -> Vec<f64>,
) -> Vec<f32> {
    let rows = frames.len() / width.max(1);
    let of_columns = matrix(width);
    // Rows times the transpose.
    let places = (0..width).flat_map(|x| (0..width).map(move |wave| (wave, x)));
    let right: Vec<f32> = places
        .map(|(wave, x)| of_columns[wave * width + x] as f32)
        .collect();
    let mut across = vec![0.0; frames.len()];
    multiply([rows, width, width], frames, &right, &mut across);
    let left = narrow(&matrix(height));
    let mut both = vec![0.0; frames.len()];
    let pairs = both
        .par_chunks_mut(height * width)
        .zip(across.par_chunks(height * width));
    pairs.for_each(|(target, frame)| {
        for (row, weights) in target
            .chunks_exact_mut(width)
            .zip(left.chunks_exact(height))
        {
            for (weight, source) in weights.iter().zip(frame.chunks_exact(width)) {
                row.iter_mut()
                    .zip(source)
                    .for_each(|(sum, value)| *sum += weight * value);
            }
        }
    });
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transformed_is_restored() {
        let frames: Vec<f32> = (0..2 * 12).map(|i| ((i * 7) % 11) as f32 - 5.0).collect();
        let back = restored(&transformed(&frames, [3, 4]), [3, 4]);
        assert!(frames.iter().zip(back).all(|(a, b)| (a - b).abs() < 1e-5));
        assert_eq!(
            restored(&transformed(&[2.0, 3.0], [1, 1]), [1, 1]),
            [2.0, 3.0]
        );
    }

    #[test]
    fn stretches_have_a_history_and_stay_between_gaps() {
        let bins: Vec<usize> = (5..40).chain(50..60).collect();
        assert_eq!(stretches(&bins, 5), [0..39, 45..59]);
        let long: Vec<usize> = (10..1_000_010).collect();
        let found = stretches(&long, 10);
        assert_eq!(found.len(), FRAMES / STRETCH);
        assert!(found.last().unwrap().start > 900_000);
    }
}
