//! Interneurons that answer other interneurons.

use rayon::prelude::*;

use super::layer::{BLOCK, Layer, LayerState};
use super::region::Region;
use super::release::Release;
use super::spatial::{Scratch, SpatialFilter};
use crate::circuit::{Circuit, Sign};
use crate::mechanism::{Synapse, SynapticDrive, kept};

/// A [`Synapse`] of every interneuron of a type.
#[derive(Clone, Debug)]
pub(super) struct DenseSynapse {
    source: usize,
    signed_weight: f32,
    release: Release,
    resting: f32,
    pool: SpatialFilter,
    /// Whether it gives what it gives for grey, whatever is shown.
    held: bool,
}

/// Synapses of a type, one after the other.
pub(super) struct SynapseState {
    ready: Vec<f32>,
    /// What is given less what is given for grey, `[frame, stride]`.
    given: Vec<f32>,
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
        let one = |synapse: &Synapse| {
            let source = names.iter().position(|name| *name == synapse.interneuron);
            let interneuron = circuit.interneuron(&synapse.interneuron);
            let interneuron = interneuron.expect("the circuit was checked");
            let period = circuit.screen.frame_period;
            let release = Release::new(synapse.threshold, interneuron, period);
            Self {
                source: source.expect("each type that gives has a layer"),
                signed_weight: synapse.signed_weight() as f32,
                resting: release.resting(),
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

    pub(super) fn resting_state(&self, stride: usize) -> SynapseState {
        let depletes = usize::from(self.release.depletes());
        SynapseState {
            ready: vec![self.release.resting_ready(); stride * depletes],
            given: vec![0.0; BLOCK * stride],
        }
    }

    /// Adds what is given in the first `count` frames of a block to `sums` `[frame, stride]`.
    pub(super) fn add(
        &self,
        (layers, states): (&[Layer], &[LayerState]),
        (count, region): (usize, &Region),
        state: &mut SynapseState,
        sums: &mut [f32],
    ) {
        if self.held || layers[self.source].held {
            return;
        }
        let stride = layers[self.source].stride;
        let potentials = &states[self.source].potentials[..count * stride];
        let given = &mut state.given[..count * stride];
        self.give(potentials, stride, &mut state.ready, given);
        sums.par_chunks_mut(stride)
            .zip(given.par_chunks(stride))
            .for_each_init(
                || (Scratch::default(), vec![0.0; region.pixels()]),
                |(scratch, pooled), (sums, given)| {
                    self.pool.apply(given, region, scratch, pooled);
                    let parts = sums.iter_mut().zip(&*pooled);
                    parts.for_each(|(sum, pooled)| *sum += self.signed_weight * pooled);
                },
            );
    }

    fn give(&self, potentials: &[f32], stride: usize, ready: &mut [f32], given: &mut [f32]) {
        given.copy_from_slice(potentials);
        for given in given.chunks_exact_mut(stride) {
            self.release.give(given, ready);
            given.iter_mut().for_each(|given| *given -= self.resting);
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
            synapses: synapses.map(|one| one.resting_state(stride)).collect(),
            membrane: vec![0.0; stride],
        }
    }

    /// Potentials `[frame, stride]` for the first `count` frames of a block that earlier layers have
    /// answered.
    pub(super) fn answer(
        &self,
        earlier: (&[Layer], &[LayerState]),
        place: (usize, &Region, usize),
        state: &mut SynapticState,
        potentials: &mut [f32],
    ) {
        let (count, region, stride) = place;
        let potentials = &mut potentials[..count * stride];
        potentials.fill(0.0);
        for (synapse, state) in self.synapses.iter().zip(&mut state.synapses) {
            synapse.add(earlier, (count, region), state, potentials);
        }
        for frame in potentials.chunks_exact_mut(stride) {
            for (potential, membrane) in frame.iter_mut().zip(&mut state.membrane) {
                *membrane = self.kept * *membrane + (1.0 - self.kept) * *potential;
                *potential = *membrane;
            }
        }
    }
}
