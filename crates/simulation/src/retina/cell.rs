//! A ganglion cell, ready to sum its interneurons.

use super::layer::{Layer, LayerState};
use super::pool::Pool;
use crate::circuit::{Circuit, GanglionCell, Output, Pathway};

/// Partial sums of a pool, so that the processor can add several values at once.
const LANES: usize = 8;

/// The pathways of a cell with their pools looked up in the layers.
#[derive(Clone, Debug)]
pub(super) struct CellPlan {
    pub(super) pathways: Vec<PathwayPlan>,
    output: Output,
}

/// A pathway with its pool looked up in its layer.
#[derive(Clone, Debug)]
pub(super) struct PathwayPlan {
    layer: usize,
    threshold: f32,
    /// Whether it gives what it gives for grey, whatever is shown.
    held: bool,
    /// Where each row of the pool begins in the layer, and its weights times the signed weight of
    /// the pathway.
    rows: Vec<(usize, Vec<f32>)>,
}

pub(super) fn plans(circuit: &Circuit, pools: Vec<Vec<Pool>>, layers: &[Layer]) -> Vec<CellPlan> {
    let plan = |(cell, pools): (&GanglionCell, Vec<Pool>)| CellPlan {
        pathways: cell
            .pathways
            .iter()
            .zip(pools)
            .map(|(pathway, pool)| PathwayPlan::new(pathway, &pool, layers))
            .collect(),
        output: cell.output,
    };
    circuit.cells.iter().zip(pools).map(plan).collect()
}

impl CellPlan {
    /// Rate in Hz after a frame of the latest block.
    pub(super) fn rate(&self, layers: &[Layer], states: &[LayerState], frame: usize) -> f32 {
        self.rate_of_drives(
            self.pathways
                .iter()
                .map(|pathway| pathway.drive(layers, states, frame)),
        )
    }

    pub(super) fn resting_rate(&self) -> f32 {
        self.rate_of_drives(self.pathways.iter().map(PathwayPlan::resting_drive))
    }

    fn rate_of_drives(&self, drives: impl Iterator<Item = f32>) -> f32 {
        self.output.rate(f64::from(drives.sum::<f32>())) as f32
    }
}

impl PathwayPlan {
    fn new(pathway: &Pathway, pool: &Pool, layers: &[Layer]) -> Self {
        let layer = layers
            .iter()
            .position(|layer| layer.name == pathway.interneuron)
            .expect("each interneuron that is pooled from has a layer");
        let region = &layers[layer].region;
        let row = |row: &super::pool::PoolRow| {
            let signed = |weight: &f64| (pathway.signed_weight() * weight) as f32;
            (
                region.offset(row.y, row.x),
                row.weights.iter().map(signed).collect(),
            )
        };
        Self {
            layer,
            threshold: pathway.threshold as f32,
            held: false,
            rows: pool.rows.iter().map(row).collect(),
        }
    }

    /// The same pathway held at what it gives for grey.
    pub(super) fn hold(&mut self) {
        self.held = true;
    }

    /// Signed drive after a frame of the latest block.
    pub(super) fn drive(&self, layers: &[Layer], states: &[LayerState], frame: usize) -> f32 {
        if self.held {
            return self.resting_drive();
        }
        let potentials = states[self.layer].potentials(&layers[self.layer], frame);
        self.sum(|first, length| &potentials[first..][..length])
    }

    /// Signed drive after nothing but grey.
    pub(super) fn resting_drive(&self) -> f32 {
        let longest = self.rows.iter().map(|(_, weights)| weights.len()).max();
        let grey = vec![0.0; longest.unwrap_or(0)];
        self.sum(|_, length| &grey[..length])
    }

    fn sum<'a>(&self, potentials: impl Fn(usize, usize) -> &'a [f32]) -> f32 {
        let mut sums = [0.0; LANES];
        for (first, weights) in &self.rows {
            add_released(
                potentials(*first, weights.len()),
                weights,
                self.threshold,
                &mut sums,
            );
        }
        sums.iter().sum()
    }
}

/// Adds `weight * max(potential - threshold, 0)`, pixel `i` to lane `i % LANES`.
fn add_released(potentials: &[f32], weights: &[f32], threshold: f32, sums: &mut [f32; LANES]) {
    let add = |(sum, (potential, weight)): (&mut f32, (&f32, &f32))| {
        *sum += weight * (potential - threshold).max(0.0);
    };
    for (potentials, weights) in potentials.chunks(LANES).zip(weights.chunks(LANES)) {
        sums.iter_mut()
            .zip(potentials.iter().zip(weights))
            .for_each(add);
    }
}
