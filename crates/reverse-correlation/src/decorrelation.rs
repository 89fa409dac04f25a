//! Receptive fields without the movie's own correlations.

use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::components::Components;
use crate::parts::{CellSums, parts};
use crate::product::{Matrix, multiply};
use crate::responses::Weights;
use crate::shown_movie::{BlockMovie, Buffer};

/// Penalties that are tried, in variances of a block: from 0.0001 to 100 by half decades.
const PENALTIES: usize = 13;
/// Bins of a part whose responses are predicted, at most.
const PREDICTED: usize = 4096;
/// Bins that are predicted together.
const CHUNK: usize = 512;
/// Cells whose fields are in memory at every penalty together.
const TOGETHER: usize = 8;

/// The penalty of a field without the movie's correlations, and how it was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ridge {
    /// The penalty, in variances of a pixel: the mean over the blocks of pixels that are alike.
    pub penalty: f64,
    /// Share of the variance of the response that the field predicts in the parts of the recording that it was
    /// not fitted to, `1 - sum (response - prediction)^2 / sum (response - mean)^2`; below 0 where it predicts
    /// nothing.
    pub explained_variance: f64,
}

/// The field of a cell.
pub(crate) struct Decorrelated {
    /// The field from all parts `[lag, block]`, oldest first: of each block the weight of its value.
    pub(crate) whole: Vec<f32>,
    /// Those without each part in which the cell was recorded.
    pub(crate) without: Vec<Vec<f32>>,
    pub(crate) ridge: Ridge,
}

/// What fields are found with.
pub(crate) struct Decorrelation {
    components: Components,
    history: usize,
}

/// What was found out about penalties.
#[derive(Clone, Debug)]
struct Predictions {
    /// Squared errors at each penalty; NaN where it is too small for the movie's covariance.
    errors: [f64; PENALTIES],
    responses: Moments,
}

