//! Kinetics of an interneuron: delay, photoreceptor, low-pass, high-pass.

use ganglion_recording::Milliseconds;
use serde::{Deserialize, Serialize};

use super::chain::Chain;
use crate::circuit::{Problem, not_negative, positive};

/// More stages than any photoreceptor model has; above it the order is surely a slip.
const LARGEST_ORDER: u32 = 20;

/// Impulse response of an interneuron: the convolution of these stages,
///
/// ```text
/// delay          delta(tau - delay)                             (absent if delay = 0)
/// photoreceptor  tau^(n-1) exp(-tau/tau_p) / ((n-1)! tau_p^n)
/// low-pass       exp(-tau/tau_l) / tau_l                        (absent if tau_l = 0)
/// high-pass      delta(tau) - strength * exp(-tau/tau_h) / tau_h
/// ```
///
/// The photoreceptor is the cascade of `n` equal stages of Fuortes & Hodgkin 1964 and
/// Baylor, Hodgkin & Lamb 1974 (both recalled); the low-pass sets fast and slow bipolar types apart
/// (Awatramani & Slaughter 2000; DeVries 2000; both recalled) and slows amacrine types; the
/// high-pass stands for all that makes responses transient. The delay is that of transduction and of
/// synapses, longest where a second messenger opens the channels (Ashmore & Copenhagen 1980; recalled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kinetics {
    /// Time before anything happens.
    #[serde(default = "no_delay", skip_serializing_if = "is_no_delay")]
    pub delay: Milliseconds,
    /// The photoreceptor.
    pub photoreceptor: Photoreceptor,
    /// Time constant of the low-pass; 0 for none.
    pub low_pass: Milliseconds,
    /// The high-pass.
    pub high_pass: HighPass,
}

fn no_delay() -> Milliseconds {
    Milliseconds(0.0)
}

/// Whether a delay need not be written.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_no_delay(delay: &Milliseconds) -> bool {
    *delay == no_delay()
}

/// Gamma filter of unit area.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Photoreceptor {
    /// Number of equal stages `n`.
    pub order: u32,
    /// Time constant of a stage.
    pub time_constant: Milliseconds,
}

/// What is subtracted from a sustained response.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HighPass {
    /// Time constant.
    pub time_constant: Milliseconds,
    /// Share of a sustained response that is lost in the end: 0 for a sustained type, 1 for a fully
    /// transient one.
    pub strength: f64,
}

impl Kinetics {
    /// Taps of the kernel, the newest frame first: the impulse response integrated over each frame,
    ///
    /// ```text
    /// k[l] = integral of h from l * frame_period to (l + 1) * frame_period
    /// ```
    ///
    /// scaled so that the largest value of its cumulative sum, the peak of the response to a step of
    /// contrast 1, is 1. The integrals are exact to rounding: they are differences of the step
    /// response, which is a linear differential equation solved by a matrix exponential.
    ///
    /// # Errors
    /// If a parameter makes no sense, or the kernel is too slow to respond within `taps` frames.
    pub fn kernel(&self, frame_period: Milliseconds, taps: usize) -> Result<Vec<f64>, Problem> {
        self.check()?;
        let step_response = Chain::of(self).step_response(frame_period.0, taps);
        let peak = step_response.iter().copied().fold(f64::MIN, f64::max);
        if peak.is_nan() || peak < f64::MIN_POSITIVE {
            return Err(Problem::new(
                "kinetics",
                format!("{self:?}"),
                format!("does not respond to a step within {taps} frames"),
                "shorten its time constants, or lengthen the history or the frame period",
            ));
        }
        Ok(differences(&step_response).map(|tap| tap / peak).collect())
    }

    fn check(&self) -> Result<(), Problem> {
        let within = |problem: Problem| problem.within("kinetics");
        not_negative("delay", self.delay.0).map_err(within)?;
        self.photoreceptor.check().map_err(within)?;
        not_negative("low_pass", self.low_pass.0).map_err(within)?;
        self.high_pass.check().map_err(within)
    }
}

impl Photoreceptor {
    fn check(&self) -> Result<(), Problem> {
        positive("photoreceptor.time_constant", self.time_constant.0)?;
        if (1..=LARGEST_ORDER).contains(&self.order) {
            return Ok(());
        }
        Err(Problem::new(
            "photoreceptor.order",
            self.order,
            "is no usual number of stages",
            format!("give 1 to {LARGEST_ORDER}"),
        ))
    }
}

impl HighPass {
    fn check(&self) -> Result<(), Problem> {
        positive("high_pass.time_constant", self.time_constant.0)?;
        if (0.0..=1.0).contains(&self.strength) {
            return Ok(());
        }
        Err(Problem::new(
            "high_pass.strength",
            self.strength,
            "is outside [0, 1]",
            "give 0 for a sustained type and 1 for a fully transient one",
        ))
    }
}

/// Differences of a step response that begins at 0.
fn differences(step_response: &[f64]) -> impl Iterator<Item = f64> + '_ {
    let before = std::iter::once(&0.0).chain(step_response);
    step_response
        .iter()
        .zip(before)
        .map(|(now, before)| now - before)
}

#[cfg(test)]
mod tests;
