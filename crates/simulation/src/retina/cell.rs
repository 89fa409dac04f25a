//! A ganglion cell, ready to sum its interneurons.

use super::layer::{Layer, LayerState};
use super::pool::Pool;
use super::release::Release;
use crate::circuit::{Circuit, GanglionCell, Output, Pathway};
use crate::mechanism::Conductances;

/// Partial sums of a pool, so that the processor can add several values at once.
const LANES: usize = 8;

/// The pathways of a cell with their pools looked up in the layers.
#[derive(Clone, Debug)]
pub(super) struct CellPlan {
    pub(super) pathways: Vec<PathwayPlan>,
    conductances: Option<Conductances>,
    output: Output,
}

/// What a cell's synapses remember, pathway by pathway.
pub(super) struct CellState(pub(super) Vec<PathwayState>);

/// The synapses of a pool, row after row.
#[derive(Default)]
pub(super) struct PathwayState {
    /// Shares of vesicles that are ready; empty where nothing depresses.
    ready: Vec<f32>,
    /// What each gives; empty where release is a threshold and nothing else.
    given: Vec<f32>,
}

/// A pathway with its pool looked up in its layer.
#[derive(Clone, Debug)]
pub(super) struct PathwayPlan {
    layer: usize,
    release: Release,
    /// Whether it gives what it gives for grey, whatever is shown.
    held: bool,
    /// Where each row of the pool begins in the layer, and its weights times the signed weight of
    /// the pathway.
    rows: Vec<(usize, Vec<f32>)>,
    /// The weights of all rows, one after the other.
    weights: Vec<f32>,
}

pub(super) fn plans(circuit: &Circuit, pools: Vec<Vec<Pool>>, layers: &[Layer]) -> Vec<CellPlan> {
    let plan = |(cell, pools): (&GanglionCell, Vec<Pool>)| CellPlan {
        pathways: cell
            .pathways
            .iter()
            .zip(pools)
            .map(|(pathway, pool)| PathwayPlan::new(pathway, &pool, layers, circuit))
            .collect(),
        conductances: circuit.mechanisms.conductances,
        output: cell.output,
    };
    circuit.cells.iter().zip(pools).map(plan).collect()
}

impl CellPlan {
    /// Holds the pathways that another plan of the cell holds.
    pub(super) fn hold_as(&mut self, other: &Self) {
        for (pathway, other) in self.pathways.iter_mut().zip(&other.pathways) {
            pathway.held |= other.held;
        }
    }

    /// The state after nothing but grey.
    pub(super) fn resting(&self) -> CellState {
        let pathways = self.pathways.iter();
        CellState(pathways.map(PathwayPlan::resting).collect())
    }

    /// What the drives come to after a frame of the latest block.
    pub(super) fn drive(
        &self,
        layers: &[Layer],
        states: &[LayerState],
        cell: &mut CellState,
        frame: usize,
    ) -> f32 {
        let pathways = self.pathways.iter().zip(&mut cell.0);
        let drives = pathways.map(|(pathway, own)| pathway.drive(layers, states, own, frame));
        self.total(drives)
    }

    /// What the drives come to after nothing but grey.
    pub(super) fn resting_drive(&self) -> f32 {
        self.total(self.pathways.iter().map(PathwayPlan::resting_drive))
    }

    /// What the signed drives of all pathways come to: their sum, or the potential of a cell with
    /// conductances.
    pub(super) fn total(&self, drives: impl Iterator<Item = f32>) -> f32 {
        match self.conductances {
            Some(conductances) => conductances.potential(drives),
            None => drives.sum(),
        }
    }

    /// Rate in Hz at a drive.
    pub(super) fn rate(&self, drive: f32) -> f32 {
        self.output.rate(f64::from(drive)) as f32
    }
}

impl PathwayPlan {
    fn new(pathway: &Pathway, pool: &Pool, layers: &[Layer], circuit: &Circuit) -> Self {
        let layer = layers
            .iter()
            .position(|layer| layer.name == pathway.interneuron)
            .expect("each interneuron that is pooled from has a layer");
        let region = &layers[layer].region;
        let interneuron = circuit.interneuron(&pathway.interneuron);
        let interneuron = interneuron.expect("the circuit was checked");
        let width = circuit.screen.width;
        let pixels = (pool.rows.iter())
            .flat_map(|row| (row.x..row.x + row.weights.len()).map(|x| row.y * width + x));
        let row = |row: &super::pool::PoolRow| {
            let signed = |weight: &f64| (pathway.signed_weight() * weight) as f32;
            (
                region.offset(row.y, row.x),
                row.weights.iter().map(signed).collect(),
            )
        };
        let rows: Vec<(usize, Vec<f32>)> = pool.rows.iter().map(row).collect();
        Self {
            layer,
            release: Release::new(pathway.threshold, interneuron, circuit, pixels),
            held: false,
            weights: rows
                .iter()
                .flat_map(|(_, weights)| weights)
                .copied()
                .collect(),
            rows,
        }
    }

    /// The same pathway held at what it gives for grey.
    pub(super) fn hold(&mut self) {
        self.held = true;
    }

    /// The state after nothing but grey.
    pub(super) fn resting(&self) -> PathwayState {
        if self.release.is_rectifier() {
            return PathwayState::default();
        }
        let synapses = self.weights.len();
        let depleting = synapses * usize::from(self.release.depletes());
        PathwayState {
            ready: self.release.resting_ready(depleting),
            given: vec![0.0; synapses],
        }
    }

    /// Signed drive after a frame of the latest block.
    pub(super) fn drive(
        &self,
        layers: &[Layer],
        states: &[LayerState],
        own: &mut PathwayState,
        frame: usize,
    ) -> f32 {
        if self.held {
            return self.resting_drive();
        }
        let potentials = states[self.layer].terminals(&layers[self.layer], frame);
        let row = |first, length| &potentials[first..][..length];
        match self.release.is_rectifier() {
            true => self.sum_rectified(row),
            false => self.sum_released(row, own),
        }
    }

    /// Signed drive after nothing but grey.
    pub(super) fn resting_drive(&self) -> f32 {
        let longest = self.rows.iter().map(|(_, weights)| weights.len()).max();
        let grey = vec![0.0; longest.unwrap_or(0)];
        let row = |_, length| &grey[..length];
        match self.release.is_rectifier() {
            true => self.sum_rectified(row),
            false => self.sum_released(row, &mut self.resting()),
        }
    }

    /// The sum over the pool where release has mechanisms of its own.
    fn sum_released<'a>(
        &self,
        potentials: impl Fn(usize, usize) -> &'a [f32],
        own: &mut PathwayState,
    ) -> f32 {
        let mut rest = own.given.as_mut_slice();
        for (first, weights) in &self.rows {
            let (row, after) = rest.split_at_mut(weights.len());
            row.copy_from_slice(potentials(*first, weights.len()));
            rest = after;
        }
        self.release.give(&mut own.given, &mut own.ready);
        let mut sums = [0.0; LANES];
        for (given, weights) in own.given.chunks(LANES).zip(self.weights.chunks(LANES)) {
            let products = given
                .iter()
                .zip(weights)
                .map(|(given, weight)| given * weight);
            sums.iter_mut()
                .zip(products)
                .for_each(|(sum, product)| *sum += product);
        }
        sums.iter().sum()
    }

    fn sum_rectified<'a>(&self, potentials: impl Fn(usize, usize) -> &'a [f32]) -> f32 {
        let mut sums = [0.0; LANES];
        for (first, weights) in &self.rows {
            add_released(
                potentials(*first, weights.len()),
                weights,
                self.release.threshold,
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
