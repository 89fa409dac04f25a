//! What photoreceptors make of the movie.

use ganglion_experiment::Screen;
use rand_chacha::ChaCha8Rng;

use crate::circuit::Circuit;
use crate::mechanism::{LightAdaptationStep, add_white};

/// Photoreceptors: they adapt and are noisy, or pass the movie on.
#[derive(Clone, Debug)]
pub(super) struct Front {
    pixels: usize,
    adaptation: Option<LightAdaptationStep>,
    /// Standard deviation of the noise in units of the movie.
    noise: f32,
}

/// What photoreceptors remember of the movie.
pub(super) struct FrontState {
    memory: Vec<f32>,
    seen: Vec<f32>,
    /// Where noise is drawn from, if there is any.
    random: Option<ChaCha8Rng>,
}

impl Front {
    pub(super) fn new(circuit: &Circuit) -> Self {
        let Screen { frame_period, .. } = circuit.screen;
        let unit = circuit.contrast_unit;
        let mechanisms = circuit.mechanisms;
        let adaptation = mechanisms.light_adaptation;
        let noise = mechanisms.noise.map_or(0.0, |noise| noise.photoreceptor);
        Self {
            pixels: circuit.screen.pixels(),
            adaptation: adaptation.map(|adaptation| adaptation.step(frame_period, unit)),
            noise: (noise / unit) as f32,
        }
    }

    /// The state after nothing but grey.
    pub(super) fn resting(&self, random: Option<ChaCha8Rng>) -> FrontState {
        FrontState {
            memory: vec![1.0; self.adaptation.map_or(0, |_| self.pixels)],
            seen: Vec::new(),
            random: random.filter(|_| self.noise > 0.0),
        }
    }

    /// What interneurons see of some frames.
    pub(super) fn see<'a>(&self, frames: &'a [f32], state: &'a mut FrontState) -> &'a [f32] {
        if self.adaptation.is_none() && state.random.is_none() {
            return frames;
        }
        state.seen.clear();
        state.seen.extend_from_slice(frames);
        for frame in state.seen.chunks_exact_mut(self.pixels) {
            if let Some(adaptation) = self.adaptation {
                adaptation.apply(frame, &mut state.memory);
            }
            if let Some(random) = &mut state.random {
                add_white(frame, self.noise, random);
            }
        }
        &state.seen
    }
}
