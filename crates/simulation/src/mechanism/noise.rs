//! Noise inside the retina.

use ganglion_recording::Milliseconds;
use rand::Rng;
use rand_distr::{Distribution as _, Gamma, StandardNormal};
use serde::{Deserialize, Serialize};

use super::low_pass::kept;
use crate::circuit::{Problem, not_negative, positive};

/// Noise that ganglion cells share, because they share what is noisy.
///
/// - `photoreceptor`: a normal deviate for every pixel and frame, in Weber contrast, added to the light
///   that is seen; all interneurons filter it as they filter light.
/// - `bipolar`: added to the potential of every bipolar cell, with a correlation that falls as
///   `exp(-t / bipolar_time_constant)`.
/// - `gain_variance`: all rates of a trial are multiplied by a factor from a gamma distribution of mean 1
///   and this variance, one for all cells, drawn anew every `gain_time`.
///
/// The first two make the spike counts of neighbours that pool from the same interneurons correlated;
/// the third makes the variance of a count grow with the square of its mean. Ala-Laurila et al., Nat
/// Neurosci 2011; Goris, Movshon & Simoncelli, Nat Neurosci 2014 (both recalled). The retina as a
/// responder, and `noiseless_rate` of a recording, are without noise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noise {
    /// Standard deviation of the light's Weber contrast, every pixel and frame.
    pub photoreceptor: f64,
    /// Standard deviation of a bipolar cell's potential.
    pub bipolar: f64,
    /// Correlation time of a bipolar cell's noise.
    pub bipolar_time_constant: Milliseconds,
    /// Variance of the gain.
    pub gain_variance: f64,
    /// Time for which a gain stays.
    pub gain_time: Milliseconds,
}

impl Noise {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        not_negative("photoreceptor", self.photoreceptor)?;
        not_negative("bipolar", self.bipolar)?;
        positive("bipolar_time_constant", self.bipolar_time_constant.0)?;
        not_negative("gain_variance", self.gain_variance)?;
        positive("gain_time", self.gain_time.0)
    }

    /// Whether potentials differ from trial to trial.
    pub(crate) fn is_in_potentials(&self) -> bool {
        self.photoreceptor > 0.0 || self.bipolar > 0.0
    }

    /// A factor on all rates for every bin of a trial.
    pub(crate) fn gains(&self, bins: usize, bin: Milliseconds, random: &mut impl Rng) -> Vec<f32> {
        if self.gain_variance == 0.0 {
            return vec![1.0; bins];
        }
        let gamma = Gamma::new(1.0 / self.gain_variance, self.gain_variance)
            .expect("the variance was checked to be positive");
        let stay = (self.gain_time.0 / bin.0).round().max(1.0) as usize;
        let mut gain = 1.0;
        let of_bin = |index: usize| {
            if index.is_multiple_of(stay) {
                gain = gamma.sample(random) as f32;
            }
            gain
        };
        (0..bins).map(of_bin).collect()
    }

    /// The noise of bipolar cells that has gone on for long.
    pub(crate) fn bipolar_noise(
        &self,
        cells: usize,
        bin: Milliseconds,
        random: &mut impl Rng,
    ) -> BipolarNoise {
        let deviation = self.bipolar as f32;
        let normal = || -> f32 { StandardNormal.sample(&mut *random) };
        let states = std::iter::repeat_with(normal);
        BipolarNoise {
            kept: kept(self.bipolar_time_constant, bin),
            deviation,
            states: states.take(cells).map(|state| deviation * state).collect(),
        }
    }
}

/// Noise of the bipolar cells of a type.
pub(crate) struct BipolarNoise {
    kept: f32,
    deviation: f32,
    states: Vec<f32>,
}

impl BipolarNoise {
    /// Adds the noise of a bin to the potentials, and goes on to the next.
    pub(crate) fn add(&mut self, potentials: &mut [f32], random: &mut impl Rng) {
        let new = self.deviation * (1.0 - self.kept * self.kept).sqrt();
        for (potential, state) in potentials.iter_mut().zip(&mut self.states) {
            *potential += *state;
            let normal: f32 = StandardNormal.sample(random);
            *state = self.kept * *state + new * normal;
        }
    }
}

/// Adds normal deviates to values.
pub(crate) fn add_white(values: &mut [f32], deviation: f32, random: &mut impl Rng) {
    for value in values {
        let normal: f32 = StandardNormal.sample(random);
        *value += deviation * normal;
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const NOISE: Noise = Noise {
        photoreceptor: 0.0,
        bipolar: 0.1,
        bipolar_time_constant: Milliseconds(20.0),
        gain_variance: 0.2,
        gain_time: Milliseconds(100.0),
    };
    const BIN: Milliseconds = Milliseconds(10.0);

    fn moments(values: &[f32]) -> (f64, f64) {
        let count = values.len() as f64;
        let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
        let squares = values
            .iter()
            .map(|&value| (f64::from(value) - mean).powi(2));
        (mean, squares.sum::<f64>() / count)
    }

    #[test]
    fn gains_have_the_mean_and_variance_asked_for_and_stay() {
        let gains = NOISE.gains(200_000, BIN, &mut ChaCha8Rng::seed_from_u64(1));
        assert!(
            gains
                .chunks(10)
                .all(|held| held.iter().all(|gain| gain == &held[0]))
        );
        let (mean, variance) = moments(&gains);
        // 20 000 gains: the mean is known to 0.003, the variance to 2 %.
        assert!((mean - 1.0).abs() < 0.015, "{mean}");
        assert!((variance - 0.2).abs() < 0.02, "{variance}");
    }

    #[test]
    fn bipolar_noise_has_its_deviation_and_correlation_time() {
        let mut random = ChaCha8Rng::seed_from_u64(2);
        let mut noise = NOISE.bipolar_noise(1, BIN, &mut random);
        let mut next = |_| {
            let mut potential = [0.0];
            noise.add(&mut potential, &mut random);
            potential[0]
        };
        let values: Vec<f32> = (0..200_000).map(&mut next).collect();
        let (mean, variance) = moments(&values);
        assert!(mean.abs() < 2e-3, "{mean}");
        assert!((variance.sqrt() - 0.1).abs() < 2e-3, "{variance}");
        let products = values.windows(2).map(|pair| f64::from(pair[0] * pair[1]));
        let correlation = products.sum::<f64>() / 199_999.0 / variance;
        // exp(-10 / 20), from 200 000 values of a correlation time of two.
        assert!(
            (correlation - (-0.5f64).exp()).abs() < 0.01,
            "{correlation}"
        );
    }
}
