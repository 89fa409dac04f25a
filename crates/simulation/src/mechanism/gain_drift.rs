//! Slow changes of a cell's gain over a recording.

use ganglion_recording::Milliseconds;
use rand::Rng;
use rand_distr::{Distribution as _, StandardNormal};
use serde::{Deserialize, Serialize};

use crate::circuit::{Problem, positive};

/// A factor on the rate of each cell by itself that changes slowly, as preparations and electrodes do over an
/// hour:
///
/// ```text
/// gain[t] = exp(x[t] - deviation^2 / 2)
/// x[t] = k x[t - 1] + deviation sqrt(1 - k^2) normal[t],    k = exp(-dt / time_constant)
/// ```
///
/// of mean 1. It goes on from one repeat of a movie to the next; the first value of a movie is drawn anew. Rates
/// without noise and experiments are without it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GainDrift {
    /// Standard deviation of the gain's logarithm.
    pub deviation: f64,
    /// Time constant with which a gain is forgotten.
    pub time_constant: Milliseconds,
}

impl GainDrift {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("deviation", self.deviation)?;
        positive("time_constant", self.time_constant.0)
    }

    /// Gains in successive bins.
    pub(crate) fn gains(&self, bins: usize, bin: Milliseconds, random: &mut impl Rng) -> Vec<f32> {
        let kept = (-bin.0 / self.time_constant.0).exp();
        let new = self.deviation * (-(-2.0 * bin.0 / self.time_constant.0).exp_m1()).sqrt();
        let mut normal = || -> f64 { StandardNormal.sample(&mut *random) };
        let mut state = self.deviation * normal();
        let gain = |_| {
            let gain = (state - 0.5 * self.deviation * self.deviation).exp();
            state = kept * state + new * normal();
            gain as f32
        };
        (0..bins).map(gain).collect()
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn gains_have_mean_1_their_deviation_and_their_time_constant() {
        let drift = GainDrift {
            deviation: 0.25,
            time_constant: Milliseconds(200.0),
        };
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let gains = drift.gains(400_000, Milliseconds(10.0), &mut random);
        let values: Vec<f64> = gains.iter().map(|&gain| f64::from(gain)).collect();
        let mean = ganglion_numerics::mean(values.iter().copied());
        // 10 000 independent gains: errors of 0.0025 and 1 %.
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
        let logarithms: Vec<f64> = values.iter().map(|gain| gain.ln()).collect();
        let deviation = ganglion_numerics::standard_deviation(&logarithms);
        assert!((deviation - 0.25).abs() < 0.01, "{deviation}");
        let (one, other) = (&logarithms[..399_980], &logarithms[20..]);
        let correlation = ganglion_numerics::correlation(one, other).unwrap();
        // exp(-200 / 200).
        assert!((correlation - 0.368).abs() < 0.03, "{correlation}");
    }
}