/// Sums over bins.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Decorrelation {
    /// Measures a movie.
    pub(crate) fn of(
        movie: &BlockMovie<'_>,
        bins: &[usize],
        history: usize,
    ) -> Result<Self, Error> {
        Ok(Self {
            components: Components::of(movie, bins, history)?,
            history,
        })
    }

    /// The field of each cell by ridge regression,
    ///
    /// ```text
    /// k = (C + penalty)^-1 a,
    /// ```
    ///
    /// with the average `a` and the covariance `C` of the movie's windows ([`Components`]). The penalty is that
    /// with which the fields without each of ten parts of the recording predict the responses in these parts
    /// best. Each is of a contiguous stretch: neighbouring bins are alike, and what is left out must not be known
    /// from its neighbours.
    ///
    /// Source: Theunissen et al. 2001, Network 12:289.
    pub(crate) fn with_fields(
        self,
        movie: &BlockMovie<'_>,
        weights: &Weights,
        sums: &[CellSums],
        bins: &[usize],
    ) -> Result<(Self, Vec<Decorrelated>), Error> {
        let mut all = Vec::with_capacity(sums.len());
        for first in (0..sums.len()).step_by(TOGETHER) {
            let cells = first..(first + TOGETHER).min(sums.len());
            let found =
                self.predictions(movie, weights, (&sums[cells.clone()], cells.clone()), bins)?;
            for (cell, found) in cells.zip(found) {
                let (penalty, explained_variance) = found.best()?;
                all.push(self.field(&sums[cell], penalty, explained_variance)?);
            }
        }
        Ok((self, all))
    }

    /// What ridge regression makes of a field at some blocks: see [`Components::resolution`].
    pub(crate) fn resolution(&self, ridge: Ridge, course: &[f64], blocks: &[usize]) -> Vec<f64> {
        let penalty = ridge.penalty * self.components.mean_variance();
        self.components.resolution(penalty, course, blocks)
    }

    fn predictions(
        &self,
        movie: &BlockMovie<'_>,
        weights: &Weights,
        (sums, cells): (&[CellSums], Range<usize>),
        bins: &[usize],
    ) -> Result<Vec<Predictions>, Error> {
        let mut found = vec![Predictions::none(); sums.len()];
        let mut buffer = Buffer::default();
        let mut seen = Vec::new();
        for (part, own) in parts(bins).enumerate() {
            let averages: Vec<Vec<f32>> = sums.iter().map(|sums| sums.mean(Some(part))).collect();
            let fields = self.at_all_penalties(&averages);
            let offsets: Vec<f64> = cells
                .clone()
                .map(|cell| offset(weights, cell, own, bins))
                .collect();
            for run in runs(own, PREDICTED) {
                for start in run.clone().step_by(CHUNK) {
                    let bins = start..(start + CHUNK).min(run.end);
                    let courses =
                        movie.read(bins.start - self.history..bins.end - 1, &mut buffer)?;
                    self.components.of_blocks(courses, &mut seen);
                    let predicted = self.predicted(&seen, &fields, bins.len());
                    let columns = predicted.chunks_exact(PENALTIES * bins.len());
                    for (row, (found, columns)) in found.iter_mut().zip(columns).enumerate() {
                        let cell = cells.start + row;
                        let (held, values) = (
                            &weights.held[cell][bins.clone()],
                            &weights.values[cell][bins.clone()],
                        );
                        found.add(held, values, (columns, offsets[row]));
                    }
                }
            }
        }
        Ok(found)
    }

    /// Fields `[component, (cell, penalty, lag)]` from averages `[cell][lag, block]`; NaN where a penalty is too
    /// small.
    fn at_all_penalties(&self, averages: &[Vec<f32>]) -> Vec<f32> {
        let (history, count) = (self.history, self.components.len());
        let mut in_components = Vec::new();
        self.components
            .of_blocks(&averages.concat(), &mut in_components);
        let row = averages.len() * PENALTIES * history;
        let mut fields = vec![f32::NAN; count * row];
        let rows = fields.par_chunks_exact_mut(row.max(1)).enumerate();
        rows.for_each(|(component, fields)| {
            for index in 0..PENALTIES {
                let penalty = penalty(index) * self.components.mean_variance();
                let Some(factor) = self.components.penalised(component, penalty) else {
                    continue;
                };
                for cell in 0..averages.len() {
                    let lags =
                        (cell * history..(cell + 1) * history).map(|row| row * count + component);
                    let average: Vec<f64> =
                        lags.map(|place| f64::from(in_components[place])).collect();
                    let target = &mut fields[(cell * PENALTIES + index) * history..][..history];
                    let pairs = target.iter_mut().zip(factor.solve(&average));
                    pairs.for_each(|(target, value)| *target = value as f32);
                }
            }
        });
        fields
    }

    /// Predictions `[cell, penalty, bin]` of fields `[component, (cell, penalty, lag)]` from components
    /// `[frame, component]` of the frames from a history before the first bin on.
    fn predicted(&self, seen: &[f32], fields: &[f32], bins: usize) -> Vec<f32> {
        let (history, count) = (self.history, self.components.len());
        let [frames, rows] = [seen.len() / count, fields.len() / count];
        let mut products = vec![0.0; frames * rows];
        let (seen, fields) = (
            Matrix::new(seen, [frames, count]),
            Matrix::new(fields, [count, rows]),
        );
        multiply(seen, fields, &mut products);
        // The prediction of a bin is the sum along a diagonal: each lag's product with its own frame.
        let mut predicted = vec![0.0; rows / history * bins];
        let columns = predicted.par_chunks_exact_mut(bins).enumerate();
        columns.for_each(|(column, predicted)| {
            for (bin, predicted) in predicted.iter_mut().enumerate() {
                let first = bin * rows + column * history;
                let diagonal = (0..history).map(|lag| products[first + lag * (rows + 1)]);
                *predicted = diagonal.sum();
            }
        });
        predicted
    }

    /// The fields of a cell from all parts and without each, at one penalty.
    fn field(
        &self,
        sums: &CellSums,
        index: usize,
        explained_variance: f64,
    ) -> Result<Decorrelated, Error> {
        let (history, count) = (self.history, self.components.len());
        let left_out = std::iter::once(None).chain(sums.recorded().map(Some));
        let averages: Vec<f32> = left_out.flat_map(|part| sums.mean(part)).collect();
        let mut in_components = Vec::new();
        self.components.of_blocks(&averages, &mut in_components);
        let rows = averages.len() / count;
        let wanted = penalty(index) * self.components.mean_variance();
        let mut fields = vec![0.0; averages.len()];
        let components = fields.par_chunks_exact_mut(rows).enumerate();
        components.try_for_each(|(component, fields)| {
            let factor = self
                .components
                .penalised(component, wanted)
                .ok_or(Error::NoPenalty)?;
            for (replicate, fields) in fields.chunks_exact_mut(history).enumerate() {
                let lags = (replicate * history..(replicate + 1) * history)
                    .map(|row| row * count + component);
                let average: Vec<f64> = lags.map(|place| f64::from(in_components[place])).collect();
                let pairs = fields.iter_mut().zip(factor.solve(&average));
                pairs.for_each(|(target, value)| *target = value as f32);
            }
            Ok::<(), Error>(())
        })?;
        let blocks = self.components.to_blocks(&fields);
        let mut fields = blocks.chunks_exact(history * count).map(<[f32]>::to_vec);
        Ok(Decorrelated {
            whole: fields.next().unwrap_or_default(),
            without: fields.collect(),
            ridge: Ridge {
                penalty: penalty(index),
                explained_variance,
            },
        })
    }
}

