//! Sums over the bins of a recording: losses, gradients and curvatures, without a design matrix.
//!
//! Features are made block by block and shared by all models that are evaluated together. The recording is cut
//! into the same chunks whatever the number of threads, and their sums are added in order: results are the same
//! with one thread and with many.

use rayon::prelude::*;

use crate::blocks::Block;
use crate::element::Element;
use crate::features::{Features, Room, Wanted};
use crate::map::Map;
use crate::matrix::{Matrix, Sampling};
use crate::observation::Observation;
use crate::products::{Rows, add_products, combine};

/// Chunks of time whose sums are made by themselves.
const CHUNKS: usize = 64;
/// Blocks that are made at once for curvatures.
const TOGETHER: usize = 8;

/// Everything that sums over bins need.
pub(crate) struct Engine<'a, E> {
    pub(crate) features: Features<'a, E>,
    pub(crate) observation: Observation,
    pub(crate) refractory: usize,
    pub(crate) blocks: Vec<Block>,
}

/// Coefficients `[row]` of a model of a cell, to be evaluated.
#[derive(Clone, Copy)]
pub(crate) struct Point<'p> {
    pub(crate) cell: usize,
    /// A part of the recording that is left out of the sums.
    pub(crate) without: Option<usize>,
    pub(crate) coefficients: &'p [f64],
}

/// Sums over the bins of a model.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) loss: f64,
    pub(crate) bins: f64,
    /// `[row]`; of rows that no model uses, 0.
    pub(crate) gradient: Vec<f64>,
    /// Of the part that is left out.
    pub(crate) left_out_loss: f64,
    pub(crate) left_out_bins: f64,
    pub(crate) left_out_spikes: f64,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.loss += other.loss;
        self.bins += other.bins;
        self.left_out_loss += other.left_out_loss;
        self.left_out_bins += other.left_out_bins;
        self.left_out_spikes += other.left_out_spikes;
        let pairs = self.gradient.iter_mut().zip(&other.gradient);
        pairs.for_each(|(sum, value)| *sum += value);
    }
}

/// What is summed.
#[derive(Clone, Copy)]
pub(crate) struct Pass {
    pub(crate) wanted: Wanted,
    pub(crate) gradient: bool,
    /// Of the blocks, every so manieth.
    pub(crate) every: usize,
}

/// A matrix of products of features that is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Request<'p> {
    pub(crate) point: Point<'p>,
    /// Rows that the model has a coefficient of.
    pub(crate) rows: &'p [usize],
    /// Of these coefficients, where they are sums of fewer numbers; of samples alone.
    pub(crate) map: Option<&'p Map>,
    pub(crate) weight: Weight,
    /// Samples in all that bins are thinned to, in proportion to their weight, whose sum is given; none: all
    /// bins are summed.
    pub(crate) samples: Option<Sampling>,
}

impl Request<'_> {
    fn size(&self) -> usize {
        self.map.map_or(self.rows.len(), |map| map.size)
    }
}

/// What the products of a bin are weighted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The second derivative of the loss by `eta`: the sum is the Hessian.
    Curvature,
    /// The square of the first derivative: the sum is the variance of the gradient.
    SquaredResidual,
}

/// What one block holds of one cell.
struct CellBlock {
    is_used: Vec<bool>,
    bins: f64,
    /// Places of its spikes in a row.
    spikes: Vec<u32>,
}

