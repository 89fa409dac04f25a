//! Adaptation to light in photoreceptors.

use ganglion_recording::Milliseconds;
use serde::{Deserialize, Serialize};

use super::low_pass::{kept, low_pass};
use crate::circuit::{Problem, positive};

/// Dynamical adaptation: the light `s = max(1 + C, 0)`, relative to grey, that falls on each pixel is
/// divided by a memory of itself,
///
/// ```text
/// C'[t] = (1 + strength) s[t] / (1 + strength * z[t]) - 1
/// z[t] = k z[t - 1] + (1 - k) s[t],    k = exp(-dt / time_constant)
/// ```
///
/// and the rest of the retina sees `C'` for the Weber contrast `C`. Grey stays grey; light that stays at
/// `s` is seen as `(1 + strength) s / (1 + strength s) - 1`, less than it is. The fast filter `y` of the
/// model is the kernel of each interneuron, which follows. Clark, Benichou, Meister & Azeredo da
/// Silveira, PLoS Comput Biol 2013 (recalled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LightAdaptation {
    /// How strongly the memory divides; Weber's law from about 10 on.
    pub strength: f64,
    /// Time constant of the memory.
    pub time_constant: Milliseconds,
}

impl LightAdaptation {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("strength", self.strength)?;
        positive("time_constant", self.time_constant.0)
    }

    /// The step of a bin for movies in units of a Weber contrast.
    pub(crate) fn step(&self, bin: Milliseconds, contrast_unit: f64) -> LightAdaptationStep {
        LightAdaptationStep {
            strength: self.strength as f32,
            kept: kept(self.time_constant, bin),
            unit: contrast_unit as f32,
        }
    }
}

/// [`LightAdaptation`] over one frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LightAdaptationStep {
    strength: f32,
    kept: f32,
    unit: f32,
}

impl LightAdaptationStep {
    /// What is seen of a frame, given the memory of every pixel, which is 1 for grey.
    pub(crate) fn apply(self, frame: &mut [f32], memory: &mut [f32]) {
        for value in frame.iter_mut() {
            *value = (1.0 + self.unit * *value).max(0.0);
        }
        low_pass(self.kept, frame, memory);
        for (value, memory) in frame.iter_mut().zip(memory) {
            let seen = (1.0 + self.strength) * *value / (1.0 + self.strength * *memory);
            *value = (seen - 1.0) / self.unit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: f64 = 0.25;

    /// What is seen of light `1 + contrast` after some frames.
    fn seen(contrast: f32, frames: usize) -> f32 {
        let step = LightAdaptation {
            strength: 3.0,
            time_constant: Milliseconds(100.0),
        }
        .step(Milliseconds(10.0), UNIT);
        let mut memory = [1.0];
        let mut frame = [0.0];
        for _ in 0..frames {
            frame = [contrast / UNIT as f32];
            step.apply(&mut frame, &mut memory);
        }
        frame[0] * UNIT as f32
    }

    #[test]
    fn grey_stays_grey_and_steps_are_seen_less_and_less() {
        assert_eq!(seen(0.0, 50), 0.0);
        for contrast in [-0.9, -0.5, 0.5, 2.0f32] {
            let light = 1.0 + contrast;
            let expected = 4.0 * light / (1.0 + 3.0 * light) - 1.0;
            assert!((seen(contrast, 500) - expected).abs() < 1e-5);
            assert!(seen(contrast, 1).abs() > seen(contrast, 500).abs());
        }
        // Nothing is darker than black.
        assert_eq!(seen(-2.0, 5), seen(-1.0, 5));
    }
}
