//! What an interneuron gives at one of its synapses.

use crate::circuit::{Circuit, Interneuron};
use crate::mechanism::{DepressionStep, Subunits};
use crate::widest_vectors::with_widest_vectors;

/// From potentials to what is given, synapse by synapse.
#[derive(Clone, Debug)]
pub(super) struct Release {
    pub(super) threshold: f32,
    /// One a synapse, where thresholds differ.
    thresholds: Vec<f32>,
    subunits: Option<Subunits>,
    depression: Option<DepressionStep>,
}

impl Release {
    /// Of the interneurons of a type, at some pixels of the frame, above a threshold.
    pub(super) fn new(
        threshold: f64,
        interneuron: &Interneuron,
        circuit: &Circuit,
        pixels: impl Iterator<Item = usize>,
    ) -> Self {
        let mechanisms = &interneuron.mechanisms;
        let bin = circuit.screen.frame_period;
        let thresholds = mechanisms.threshold_spread.map(|spread| {
            let offsets = spread.offsets(circuit.seed, &interneuron.name, circuit.screen.pixels());
            let own = pixels.map(|pixel| threshold + offsets.get(pixel).unwrap_or(&0.0));
            own.map(|threshold| threshold as f32).collect()
        });
        Self {
            threshold: threshold as f32,
            thresholds: thresholds.unwrap_or_default(),
            subunits: mechanisms.subunits,
            depression: mechanisms.depression.map(|depression| depression.step(bin)),
        }
    }

    /// Whether it is one threshold and nothing else.
    pub(super) fn is_rectifier(&self) -> bool {
        self.thresholds.is_empty() && self.subunits.is_none() && self.depression.is_none()
    }

    /// Whether it depends on what was given before.
    pub(super) fn depletes(&self) -> bool {
        self.depression.is_some()
    }

    /// Shares of vesicles that are ready at some synapses after nothing but grey.
    pub(super) fn resting_ready(&self, synapses: usize) -> Vec<f32> {
        let mut undepleted = vec![0.0; synapses];
        self.release_undepleted(&mut undepleted);
        let ready = |&x: &f32| {
            self.depression
                .map_or(1.0, |depression| depression.steady(x))
        };
        undepleted.iter().map(ready).collect()
    }

    /// What some synapses give after nothing but grey.
    pub(super) fn resting(&self, synapses: usize) -> Vec<f32> {
        let mut given = vec![0.0; synapses];
        self.give(&mut given, &mut self.resting_ready(synapses));
        given
    }

    /// What is given at potentials, in their place, by synapses with shares of their vesicles ready; there
    /// need be none where nothing depletes.
    pub(super) fn give(&self, potentials: &mut [f32], ready: &mut [f32]) {
        give(self, potentials, ready);
    }

    #[inline(always)]
    fn release_undepleted(&self, potentials: &mut [f32]) {
        match self.thresholds.is_empty() {
            true => {
                for potential in potentials.iter_mut() {
                    *potential = (*potential - self.threshold).max(0.0);
                }
            }
            false => {
                for (potential, threshold) in potentials.iter_mut().zip(&self.thresholds) {
                    *potential = (*potential - threshold).max(0.0);
                }
            }
        }
        if let Some(subunits) = self.subunits {
            subunits.release(potentials);
        }
    }
}

#[inline(always)]
fn give_plainly(release: &Release, potentials: &mut [f32], ready: &mut [f32]) {
    release.release_undepleted(potentials);
    if let Some(depression) = release.depression {
        depression.release(potentials, ready);
    }
}

with_widest_vectors! {
    /// What is given at potentials, in their place.
    fn give(release: &Release, potentials: &mut [f32], ready: &mut [f32]) = give_plainly
}