impl<E: Element> Engine<'_, E> {
    fn cell_block(&self, block: &Block, cell: usize) -> CellBlock {
        let per_frame = self.features.layout.bins_per_frame;
        let mut is_used = vec![false; per_frame * block.padded];
        let used = block.used(per_frame);
        for bin in used.clone() {
            is_used[block.place(bin, per_frame)] = true;
        }
        let mut bins = used.len();
        let before = (used.start.saturating_sub(self.refractory)).max(block.segment * per_frame);
        if self.refractory > 0 {
            for &spike in self.features.spikes(cell, before..used.end) {
                let after = spike as usize + 1;
                for bin in after.max(used.start)..(after + self.refractory).min(used.end) {
                    let is_used = &mut is_used[block.place(bin, per_frame)];
                    bins -= usize::from(std::mem::take(is_used));
                }
            }
        }
        let spikes = self.features.spikes(cell, used);
        let place = |&spike: &u32| block.place(spike as usize, per_frame) as u32;
        CellBlock {
            is_used,
            bins: bins as f64,
            spikes: spikes.iter().map(place).collect(),
        }
    }

    /// Bins and spikes of a cell that are in the likelihood, of every so manieth block and without a part.
    pub(crate) fn count(&self, cell: usize, without: Option<usize>, every: usize) -> [f64; 2] {
        let mut sums = [0.0; 2];
        for block in self.blocks.iter().step_by(every) {
            if without != Some(block.fold) {
                let found = self.cell_block(block, cell);
                sums[0] += found.bins;
                let used = found
                    .spikes
                    .iter()
                    .filter(|&&spike| found.is_used[spike as usize]);
                sums[1] += used.count() as f64;
            }
        }
        sums
    }

    /// Whether any spike of a cell, in the likelihood, has one of another's before it at a lag where values are not 0.
    pub(crate) fn follows(&self, cell: usize, other: usize, values: &[f64]) -> bool {
        let per_frame = self.features.layout.bins_per_frame;
        self.blocks.iter().any(|block| {
            let spikes = self.features.spikes(cell, block.used(per_frame));
            spikes.iter().any(|&spike| {
                let since = (spike as usize)
                    .saturating_sub(values.len())
                    .max(block.segment * per_frame);
                let before = self.features.spikes(other, since..spike as usize);
                before
                    .iter()
                    .any(|&before| values[(spike - before) as usize - 1] != 0.0)
            })
        })
    }

    /// Sums of several models, in their order, over the blocks.
    pub(crate) fn evaluate(&self, points: &[Point<'_>], pass: Pass) -> Vec<Sums> {
        let layout = self.features.layout;
        let weights = Coefficients::<E>::of(points, layout.shared());
        let blocks: Vec<&Block> = self.blocks.iter().step_by(pass.every).collect();
        let length = blocks.len().div_ceil(CHUNKS).max(1);
        let chunks: Vec<&[&Block]> = blocks.chunks(length).collect();
        let empty = Sums {
            gradient: vec![0.0; if pass.gradient { layout.rows() } else { 0 }],
            ..Sums::default()
        };
        let mut sums = vec![empty.clone(); points.len()];
        // As many chunks at a time as bound the memory.
        for wave in chunks.chunks(2 * rayon::current_num_threads()) {
            let found: Vec<Vec<Sums>> = wave
                .par_iter()
                .map(|chunk| {
                    let mut sums = vec![empty.clone(); points.len()];
                    let mut room = Room::default();
                    for block in *chunk {
                        self.features.fill(block, pass.wanted, &mut room);
                        self.add_block(block, points, &weights, pass, &room, &mut sums);
                    }
                    sums
                })
                .collect();
            for chunk in &found {
                sums.iter_mut()
                    .zip(chunk)
                    .for_each(|(sum, one)| sum.add(one));
            }
        }
        sums
    }

    fn shared_rows(&self, wanted: Wanted) -> usize {
        match wanted.coupling {
            true => self.features.layout.shared(),
            false => self.features.layout.without_spikes(),
        }
    }

    fn add_block(
        &self,
        block: &Block,
        points: &[Point<'_>],
        weights: &Coefficients<E>,
        pass: Pass,
        room: &Room<E>,
        sums: &mut [Sums],
    ) {
        let [shared, length] = [self.shared_rows(pass.wanted), room.length];
        let mut eta = vec![E::ZERO; points.len() * length];
        self.predictors(points, weights, pass.wanted, room, &mut eta);
        let mut cell_blocks: Vec<Option<CellBlock>> = Vec::new();
        cell_blocks.resize_with(self.features.layout.cells, || None);
        for ((point, eta), sums) in points.iter().zip(eta.chunks_mut(length)).zip(&mut *sums) {
            let cell =
                cell_blocks[point.cell].get_or_insert_with(|| self.cell_block(block, point.cell));
            let loss = self.observation.residuals(eta, &cell.is_used, &cell.spikes);
            if point.without == Some(block.fold) {
                sums.left_out_loss += loss;
                sums.left_out_bins += cell.bins;
                let used = cell
                    .spikes
                    .iter()
                    .filter(|&&spike| cell.is_used[spike as usize]);
                sums.left_out_spikes += used.count() as f64;
                eta.fill(E::ZERO);
            } else {
                sums.loss += loss;
                sums.bins += cell.bins;
            }
        }
        if !pass.gradient {
            return;
        }
        let residuals = Rows {
            values: &eta,
            stride: length,
            count: points.len(),
            length,
        };
        let mut products = vec![0.0; points.len() * shared];
        add_products(residuals, room.rows(0, shared), &mut products, shared);
        let own = if pass.wanted.history {
            self.features.layout.history_functions()
        } else {
            0
        };
        for (index, (point, sums)) in points.iter().zip(sums).enumerate() {
            let pairs = sums
                .gradient
                .iter_mut()
                .zip(&products[index * shared..][..shared]);
            pairs.for_each(|(sum, value)| *sum += value);
            let rows = room.rows(self.features.own(point.cell), own);
            let target = &mut sums.gradient[self.features.layout.shared()..];
            add_products(residuals.from(index, 1), rows, target, own);
        }
    }

    /// `eta` of every point `[point][bin]`.
    fn predictors(
        &self,
        points: &[Point<'_>],
        weights: &Coefficients<E>,
        wanted: Wanted,
        room: &Room<E>,
        eta: &mut [E],
    ) {
        let [shared, length] = [self.shared_rows(wanted), room.length];
        let rows = room.rows(0, shared);
        combine(
            &weights.shared,
            weights.stride,
            rows,
            false,
            eta,
            length,
            points.len(),
        );
        let own = self.features.layout.history_functions();
        if own == 0 || !wanted.history {
            return;
        }
        for (index, point) in points.iter().enumerate() {
            let rows = room.rows(self.features.own(point.cell), own);
            let target = &mut eta[index * length..][..length];
            combine(
                &weights.own[index * own..],
                own,
                rows,
                true,
                target,
                length,
                1,
            );
        }
    }

    /// `eta` of models in the bins of a block that are used, `[point][bin in order of time]`.
    pub(crate) fn predict(
        &self,
        points: &[Point<'_>],
        wanted: Wanted,
        block: &Block,
    ) -> Vec<Vec<f64>> {
        let layout = self.features.layout;
        let weights = Coefficients::<E>::of(points, layout.shared());
        let mut room = Room::default();
        self.features.fill(block, wanted, &mut room);
        let mut eta = vec![E::ZERO; points.len() * room.length];
        self.predictors(points, &weights, wanted, &room, &mut eta);
        let per_frame = layout.bins_per_frame;
        let of = |row: &[E]| {
            let bins = block.used(per_frame);
            bins.map(|bin| row[block.place(bin, per_frame)].into())
                .collect()
        };
        eta.chunks(room.length).map(of).collect()
    }

    /// Mean and standard deviation of every row of every cell `[cell][row]` over the bins of all blocks.
    pub(crate) fn moments(&self, wanted: Wanted) -> Vec<Vec<[f64; 2]>> {
        let layout = self.features.layout;
        let all = layout.shared() + layout.cells * layout.history_functions();
        let length = self.blocks.len().div_ceil(CHUNKS).max(1);
        let chunks: Vec<Vec<[f64; 2]>> = self
            .blocks
            .par_chunks(length)
            .map(|chunk| {
                let mut sums = vec![[0.0; 2]; all];
                let mut room = Room::default();
                for block in chunk {
                    self.features.fill(block, wanted, &mut room);
                    self.add_moments(block, &room, &mut sums);
                }
                sums
            })
            .collect();
        let bins: usize = (self.blocks.iter())
            .map(|block| block.used(layout.bins_per_frame).len())
            .sum();
        let of = |row: usize| {
            let [sum, squares] =
                [0, 1].map(|i| chunks.iter().map(|chunk| chunk[row][i]).sum::<f64>());
            let mean = sum / bins.max(1) as f64;
            [
                mean,
                (squares / bins.max(1) as f64 - mean * mean).max(0.0).sqrt(),
            ]
        };
        let rows = |cell: usize| {
            let own = self.features.own(cell);
            let own = own..own + layout.history_functions();
            (0..layout.shared()).chain(own).map(of).collect()
        };
        (0..layout.cells).map(rows).collect()
    }

    fn add_moments(&self, block: &Block, room: &Room<E>, sums: &mut [[f64; 2]]) {
        let per_frame = self.features.layout.bins_per_frame;
        let used = block.used(per_frame);
        let mut is_used = vec![E::ZERO; room.length];
        for bin in used {
            is_used[block.place(bin, per_frame)] = E::ONE;
        }
        let mut masked = vec![E::ZERO; room.length];
        for (index, sums) in sums.iter_mut().enumerate() {
            let own = room.rows(index, 1);
            let pairs = own.row(0).iter().zip(&is_used);
            (masked.iter_mut().zip(pairs)).for_each(|(m, (&value, &used))| *m = value.times(used));
            add_products(Rows::one(&masked), Rows::one(&is_used), &mut sums[..1], 1);
            add_products(Rows::one(&masked), own, &mut sums[1..], 1);
        }
    }

    /// Mean products of some of the rows of a [`Room`] over the bins of every so manieth block, of about so many bins
    /// that are drawn evenly: the Hessian of every model of a constant rate, but for a factor. Lower triangle.
    pub(crate) fn gram(
        &self,
        rows: &[usize],
        wanted: Wanted,
        every: usize,
        samples: f64,
    ) -> Vec<f64> {
        let per_frame = self.features.layout.bins_per_frame;
        let blocks = || self.blocks.iter().step_by(every);
        let bins: f64 = blocks()
            .map(|block| block.used(per_frame).len() as f64)
            .sum();
        let density = (samples / bins.max(1.0)).min(1.0);
        let mut matrix = Matrix::<E>::new(rows.len(), true);
        let mut room = Room::default();
        for block in blocks() {
            self.features.fill(block, wanted, &mut room);
            let mut weights = vec![E::ZERO; room.length];
            for bin in block.used(per_frame) {
                weights[block.place(bin, per_frame)] = E::ONE;
            }
            matrix.add_some(rows, None, |row| row, &room, &weights, Sampling { density });
        }
        let mut sums = matrix.finish();
        sums.iter_mut().for_each(|value| *value /= bins.max(1.0));
        sums
    }

    /// Matrices of summed products `[row of the request][row]`, of which the lower triangle is right.
    pub(crate) fn curvatures(
        &self,
        requests: &[Request<'_>],
        wanted: Wanted,
        every: usize,
    ) -> Vec<Vec<f64>> {
        let layout = self.features.layout;
        let weights: Vec<Coefficients<E>> = requests
            .iter()
            .map(|request| Coefficients::of(&[request.point], layout.shared()))
            .collect();
        let mut matrices: Vec<Matrix<E>> = (requests.iter())
            .map(|request| Matrix::new(request.size(), request.samples.is_some()))
            .collect();
        let blocks: Vec<&Block> = self.blocks.iter().step_by(every).collect();
        let mut rooms: Vec<Room<E>> = Vec::new();
        rooms.resize_with(TOGETHER, Room::default);
        for group in blocks.chunks(TOGETHER) {
            let pairs = group.par_iter().zip(&mut rooms);
            pairs.for_each(|(block, room)| self.features.fill(block, wanted, room));
            let tasks = matrices.par_iter_mut().zip(requests).zip(&weights);
            tasks.for_each(|((matrix, request), weights)| {
                for (block, room) in group.iter().zip(&rooms) {
                    self.add_curvature(block, request, weights, wanted, room, matrix);
                }
            });
        }
        matrices.into_par_iter().map(Matrix::finish).collect()
    }

    fn add_curvature(
        &self,
        block: &Block,
        request: &Request<'_>,
        weights: &Coefficients<E>,
        wanted: Wanted,
        room: &Room<E>,
        matrix: &mut Matrix<E>,
    ) {
        let point = request.point;
        if point.without == Some(block.fold) {
            return;
        }
        let mut row = vec![E::ZERO; room.length];
        self.predictors(&[point], weights, wanted, room, &mut row);
        let cell = self.cell_block(block, point.cell);
        match request.weight {
            Weight::Curvature => self
                .observation
                .curvatures(&mut row, &cell.is_used, &cell.spikes),
            Weight::SquaredResidual => {
                self.observation
                    .residuals(&mut row, &cell.is_used, &cell.spikes);
                row.iter_mut()
                    .for_each(|value| *value = value.times(*value));
            }
        }
        let shared = self.features.layout.shared();
        let own = self.features.own(point.cell);
        let row_of = |index: usize| match index.checked_sub(shared) {
            Some(function) => own + function,
            None => index,
        };
        match request.samples {
            None => matrix.add_all(request.rows.iter().map(|&r| row_of(r)), room, &mut row),
            Some(sampling) => {
                matrix.add_some(request.rows, request.map, row_of, room, &row, sampling)
            }
        }
    }
}

/// Coefficients in the precision of the features.
struct Coefficients<E> {
    /// `[point][shared row]`
    shared: Vec<E>,
    stride: usize,
    /// `[point][own row]`
    own: Vec<E>,
}

impl<E: Element> Coefficients<E> {
    fn of(points: &[Point<'_>], stride: usize) -> Self {
        let of = |values: &[f64]| values.iter().map(|&value| E::of(value)).collect::<Vec<E>>();
        let coefficients = || points.iter().map(|point| point.coefficients);
        Self {
            shared: coefficients().flat_map(|c| of(&c[..stride])).collect(),
            stride,
            own: coefficients().flat_map(|c| of(&c[stride..])).collect(),
        }
    }
}
