//! A type of interneuron, ready to answer frames.

use std::collections::HashSet;

use ganglion_recording::Milliseconds;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::light::{LightFilter, LightState, Place, filter_of};
use super::pool::Pool;
use super::region::Region;
use super::synaptic::{DenseSynapse, SynapseState, SynapticFilter, SynapticState};
use super::temporal;
use crate::circuit::{Circuit, Interneuron, InterneuronKind};
use crate::mechanism::{BipolarNoise, GainControlStep, Noise};
use crate::random::stream;

/// Frames that are filtered at a time.
pub(super) const BLOCK: usize = 64;

/// All interneurons of a type within the region that ganglion cells and other types pool from.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) name: String,
    /// Whether its potential stays at what it is for grey.
    pub(super) held: bool,
    pub(super) region: Region,
    pub(super) stride: usize,
    source: Source,
    gain_control: Option<GainControlStep>,
    /// Noise of its potentials, where a trial has any.
    noise: Option<Noise>,
    /// What inhibits what it gives to ganglion cells.
    terminals: Vec<DenseSynapse>,
    frame_period: Milliseconds,
}

/// What a type answers.
#[derive(Clone, Debug)]
enum Source {
    Light(LightFilter),
    Synapses(SynapticFilter),
}

/// What a layer remembers of the movie, and its answer to the latest block.
pub(super) struct LayerState {
    source: SourceState,
    /// Recent sizes of the potentials, for gain control.
    sizes: Vec<f32>,
    noise: Option<(BipolarNoise, ChaCha8Rng)>,
    terminals: Vec<SynapseState>,
    /// Membrane potentials `[block, stride]`, in units of the response to a full-contrast step.
    pub(super) potentials: Vec<f32>,
    /// The same less what inhibits the terminals; empty if nothing does.
    inhibited: Vec<f32>,
}

enum SourceState {
    Light(LightState),
    Synapses(SynapticState),
}

/// The layers of the interneurons that are pooled by a cell or by another type; of all types, over the
/// whole frame, if they are to be looked at.
pub(super) fn layers(circuit: &Circuit, pools: &[Vec<Pool>], all: bool) -> Vec<Layer> {
    let whole = Region::whole(&circuit.screen);
    let given = giving(circuit);
    let region = |interneuron: &Interneuron| {
        let gives = given.contains(interneuron.name.as_str());
        if all || gives {
            return Some(whole.clone());
        }
        let receives = interneuron.sources().next().is_some();
        let pooled = pooled_region(circuit, pools, &interneuron.name)?;
        Some(if receives { whole.clone() } else { pooled })
    };
    let interneurons = circuit.interneurons.iter();
    let used: Vec<(&Interneuron, Region)> = interneurons
        .filter_map(|interneuron| Some((interneuron, region(interneuron)?)))
        .collect();
    let names: Vec<&str> = used.iter().map(|(used, _)| used.name.as_str()).collect();
    let layer = |(interneuron, region): &(&Interneuron, Region)| {
        Layer::new(interneuron, region.clone(), &names, circuit)
    };
    used.iter().map(layer).collect()
}

