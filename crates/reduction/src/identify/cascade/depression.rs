//! Short-term depression of synapses.
//!
//! ```text
//! y[t]   = n[t] x[t]
//! n[t+1] = (n[t] + a) / (1 + a + b x[t]),     a = step / recovery,  b = step * depletion
//! ```
//!
//! with `x` what would be released if nothing were ever used up, `n` the share of vesicles that are
//! ready, and `step` the frames from one sample to the next: `dn/dt = (1 - n) / recovery - depletion n x`
//! by implicit Euler. At first `n` is what it is after a long time at grey. Source: Tsodyks & Markram
//! 1997, Proc. Natl. Acad. Sci. 94:719 (recalled), as in the simulated retina.

use super::data::Data;
use crate::circuit::RectifiedRelease;

/// How fast a synapse depresses and recovers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FittedDepression {
    /// Logarithm of the time constant of recovery, in frames.
    pub log_recovery: f64,
    /// Logarithm of the share of ready vesicles that one unit of release uses up in a frame.
    pub log_depletion: f64,
}

/// Which synapses of a circuit depress.
///
/// A property of the cells that make them, and so the same for all pathways of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synapses {
    /// None.
    NonDepressing,
    /// Those of excitatory pathways.
    DepressingExcitation,
}

impl Synapses {
    /// Whether those of a pathway of a sign depress.
    pub(super) fn of(self, sign: f64) -> bool {
        self == Self::DepressingExcitation && sign > 0.0
    }
}

/// Numbers of a [`FittedDepression`].
pub(super) const DEPRESSION_NUMBERS: usize = 2;

/// Shortest and longest recovery, in frames: faster is no depression, slower no network follows.
const RECOVERY: [f64; 2] = [3.0, 300.0];

/// The vesicles of one synapse, and how their share depends on the numbers of a pathway.
#[derive(Clone, Debug)]
pub(super) struct Vesicles {
    /// Share that is ready.
    ready: f64,
    /// Its derivatives, by coefficients, threshold and softness, then by the two of the depression.
    by: Vec<f64>,
}

impl FittedDepression {
    /// Recovery and depletion for a step of one sample: `a` and `b` above.
    fn rates(self, data: &Data) -> [f64; 2] {
        let step = data.step() as f64;
        [
            step * (-self.log_recovery).exp(),
            step * self.log_depletion.exp(),
        ]
    }

    /// With numbers in their ranges.
    pub(super) fn bounded(self) -> Self {
        let [shortest, longest] = RECOVERY.map(f64::ln);
        Self {
            log_recovery: self.log_recovery.clamp(shortest, longest),
            log_depletion: self.log_depletion.clamp(-20.0, 20.0),
        }
    }

    /// The share that is ready after a long time of a release.
    pub(super) fn steady(self, data: &Data, release: f64) -> f64 {
        let [a, b] = self.rates(data);
        a / (a + b * release)
    }

    /// The share that is ready a sample later.
    pub(super) fn next(self, data: &Data, ready: f64, release: f64) -> f64 {
        let [a, b] = self.rates(data);
        (ready + a) / (1.0 + a + b * release)
    }

    /// The vesicles after a long time at grey, where `rest` is released by a pathway of `width`
    /// coefficients.
    pub(super) fn vesicles(self, data: &Data, rest: RectifiedRelease, width: usize) -> Vesicles {
        let [a, b] = self.rates(data);
        let ready = self.steady(data, rest.value);
        let by_release = -a * b / (a + b * rest.value).powi(2);
        let mut by = vec![0.0; width + 2 + DEPRESSION_NUMBERS];
        by[width] = -by_release * rest.by_drive;
        by[width + 1] = by_release * rest.by_spread;
        // a falls with the logarithm of the recovery, b rises with that of the depletion.
        by[width + 2] = -ready * (1.0 - ready);
        by[width + 3] = -ready * (1.0 - ready);
        Vesicles { ready, by }
    }

    /// What is released with `x` as it would be, and its derivatives `[number]` in the place of those of
    /// `x`; the vesicles move on by a sample.
    pub(super) fn release(
        self,
        data: &Data,
        vesicles: &mut Vesicles,
        x: f64,
        by: &mut [f64],
    ) -> f64 {
        let [a, b] = self.rates(data);
        let ready = vesicles.ready;
        let below = 1.0 + a + b * x;
        let next = (ready + a) / below;
        let own = by.len() - DEPRESSION_NUMBERS;
        for (place, (slope, held)) in by.iter_mut().zip(&mut vesicles.by).enumerate() {
            let of_x = *slope;
            *slope = ready * of_x + x * *held;
            let moved = match place {
                _ if place < own => -next * b * of_x,
                _ if place == own => -a * (1.0 - next),
                _ => -next * b * x,
            };
            *held = (*held + moved) / below;
        }
        vesicles.ready = next;
        ready * x
    }
}
