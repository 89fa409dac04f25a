//! A type of interneuron, ready to answer frames.

use std::collections::HashSet;
use std::ops::Range;

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
    /// What inhibits it one bin late.
    feedback: Vec<DenseSynapse>,
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
    feedback: Vec<SynapseState>,
    /// What feedback of the frame before gives `[stride]`; empty if there is none.
    late: Vec<f32>,
    terminals: Vec<SynapseState>,
    /// Membrane potentials `[block, stride]`, in units of the response to a full-contrast step.
    pub(super) potentials: Vec<f32>,
    /// The same with feedback at the terminals; empty if there is none, or it acts on the membrane.
    fed_back: Vec<f32>,
    /// The same less what inhibits what ganglion cells receive; empty if nothing does.
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
            feedback: DenseSynapse::all(&mechanisms.feedback, names, circuit),
            terminals: DenseSynapse::all(&mechanisms.terminal_inhibition, names, circuit),
            frame_period: screen.frame_period,
        }
    }

    /// Holds inhibition of the type by other interneurons at what it is for grey.
    pub(super) fn hold_inhibition(&mut self) {
        if let Source::Synapses(filter) = &mut self.source {
            filter.hold_inhibition();
        }
        let synapses = self.feedback.iter_mut().chain(&mut self.terminals);
        synapses.for_each(DenseSynapse::hold_inhibition);
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
        let all = |synapses: &[DenseSynapse]| {
            let synapses = synapses.iter();
            synapses.map(DenseSynapse::resting_state).collect()
        };
        let grey =
            |frames: usize, is_there: bool| vec![0.0; frames * stride * usize::from(is_there)];
        let has_feedback = !self.feedback.is_empty();
        let answers_light = matches!(self.source, Source::Light(_));
        LayerState {
            source: match &self.source {
                Source::Light(filter) => SourceState::Light(filter.resting(stride)),
                Source::Synapses(filter) => SourceState::Synapses(filter.resting(stride)),
            },
            sizes: grey(1, self.gain_control.is_some()),
            noise,
            feedback: all(&self.feedback),
            late: grey(1, has_feedback),
            terminals: all(&self.terminals),
            potentials: grey(BLOCK, true),
            fed_back: grey(BLOCK, has_feedback && answers_light),
            inhibited: grey(BLOCK, !self.terminals.is_empty()),
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
        self.finish(0..count, state);
    }

    /// Answers what earlier layers gave in some frames of a block: all of it if it answers synapses, else
    /// what feedback takes from its terminals.
    fn answer_synapses(
        &self,
        frames: Range<usize>,
        earlier: (&[Layer], &[LayerState]),
        state: &mut LayerState,
    ) {
        if self.held {
            return;
        }
        let place = frames.start * self.stride..frames.end * self.stride;
        let (Source::Synapses(filter), SourceState::Synapses(synapses)) =
            (&self.source, &mut state.source)
        else {
            if !state.fed_back.is_empty() {
                add(
                    &state.potentials[place.clone()],
                    &state.late,
                    &mut state.fed_back[place],
                );
            }
            return;
        };
        let potentials = &mut state.potentials[place];
        match state.late.is_empty() {
            true => potentials.fill(0.0),
            false => potentials.copy_from_slice(&state.late),
        }
        let own = (frames.clone(), &self.region, self.stride);
        filter.answer(earlier, own, synapses, potentials);
        self.finish(frames, state);
    }

    /// Adds noise, and controls the gain.
    fn finish(&self, frames: Range<usize>, state: &mut LayerState) {
        let pixels = self.region.pixels();
        let all = &mut state.potentials[frames.start * self.stride..frames.end * self.stride];
        for frame in all.chunks_exact_mut(self.stride) {
            let frame = &mut frame[..pixels];
            if let Some((noise, random)) = &mut state.noise {
                noise.add(frame, random);
            }
            if let Some(control) = self.gain_control {
                control.apply(frame, &mut state.sizes);
            }
        }
    }

    /// What feedback gives in the frame after one that all layers have answered.
    fn feed_back(
        &self,
        frame: usize,
        all: (&[Layer], &[LayerState]),
        (synapses, late): (&mut [SynapseState], &mut [f32]),
    ) {
        late.fill(0.0);
        for (synapse, state) in self.feedback.iter().zip(synapses) {
            let place = (frame..frame + 1, &self.region, self.stride);
            synapse.add(all, place, state, late);
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
        inhibited.copy_from_slice(&states[own].giving()[..count * self.stride]);
        for (synapse, state) in self.terminals.iter().zip(terminals) {
            let place = (0..count, &self.region, self.stride);
            synapse.add((layers, states), place, state, inhibited);
        }
    }
}

impl LayerState {
    /// What ganglion cells see of the type after a frame of the block, `[pixel of the region]`.
    pub(super) fn terminals(&self, layer: &Layer, frame: usize) -> &[f32] {
        let potentials = match self.inhibited.is_empty() {
            true => self.giving(),
            false => &self.inhibited,
        };
        &potentials[frame * layer.stride..][..layer.stride]
    }

    /// What other types see of the type in the block, `[frame, stride]`.
    pub(super) fn giving(&self) -> &[f32] {
        match self.fed_back.is_empty() {
            true => &self.potentials,
            false => &self.fed_back,
        }
    }

    /// Membrane potentials after a frame of the block, `[pixel of the region]`.
    pub(super) fn potentials(&self, layer: &Layer, frame: usize) -> &[f32] {
        &self.potentials[frame * layer.stride..][..layer.stride]
    }
}

/// Lets all layers answer up to [`BLOCK`] frames, light first, then synapses in the order of the
/// circuit, then the inhibition of terminals. Where there is feedback, synapses go frame by frame.
pub(super) fn answer(layers: &[Layer], states: &mut [LayerState], block: &[f32], count: usize) {
    let pairs = layers.par_iter().zip(&mut *states);
    pairs.for_each(|(layer, state)| layer.answer_light(block, count, state));
    if layers.iter().all(|layer| layer.feedback.is_empty()) {
        answer_synapses(layers, states, 0..count);
    } else {
        for frame in 0..count {
            answer_synapses(layers, states, frame..frame + 1);
            feed_back(layers, states, frame);
        }
    }
    inhibit_terminals(layers, states, count);
}

fn answer_synapses(layers: &[Layer], states: &mut [LayerState], frames: Range<usize>) {
    for (index, layer) in layers.iter().enumerate() {
        let (earlier, own) = states.split_at_mut(index);
        layer.answer_synapses(frames.clone(), (layers, earlier), &mut own[0]);
    }
}

fn feed_back(layers: &[Layer], states: &mut [LayerState], frame: usize) {
    for (index, layer) in layers.iter().enumerate() {
        if layer.feedback.is_empty() || layer.held {
            continue;
        }
        let mut synapses = std::mem::take(&mut states[index].feedback);
        let mut late = std::mem::take(&mut states[index].late);
        layer.feed_back(frame, (layers, states), (&mut synapses, &mut late));
        (states[index].feedback, states[index].late) = (synapses, late);
    }
}

fn inhibit_terminals(layers: &[Layer], states: &mut [LayerState], count: usize) {
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

fn add(one: &[f32], other: &[f32], sums: &mut [f32]) {
    for ((sum, one), other) in sums.iter_mut().zip(one).zip(other) {
        *sum = one + other;
    }
}
