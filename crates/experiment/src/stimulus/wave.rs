//! Periodic profiles and their exact means over pixels.

use std::f64::consts::TAU;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The profile of a grating over a cycle, from -1 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Waveform {
    /// `sin`.
    #[default]
    Sine,
    /// The sign of `sin`: bars of equal width.
    Square,
}

/// Half-widths in cycles below which a pixel is taken for a line along that axis.
const THIN: f64 = 1e-6;

impl Waveform {
    /// Mean over a pixel whose centre has the phase `centre` and whose half-sides span `half`
    /// cycles along x and y; exact, by first or second antiderivatives.
    pub(crate) fn mean(self, centre: f64, half: [f64; 2]) -> f64 {
        let [a, b] = half.map(f64::abs);
        match (a > THIN, b > THIN) {
            (true, true) => {
                let at = |offset: f64| self.second_integral(centre + offset);
                (at(a + b) - at(a - b) - at(b - a) + at(-a - b)) / (4.0 * a * b)
            }
            (false, false) => self.value(centre),
            _ => {
                let half = a.max(b);
                (self.integral(centre + half) - self.integral(centre - half)) / (2.0 * half)
            }
        }
    }

    fn value(self, phase: f64) -> f64 {
        match self {
            Self::Sine => (TAU * phase).sin(),
            Self::Square if phase.rem_euclid(1.0) < 0.5 => 1.0,
            Self::Square => -1.0,
        }
    }

    /// Periodic antiderivative with mean 0.
    fn integral(self, phase: f64) -> f64 {
        match self {
            Self::Sine => -(TAU * phase).cos() / TAU,
            Self::Square => {
                let cycle = phase.rem_euclid(1.0);
                cycle.min(1.0 - cycle) - 0.25
            }
        }
    }

    /// Periodic antiderivative of [`integral`](Self::integral).
    fn second_integral(self, phase: f64) -> f64 {
        match self {
            Self::Sine => -(TAU * phase).sin() / (TAU * TAU),
            Self::Square => {
                let cycle = phase.rem_euclid(1.0);
                let rising = |part: f64| 0.5 * part * part - 0.25 * part;
                if cycle < 0.5 {
                    rising(cycle)
                } else {
                    -rising(cycle - 0.5)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    fn means_agree_with_dense_sampling(
        #[values(Waveform::Sine, Waveform::Square)] wave: Waveform,
        #[values([0.13, 0.07], [0.3, 0.0], [0.0, 0.21], [0.02, 0.4])] half: [f64; 2],
        #[values(0.0, 0.31, 0.77)] centre: f64,
    ) {
        let samples = 1000;
        let offset = |index: usize| 2.0 * (index as f64 + 0.5) / samples as f64 - 1.0;
        let sum: f64 = (0..samples)
            .flat_map(|x| (0..samples).map(move |y| (x, y)))
            .map(|(x, y)| wave.value(centre + half[0] * offset(x) + half[1] * offset(y)))
            .sum();
        let sampled = sum / (samples * samples) as f64;
        // A square wave's edge moves a row of samples at most.
        assert!((wave.mean(centre, half) - sampled).abs() < 4e-3);
    }
}