/// Names of the types that give to other types.
fn giving(circuit: &Circuit) -> HashSet<&str> {
    let interneurons = circuit.interneurons.iter();
    interneurons.flat_map(Interneuron::sources).collect()
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
    fn new(interneuron: &Interneuron, region: Region, names: &[&str], circuit: &Circuit) -> Self {
        let screen = &circuit.screen;
        let source = match &interneuron.drive {
            Some(drive) => Source::Synapses(SynapticFilter::new(drive, names, circuit)),
            None => Source::Light(
                filter_of(interneuron, screen, circuit.contrast_unit)
                    .expect("the circuit was checked"),
            ),
        };
        let mechanisms = &interneuron.mechanisms;
        let gain_control = mechanisms.gain_control;
        let noise = circuit.mechanisms.noise;
        Self {
            name: interneuron.name.clone(),
            held: false,
            stride: temporal::stride(region.pixels()),
            region,
            source,
            gain_control: gain_control.map(|control| control.step(screen.frame_period)),
            noise: noise.filter(|_| interneuron.kind == InterneuronKind::Bipolar),
            terminals: DenseSynapse::all(&mechanisms.terminal_inhibition, names, circuit),
            frame_period: screen.frame_period,
        }
    }

    /// Holds inhibition of the type by other interneurons at what it is for grey.
    pub(super) fn hold_inhibition(&mut self) {
        if let Source::Synapses(filter) = &mut self.source {
            filter.hold_inhibition();
        }
        let terminals = self.terminals.iter_mut();
        terminals.for_each(DenseSynapse::hold_inhibition);
    }

    /// The state after nothing but grey, with the noise of a trial if it has any.
    pub(super) fn resting(&self, trial: Option<(u64, &str)>) -> LayerState {
        let stride = self.stride;
        let noise = trial
            .zip(self.noise)
            .filter(|(_, noise)| noise.bipolar > 0.0);
        let noise = noise.map(|((seed, trial), noise)| {
            let mut random = stream(seed, &format!("{trial} noise of {}", self.name));
            let cells = self.region.pixels();
            let states = noise.bipolar_noise(cells, self.frame_period, &mut random);
            (states, random)
        });
        let terminals = self.terminals.iter();
        LayerState {
            source: match &self.source {
                Source::Light(filter) => SourceState::Light(filter.resting(stride)),
                Source::Synapses(filter) => SourceState::Synapses(filter.resting(stride)),
            },
            sizes: vec![0.0; self.gain_control.map_or(0, |_| stride)],
            noise,
            inhibited: vec![
                0.0;
                if self.terminals.is_empty() {
                    0
                } else {
                    BLOCK * stride
                }
            ],
            terminals: terminals.map(|one| one.resting_state(stride)).collect(),
            potentials: vec![0.0; BLOCK * stride],
        }
    }

    /// Answers up to [`BLOCK`] frames, each `[y, x]`, if it answers light.
    pub(super) fn answer_light(&self, block: &[f32], count: usize, state: &mut LayerState) {
        let (Source::Light(filter), SourceState::Light(light)) = (&self.source, &mut state.source)
        else {
            return;
        };
        if self.held {
            return;
        }
        let place = Place {
            region: &self.region,
            stride: self.stride,
        };
        filter.answer(block, place, light, &mut state.potentials);
        self.finish(count, state);
    }

    /// Answers what earlier layers gave in the first `count` frames of a block, if it answers synapses.
    pub(super) fn answer_synapses(
        &self,
        count: usize,
        earlier: (&[Layer], &[LayerState]),
        state: &mut LayerState,
    ) {
        let (Source::Synapses(filter), SourceState::Synapses(synapses)) =
            (&self.source, &mut state.source)
        else {
            return;
        };
        if self.held {
            return;
        }
        let place = (count, &self.region, self.stride);
        filter.answer(earlier, place, synapses, &mut state.potentials);
        self.finish(count, state);
    }

    /// Adds noise, and controls the gain.
    fn finish(&self, count: usize, state: &mut LayerState) {
        let pixels = self.region.pixels();
        let frames = state.potentials.chunks_exact_mut(self.stride).take(count);
        for frame in frames {
            let frame = &mut frame[..pixels];
            if let Some((noise, random)) = &mut state.noise {
                noise.add(frame, random);
            }
            if let Some(control) = self.gain_control {
                control.apply(frame, &mut state.sizes);
            }
        }
    }

    /// Whether something inhibits what it gives.
    pub(super) fn has_inhibited_terminals(&self) -> bool {
        !self.terminals.is_empty() && !self.held
    }

    /// Potentials `[frame, stride]` less what inhibits the terminals, given the answers of all layers.
    pub(super) fn inhibit(
        &self,
        count: usize,
        (layers, states): (&[Layer], &[LayerState]),
        (own, terminals, inhibited): (usize, &mut [SynapseState], &mut [f32]),
    ) {
        let inhibited = &mut inhibited[..count * self.stride];
        inhibited.copy_from_slice(&states[own].potentials[..count * self.stride]);
        for (synapse, state) in self.terminals.iter().zip(terminals) {
            synapse.add((layers, states), (count, &self.region), state, inhibited);
        }
    }
}

impl LayerState {
    /// What ganglion cells see of the type after a frame of the block, `[pixel of the region]`.
    pub(super) fn terminals(&self, layer: &Layer, frame: usize) -> &[f32] {
        let potentials = match self.inhibited.is_empty() {
            true => &self.potentials,
            false => &self.inhibited,
        };
        &potentials[frame * layer.stride..][..layer.stride]
    }

    /// Membrane potentials after a frame of the block, `[pixel of the region]`.
    pub(super) fn potentials(&self, layer: &Layer, frame: usize) -> &[f32] {
        &self.potentials[frame * layer.stride..][..layer.stride]
    }
}

/// Lets all layers answer up to [`BLOCK`] frames, light first, then synapses in the order of the
/// circuit, then the inhibition of terminals.
pub(super) fn answer(layers: &[Layer], states: &mut [LayerState], block: &[f32], count: usize) {
    let pairs = layers.par_iter().zip(&mut *states);
    pairs.for_each(|(layer, state)| layer.answer_light(block, count, state));
    for (index, layer) in layers.iter().enumerate() {
        let (earlier, own) = states.split_at_mut(index);
        layer.answer_synapses(count, (layers, earlier), &mut own[0]);
    }
    for (index, layer) in layers.iter().enumerate() {
        if !layer.has_inhibited_terminals() {
            continue;
        }
        let mut terminals = std::mem::take(&mut states[index].terminals);
        let mut inhibited = std::mem::take(&mut states[index].inhibited);
        let own = (index, terminals.as_mut_slice(), inhibited.as_mut_slice());
        layer.inhibit(count, (layers, states), own);
        (states[index].terminals, states[index].inhibited) = (terminals, inhibited);
    }
}
