//! What an interneuron gives at one of its synapses.

use ganglion_recording::Milliseconds;

use crate::circuit::Interneuron;
use crate::mechanism::{DepressionStep, Subunits};

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
        depression.map_or(1.0, |depression| depression.steady(self.undepleted(0.0)))
    }

    /// What is given after nothing but grey.
    pub(super) fn resting(&self) -> f32 {
        self.resting_ready() * self.undepleted(0.0)
    }

    /// What is given at a potential by a synapse with a share of its vesicles ready.
    pub(super) fn given(&self, potential: f32, ready: &mut f32) -> f32 {
        let undepleted = self.undepleted(potential);
        match self.depression {
            Some(depression) => depression.release(ready, undepleted),
            None => undepleted,
        }
    }

    fn undepleted(&self, potential: f32) -> f32 {
        let above = (potential - self.threshold).max(0.0);
        match self.subunits {
            Some(subunits) => subunits.release(above),
            None => above,
        }
    }
}
