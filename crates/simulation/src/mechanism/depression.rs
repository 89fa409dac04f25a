//! Short-term depression of a synapse.

use ganglion_recording::Milliseconds;
use serde::{Deserialize, Serialize};

use crate::circuit::{Problem, positive};

/// Depression by depletion: a synapse gives `n x`, where `x` is what it would give if it were never
/// depleted (`max(m - threshold, 0)`), and `n`, the share of vesicles that are ready, follows
///
/// ```text
/// dn/dt = (1 - n) / recovery - depletion * n * x
/// ```
///
/// from 1 where nothing is released towards `1 / (1 + recovery * depletion * x)` where `x` stays. Each
/// bin is a step of the implicit Euler method,
///
/// ```text
/// n[t + 1] = (n[t] + dt / recovery) / (1 + dt / recovery + dt * depletion * x[t])
/// ```
///
/// which has the same steady state and never leaves 0 to 1. Every interneuron of a type depletes at
/// each of its synapses by itself. Tsodyks & Markram, PNAS 1997; at bipolar synapses Burrone & Lagnado,
/// J Neurosci 2000, and as a kinetic stage Ozuysal & Baccus, Neuron 2012, whose block has two states
/// more (all recalled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Depression {
    /// Time constant of recovery.
    pub recovery: Milliseconds,
    /// Share of the vesicles released in a second by a unit of `x`.
    pub depletion: f64,
}

impl Depression {
    /// That which loses the share `lost` of a release that would stay at `at`.
    pub fn losing(lost: f64, at: f64, recovery: Milliseconds) -> Self {
        Self {
            recovery,
            depletion: lost / (1.0 - lost) / (recovery.seconds() * at),
        }
    }

    /// Share of vesicles that are ready where the release stays at `x`.
    pub fn steady(&self, x: f64) -> f64 {
        1.0 / (1.0 + self.recovery.seconds() * self.depletion * x)
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("recovery", self.recovery.0)?;
        positive("depletion", self.depletion)
    }

    /// The step of a bin.
    pub(crate) fn step(&self, bin: Milliseconds) -> DepressionStep {
        DepressionStep {
            recovered: (bin.0 / self.recovery.0) as f32,
            depleted: (bin.seconds() * self.depletion) as f32,
        }
    }
}

/// [`Depression`] over one bin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DepressionStep {
    recovered: f32,
    depleted: f32,
}

impl DepressionStep {
    /// What is given of releases, in their place, and the shares of vesicles that are ready after them.
    #[inline(always)]
    pub(crate) fn release(self, releases: &mut [f32], ready: &mut [f32]) {
        for (release, ready) in releases.iter_mut().zip(ready) {
            let left = 1.0 + self.recovered + self.depleted * *release;
            *release *= *ready;
            *ready = (*ready + self.recovered) / left;
        }
    }

    /// The fixed point of the step.
    pub(crate) fn steady(self, x: f32) -> f32 {
        self.recovered / (self.recovered + self.depleted * x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BIN: Milliseconds = Milliseconds(10.0);
    const DEPRESSION: Depression = Depression {
        recovery: Milliseconds(400.0),
        depletion: 20.0,
    };

    fn run(releases: impl IntoIterator<Item = f32>) -> Vec<f32> {
        let step = DEPRESSION.step(BIN);
        let mut ready = [1.0];
        let give = |x| {
            let mut given = [x];
            step.release(&mut given, &mut ready);
            given[0]
        };
        releases.into_iter().map(give).collect()
    }

    #[test]
    fn a_release_that_stays_settles_where_the_equation_does() {
        let given = run(std::iter::repeat_n(0.2, 2000));
        let expected = 0.2 * DEPRESSION.steady(0.2);
        // 1 / (1 + 0.4 * 20 * 0.2) of 0.2, reached within 20 s; 32-bit steps.
        assert!((f64::from(given[1999]) - expected).abs() < 1e-6);
        assert!((expected - 0.2 / 2.6).abs() < 1e-12);
        assert_eq!(given[0], 0.2);
        let losing = Depression::losing(0.6, 0.1, Milliseconds(250.0));
        assert!((losing.steady(0.1) - 0.4).abs() < 1e-12);
    }

    /// A brief release leaves `1 / (1 + dt * depletion * x)` of the vesicles, nearly; what is missing
    /// comes back with the time constant of recovery.
    #[test]
    fn the_second_of_two_pulses_is_smaller_the_sooner_it_comes() {
        let ratio = |gap: usize| {
            let mut pulses = vec![0.0; gap + 1];
            (pulses[0], pulses[gap]) = (0.5, 0.5);
            let given = run(pulses);
            f64::from(given[gap] / given[0])
        };
        // The recurrence in closed form: with a = dt / recovery, the first bin leaves
        // (1 + a) / (1 + a + b), and every bin after it shrinks what is missing by 1 / (1 + a).
        let (recovered, depleted) = (10.0 / 400.0, 0.01 * 20.0 * 0.5);
        for gap in [1, 5, 40, 200] {
            let missing = depleted / (1.0 + recovered + depleted);
            let expected = 1.0 - missing * (1.0f64 + recovered).powi(-(gap as i32 - 1));
            assert!((ratio(gap) - expected).abs() < 1e-5, "gap {gap}");
        }
        assert!(ratio(1) < ratio(5) && ratio(5) < ratio(40));
    }

    #[test]
    fn the_steps_fixed_point_is_the_steady_state() {
        let step = DEPRESSION.step(BIN);
        let before = step.steady(0.3);
        let mut ready = [before];
        step.release(&mut [0.3], &mut ready);
        assert!((ready[0] - before).abs() < 1e-6);
        assert!((f64::from(before) - DEPRESSION.steady(0.3)).abs() < 1e-6);
    }
}
