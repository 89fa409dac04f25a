//! A type of interneuron, ready to answer frames.

use ganglion_experiment::Screen;
use rayon::prelude::*;

use super::pool::Pool;
use super::region::Region;
use super::spatial::{Scratch, SpatialFilter};
use super::temporal;
use crate::circuit::{Circuit, Interneuron};

/// Frames that are filtered at a time.
pub(super) const BLOCK: usize = 64;

/// Frames of a block that a thread filters in time.
const FRAMES_OF_A_THREAD: usize = 16;

/// All interneurons of a type within the region that ganglion cells pool from.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) name: String,
    /// Whether its potential stays at what it is for grey.
    pub(super) held: bool,
    pub(super) region: Region,
    pub(super) stride: usize,
    filter: SpatialFilter,
    /// Kernel times polarity times contrast of a unit, the newest frame first.
    taps: Vec<f32>,
    pixels_of_a_frame: usize,
}

/// What a layer remembers of the movie, and its answer to the latest block.
pub(super) struct LayerState {
    /// Spatially filtered frames `[history - 1 + block, stride]`.
    frames: Vec<f32>,
    /// Membrane potentials `[block, stride]`, in units of the response to a full-contrast step.
    potentials: Vec<f32>,
}

/// The layers of the interneurons that are pooled by a cell.
pub(super) fn layers(circuit: &Circuit, pools: &[Vec<Pool>]) -> Vec<Layer> {
    let layer = |interneuron: &Interneuron| {
        let region = pooled_region(circuit, pools, &interneuron.name)?;
        Some(Layer::new(
            interneuron,
            region,
            &circuit.screen,
            circuit.contrast_unit,
        ))
    };
    circuit.interneurons.iter().filter_map(layer).collect()
}

fn pooled_region(circuit: &Circuit, pools: &[Vec<Pool>], name: &str) -> Option<Region> {
    let pathways = circuit.cells.iter().flat_map(|cell| &cell.pathways);
    pathways
        .zip(pools.iter().flatten())
        .filter(|(pathway, _)| pathway.interneuron == name)
        .map(|(_, pool)| pool.region())
        .reduce(Region::joined)
}

impl Layer {
    fn new(interneuron: &Interneuron, region: Region, screen: &Screen, contrast_unit: f64) -> Self {
        let factor = interneuron.polarity.factor() * contrast_unit;
        Self {
            name: interneuron.name.clone(),
            held: false,
            stride: temporal::stride(region.pixels()),
            region,
            filter: SpatialFilter::new(&interneuron.receptive_field, screen),
            taps: interneuron
                .kernel
                .iter()
                .map(|tap| (factor * tap) as f32)
                .collect(),
            pixels_of_a_frame: screen.pixels(),
        }
    }

    /// The state after nothing but grey.
    pub(super) fn resting(&self) -> LayerState {
        LayerState {
            frames: vec![0.0; (self.taps.len() - 1 + BLOCK) * self.stride],
            potentials: vec![0.0; BLOCK * self.stride],
        }
    }

    /// Answers up to [`BLOCK`] frames, each `[y, x]`.
    pub(super) fn answer(&self, block: &[f32], state: &mut LayerState) {
        if self.held {
            return;
        }
        let count = block.len() / self.pixels_of_a_frame;
        let past = (self.taps.len() - 1) * self.stride;
        self.filter_in_space(block, &mut state.frames[past..]);
        self.filter_in_time(count, state);
        state
            .frames
            .copy_within(count * self.stride..count * self.stride + past, 0);
    }

    /// A frame that stays is filtered once.
    fn filter_in_space(&self, block: &[f32], filtered: &mut [f32]) {
        let frame =
            |index: usize| &block[index * self.pixels_of_a_frame..][..self.pixels_of_a_frame];
        let stays = |index: usize| index > 0 && frame(index) == frame(index - 1);
        let count = block.len() / self.pixels_of_a_frame;
        filtered
            .par_chunks_mut(self.stride)
            .take(count)
            .enumerate()
            .filter(|(index, _)| !stays(*index))
            .for_each_init(Scratch::default, |scratch, (index, filtered)| {
                let filtered = &mut filtered[..self.region.pixels()];
                self.filter
                    .apply(frame(index), &self.region, scratch, filtered);
            });
        for index in (1..count).filter(|&index| stays(index)) {
            let before = (index - 1) * self.stride;
            filtered.copy_within(before..before + self.stride, index * self.stride);
        }
    }

    fn filter_in_time(&self, count: usize, state: &mut LayerState) {
        let frames = &state.frames;
        state.potentials[..count * self.stride]
            .par_chunks_mut(FRAMES_OF_A_THREAD * self.stride)
            .enumerate()
            .for_each(|(part, potentials)| {
                let first = part * FRAMES_OF_A_THREAD * self.stride;
                temporal::filter(&self.taps, &frames[first..], self.stride, potentials);
            });
    }
}

impl LayerState {
    /// Membrane potentials after a frame of the block, `[pixel of the region]`.
    pub(super) fn potentials(&self, layer: &Layer, frame: usize) -> &[f32] {
        &self.potentials[frame * layer.stride..][..layer.stride]
    }
}
