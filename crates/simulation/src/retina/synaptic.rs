//! Interneurons that answer other interneurons.

use std::ops::Range;

use rayon::prelude::*;

use super::layer::{BLOCK, Layer, LayerState};
use super::region::Region;
use super::release::Release;
use super::spatial::{Scratch, SpatialFilter};
use super::temporal;
use crate::circuit::{Circuit, Sign};
use crate::mechanism::{Synapse, SynapticDrive, kept};

/// A [`Synapse`] of every interneuron of a type.
#[derive(Clone, Debug)]
pub(super) struct DenseSynapse {
    source: usize,
    signed_weight: f32,
    release: Release,
    /// What is given for grey, `[stride]`.
    resting: Vec<f32>,
    pool: SpatialFilter,
    /// Whether it gives what it gives for grey, whatever is shown.
    held: bool,
}

/// Synapses of a type, one after the other.
pub(super) struct SynapseState {
    ready: Vec<f32>,
    /// What is given less what is given for grey, `[frame, stride]`.
    given: Vec<f32>,
    scratch: Scratch,
    pooled: Vec<f32>,
}

/// All synapses of a type added up, then its membrane.
#[derive(Clone, Debug)]
pub(super) struct SynapticFilter {
    synapses: Vec<DenseSynapse>,
    kept: f32,
}

/// What a type remembers of what it was given.
pub(super) struct SynapticState {
    synapses: Vec<SynapseState>,
    membrane: Vec<f32>,
}

impl DenseSynapse {
    /// Synapses with their sources looked up by name in the layers.
    pub(super) fn all(synapses: &[Synapse], names: &[&str], circuit: &Circuit) -> Vec<Self> {
        let stride = temporal::stride(circuit.screen.pixels());
        let one = |synapse: &Synapse| {
            let source = names.iter().position(|name| *name == synapse.interneuron);
            let interneuron = circuit.interneuron(&synapse.interneuron);
            let interneuron = interneuron.expect("the circuit was checked");
            // A type that gives to others is computed all over the frame.
            let release = Release::new(synapse.threshold, interneuron, circuit, 0..stride);
            Self {
                source: source.expect("each type that gives has a layer"),
                signed_weight: synapse.signed_weight() as f32,
                resting: release.resting(stride),
                release,
                pool: SpatialFilter::gaussian(synapse.pool_sd, &circuit.screen),
                held: false,
            }
        };
        synapses.iter().map(one).collect()
    }

    /// Holds the synapse at what it gives for grey if it inhibits.
    pub(super) fn hold_inhibition(&mut self) {
        self.held |= f64::from(self.signed_weight) * Sign::Inhibitory.factor() > 0.0;
    }

    pub(super) fn resting_state(&self) -> SynapseState {
        let stride = self.resting.len();
        let depleting = stride * usize::from(self.release.depletes());
        SynapseState {
            ready: self.release.resting_ready(depleting),
            given: vec![0.0; BLOCK * stride],
            scratch: Scratch::default(),
            pooled: Vec::new(),
        }
    }

    /// Adds what is given in some frames of a block to `sums` `[frame, stride]`.
    pub(super) fn add(
        &self,
        (layers, states): (&[Layer], &[LayerState]),
        (frames, region, stride): (Range<usize>, &Region, usize),
        state: &mut SynapseState,
        sums: &mut [f32],
    ) {
        if self.held || layers[self.source].held {
            return;
        }
        let source = self.resting.len();
        let potentials = states[self.source].giving();
        let potentials = &potentials[frames.start * source..frames.end * source];
        let given = &mut state.given[..frames.len() * source];
        self.give(potentials, &mut state.ready, given);
        if frames.len() == 1 {
            state.pooled.resize(region.pixels(), 0.0);
            return self.add_pooled(given, region, (&mut state.scratch, &mut state.pooled), sums);
        }
        sums.par_chunks_mut(stride)
            .zip(given.par_chunks(source))
            .for_each_init(
                || (Scratch::default(), vec![0.0; region.pixels()]),
                |(scratch, pooled), (sums, given)| {
                    self.add_pooled(given, region, (scratch, pooled), sums);
                },
            );
    }

    fn add_pooled(
        &self,
        given: &[f32],
        region: &Region,
        (scratch, pooled): (&mut Scratch, &mut Vec<f32>),
        sums: &mut [f32],
    ) {
        self.pool.apply(given, region, scratch, pooled);
        let parts = sums.iter_mut().zip(&*pooled);
        parts.for_each(|(sum, pooled)| *sum += self.signed_weight * pooled);
    }

    fn give(&self, potentials: &[f32], ready: &mut [f32], given: &mut [f32]) {
        given.copy_from_slice(potentials);
        for given in given.chunks_exact_mut(self.resting.len()) {
            self.release.give(given, ready);
            let departures = given.iter_mut().zip(&self.resting);
            departures.for_each(|(given, resting)| *given -= resting);
        }
    }
}

impl SynapticFilter {
    pub(super) fn new(drive: &SynapticDrive, names: &[&str], circuit: &Circuit) -> Self {
        Self {
            synapses: DenseSynapse::all(&drive.synapses, names, circuit),
            kept: kept(drive.low_pass, circuit.screen.frame_period),
        }
    }

    pub(super) fn hold_inhibition(&mut self) {
        self.synapses
            .iter_mut()
            .for_each(DenseSynapse::hold_inhibition);
    }

    pub(super) fn resting(&self, stride: usize) -> SynapticState {
        let synapses = self.synapses.iter();
        SynapticState {
            synapses: synapses.map(DenseSynapse::resting_state).collect(),
            membrane: vec![0.0; stride],
        }
    }

    /// Potentials `[frame, stride]` for some frames of a block that earlier layers have answered. They come
    /// with what else is given in these frames.
    pub(super) fn answer(
        &self,
        earlier: (&[Layer], &[LayerState]),
        (frames, region, stride): (Range<usize>, &Region, usize),
        state: &mut SynapticState,
        potentials: &mut [f32],
    ) {
        for (synapse, state) in self.synapses.iter().zip(&mut state.synapses) {
            synapse.add(earlier, (frames.clone(), region, stride), state, potentials);
        }
        for frame in potentials.chunks_exact_mut(stride) {
            for (potential, membrane) in frame.iter_mut().zip(&mut state.membrane) {
                *membrane = self.kept * *membrane + (1.0 - self.kept) * *potential;
                *potential = *membrane;
            }
        }
    }
}
