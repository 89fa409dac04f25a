//! What an interneuron gives at one of its synapses.

use ganglion_recording::Milliseconds;

use crate::circuit::Interneuron;
use crate::mechanism::{DepressionStep, Subunits};
use crate::widest_vectors::with_widest_vectors;

/// From a potential to what is given, one synapse at a time.
#[derive(Clone, Debug)]
pub(super) struct Release {
    pub(super) threshold: f32,
    subunits: Option<Subunits>,
    depression: Option<DepressionStep>,
}

impl Release {
    /// Of a type above a threshold.
    pub(super) fn new(threshold: f64, interneuron: &Interneuron, bin: Milliseconds) -> Self {
        let mechanisms = &interneuron.mechanisms;
        Self {
            threshold: threshold as f32,
            subunits: mechanisms.subunits,
            depression: mechanisms.depression.map(|depression| depression.step(bin)),
        }
    }

    /// Whether it is a threshold and nothing else.
    pub(super) fn is_rectifier(&self) -> bool {
        self.subunits.is_none() && self.depression.is_none()
    }

    /// Whether it depends on what was given before.
    pub(super) fn depletes(&self) -> bool {
        self.depression.is_some()
    }

    /// Share of vesicles that are ready after nothing but grey.
    pub(super) fn resting_ready(&self) -> f32 {
        let depression = self.depression;
        depression.map_or(1.0, |depression| {
            depression.steady(self.undepleted_for_grey())
        })
    }

    /// What is given after nothing but grey.
    pub(super) fn resting(&self) -> f32 {
        self.resting_ready() * self.undepleted_for_grey()
    }

    /// What is given at potentials, in their place, by synapses with shares of their vesicles ready; there
    /// need be none where nothing depletes.
    pub(super) fn give(&self, potentials: &mut [f32], ready: &mut [f32]) {
        give(self, potentials, ready);
    }

    fn undepleted_for_grey(&self) -> f32 {
        let mut grey = [0.0];
        self.release_undepleted(&mut grey);
        grey[0]
    }

    #[inline(always)]
    fn release_undepleted(&self, potentials: &mut [f32]) {
        for potential in potentials.iter_mut() {
            *potential = (*potential - self.threshold).max(0.0);
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
