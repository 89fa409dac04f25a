//! Sums of products of features, over all bins or over bins that are drawn.

use crate::element::Element;
use crate::features::Room;
use crate::map::Map;
use crate::products::{ROUND, Rows, add_symmetric};

/// Bins that are gathered before their products are summed.
const GATHERED: usize = 512;

/// How bins are thinned: `density` samples are taken of a weight of 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sampling {
    pub(crate) density: f64,
}

/// A matrix that is being summed.
pub(crate) struct Matrix<E> {
    size: usize,
    sums: Vec<f64>,
    /// Bins that wait to be summed `[row][bin]`.
    waiting: Vec<E>,
    filled: usize,
    /// Sampling of bins: where the next sample falls, in summed weight.
    reached: f64,
}

impl<E: Element> Matrix<E> {
    pub(crate) fn new(size: usize, is_sampled: bool) -> Self {
        Self {
            size,
            sums: vec![0.0; size * size],
            waiting: vec![
                E::ZERO;
                if is_sampled {
                    size * (GATHERED + ROUND)
                } else {
                    0
                }
            ],
            filled: 0,
            reached: 0.5,
        }
    }

    /// Adds the products of all bins, with these weights.
    pub(crate) fn add_all(
        &mut self,
        rows: impl Iterator<Item = usize>,
        room: &Room<E>,
        weights: &mut [E],
    ) {
        let length = room.length;
        weights
            .iter_mut()
            .for_each(|weight| *weight = weight.sqrt());
        self.waiting.resize(
            (self.size * (length + ROUND)).max(self.waiting.len()),
            E::ZERO,
        );
        let stride = room.stride;
        for (row, target) in rows.zip(self.waiting.chunks_mut(stride)) {
            let pairs = room.rows(row, 1).row(0).iter().zip(&*weights);
            let places = target.iter_mut().zip(pairs);
            places.for_each(|(place, (&value, &weight))| *place = value.times(weight));
        }
        self.sum(stride, length);
    }

    fn sum(&mut self, stride: usize, length: usize) {
        let rows = Rows {
            values: &self.waiting,
            stride,
            count: self.size,
            length,
        };
        add_symmetric(rows, &mut self.sums);
    }

    /// Adds the products of bins that are drawn in proportion to their weight, each divided by its probability:
    /// systematic sampling along the summed weight, without chance, and every bin whose weight is that of a
    /// sample or more as it is.
    pub(crate) fn add_some(
        &mut self,
        rows: &[usize],
        map: Option<&Map>,
        row_of: impl Fn(usize) -> usize,
        room: &Room<E>,
        weights: &[E],
        sampling: Sampling,
    ) {
        for (place, &weight) in weights.iter().enumerate() {
            let weight: f64 = weight.into();
            let share = weight * sampling.density;
            let weight = if share >= 1.0 {
                weight
            } else {
                self.reached += share;
                if self.reached < 1.0 {
                    continue;
                }
                self.reached -= 1.0;
                1.0 / sampling.density
            };
            let root = E::of(weight.sqrt());
            let value = |row: usize| room.rows(row_of(row), 1).row(0)[place].times(root);
            if let Some(map) = map {
                let mut sums = vec![0.0; map.size];
                for (index, &row) in rows.iter().enumerate() {
                    let value: f64 = value(row).into();
                    map.of(index)
                        .iter()
                        .for_each(|&(z, factor)| sums[z] += factor * value);
                }
                for (sum, target) in sums.iter().zip(self.waiting.chunks_mut(GATHERED + ROUND)) {
                    target[self.filled] = E::of(*sum);
                }
            } else {
                let targets = self.waiting.chunks_mut(GATHERED + ROUND);
                for (&row, target) in rows.iter().zip(targets) {
                    target[self.filled] = value(row);
                }
            }
            self.filled += 1;
            if self.filled == GATHERED {
                self.flush();
            }
        }
    }

    fn flush(&mut self) {
        let length = self.filled.next_multiple_of(ROUND);
        for row in self.waiting.chunks_mut(GATHERED + ROUND) {
            row[self.filled..length].fill(E::ZERO);
        }
        self.sum(GATHERED + ROUND, length);
        self.filled = 0;
    }

    pub(crate) fn finish(mut self) -> Vec<f64> {
        if self.filled > 0 {
            self.flush();
        }
        self.sums
    }
}