fn penalty(index: usize) -> f64 {
    10.0f64.powf(-4.0 + 0.5 * index as f64)
}

/// Mean weight of a cell in all bins but those of a part: what is predicted where the movie is at its mean.
fn offset(weights: &Weights, cell: usize, part: &[usize], bins: &[usize]) -> f64 {
    let moments = |bins: &[usize]| {
        let held = bins.iter().filter(|&&bin| weights.held[cell][bin]);
        held.fold((0.0, 0.0), |(count, sum), &bin| {
            (count + 1.0, sum + f64::from(weights.values[cell][bin]))
        })
    };
    let (all, own) = (moments(bins), moments(part));
    if all.0 > own.0 {
        (all.1 - own.1) / (all.0 - own.0)
    } else {
        0.0
    }
}

/// Runs of neighbouring bins, from the first on, of so many bins at most together.
fn runs(bins: &[usize], most: usize) -> impl Iterator<Item = Range<usize>> {
    let shown = &bins[..bins.len().min(most)];
    shown
        .chunk_by(|a, b| a + 1 == *b)
        .map(|run| run[0]..run[run.len() - 1] + 1)
}

impl Predictions {
    fn none() -> Self {
        Self {
            errors: [0.0; PENALTIES],
            responses: Moments::default(),
        }
    }

    /// Adds bins: whether a cell was recorded, its response, and the predictions `[penalty, bin]` but for an offset.
    fn add(&mut self, held: &[bool], responses: &[f32], (predicted, offset): (&[f32], f64)) {
        let recorded = || (0..held.len()).filter(|&bin| held[bin]);
        for bin in recorded() {
            self.responses.add(f64::from(responses[bin]));
        }
        for (error, predicted) in self
            .errors
            .iter_mut()
            .zip(predicted.chunks_exact(held.len()))
        {
            let errors = recorded()
                .map(|bin| f64::from(responses[bin]) - offset - f64::from(predicted[bin]));
            *error += errors.map(|error| error * error).sum::<f64>();
        }
    }

    /// The number of the best penalty, and the share of variance that is explained with it: no more than 1, as
    /// errors are squares.
    fn best(&self) -> Result<(usize, f64), Error> {
        let known = (0..PENALTIES).filter(|&index| self.errors[index].is_finite());
        let best = known.min_by(|&a, &b| self.errors[a].total_cmp(&self.errors[b]));
        let best = best.ok_or(Error::NoPenalty)?;
        let variance = self.responses.squared_deviations();
        // A silent cell has nothing to explain.
        let explained = if variance > 0.0 {
            1.0 - self.errors[best] / variance
        } else {
            0.0
        };
        Ok((best, explained))
    }
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    fn squared_deviations(&self) -> f64 {
        self.squares - self.sum * self.sum / self.count.max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_predicted_in_runs_up_to_a_number() {
        let bins = [3, 4, 5, 8, 9, 12];
        assert_eq!(runs(&bins, 10).collect::<Vec<_>>(), [3..6, 8..10, 12..13]);
        assert_eq!(runs(&bins, 4).collect::<Vec<_>>(), [3..6, 8..9]);
    }

    #[test]
    fn no_prediction_explains_more_than_all_and_a_penalty_too_small_is_not_chosen() {
        let mut found = Predictions::none();
        let responses = [1.0, -2.0, 5.0, 1.0];
        let held = [true, true, false, true];
        let mut predicted = vec![0.0; PENALTIES * 4];
        predicted[..4].fill(f32::NAN);
        predicted[4..8].copy_from_slice(&[1.5, -1.5, 9.0, 1.5]);
        found.add(&held, &responses, (&predicted, -0.5));
        assert_eq!(found.best().unwrap(), (1, 1.0));
        let all_fail = Predictions {
            errors: [f64::NAN; PENALTIES],
            ..found
        };
        assert!(matches!(all_fail.best(), Err(Error::NoPenalty)));
    }
}
