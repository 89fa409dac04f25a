//! Spike trains that vary less than Poisson's.

use ganglion_recording::Milliseconds;
use rand::{Rng, RngExt};
use rand_distr::{Distribution as _, Gamma};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::circuit::{Problem, positive};

/// Largest share of the time that may be spent refractory: above it, intervals cannot be shortened
/// enough to keep the rate.
const BUSIEST: f64 = 0.9;

/// A gamma renewal process with an absolute refractory period, in the time of the rate.
///
/// After a spike the cell is silent for `refractory`; then the rate
///
/// ```text
/// lambda = rate / (1 - rate * refractory)
/// ```
///
/// is accumulated until it reaches a draw from a gamma distribution of mean 1 and shape `order`,
/// when the next spike comes. At a constant rate, intervals have the mean `1 / rate` exactly, and
/// counts over long times the Fano factor `(1 - rate * refractory)^2 / order`. Order 1 without
/// refractoriness is Poisson.
///
/// Berry & Meister, J Neurosci 1998 (refractoriness makes spikes precise); Barbieri et al., J
/// Neurosci Methods 2001 (rescaled gamma processes); both recalled.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variability {
    /// Shape of the gamma distribution, 1 or more.
    pub order: f64,
    /// Absolute refractory period.
    pub refractory: Milliseconds,
}

impl Default for Variability {
    fn default() -> Self {
        Self {
            order: 2.0,
            refractory: Milliseconds(2.0),
        }
    }
}

impl Variability {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("refractory", self.refractory.0)?;
        if self.order.is_finite() && self.order >= 1.0 {
            return Ok(());
        }
        Err(Problem::new(
            "order",
            self.order,
            "is below 1",
            "give 1 for Poisson-like intervals, more for regular ones",
        ))
    }

    /// Spikes in each bin of a trial, at rates in Hz.
    pub fn counts(&self, rates: &[f32], bin: Milliseconds, random: &mut impl Rng) -> Vec<u16> {
        let mut train = Train::new(*self, random);
        rates
            .iter()
            .map(|&rate| train.spikes_in(f64::from(rate), bin.seconds(), random))
            .collect()
    }
}

/// A spike train being drawn.
struct Train {
    refractory: f64,
    gamma: Gamma<f64>,
    /// Accumulated rate until the next spike.
    remaining: f64,
    /// Seconds until the refractory period ends.
    silent: f64,
}

impl Train {
    /// A train at a time that has nothing to do with its spikes: somewhere within an interval.
    fn new(variability: Variability, random: &mut impl Rng) -> Self {
        let gamma = Gamma::new(variability.order, 1.0 / variability.order)
            .expect("the order was checked to be 1 or more");
        let remaining = gamma.sample(random) * random.random::<f64>();
        Self {
            refractory: variability.refractory.seconds(),
            gamma,
            remaining,
            silent: 0.0,
        }
    }

    /// Spikes in a bin of some seconds.
    fn spikes_in(&mut self, rate: f64, seconds: f64, random: &mut impl Rng) -> u16 {
        let free = 1.0 - (rate * self.refractory).min(BUSIEST);
        let hazard = rate / free;
        let mut left = seconds;
        let mut spikes = 0;
        loop {
            let waited = self.silent.min(left);
            self.silent -= waited;
            left -= waited;
            if self.remaining >= hazard * left {
                self.remaining -= hazard * left;
                return spikes;
            }
            left -= self.remaining / hazard;
            spikes += 1;
            self.remaining = self.gamma.sample(random);
            self.silent = self.refractory;
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rstest::rstest;

    use super::*;
    use crate::spikes::fano_factor;

    const BIN: Milliseconds = Milliseconds(10.0);

    fn trials(variability: Variability, rates: &[f32], count: u64) -> Vec<Vec<f32>> {
        let trial = |seed| {
            let counts = variability.counts(rates, BIN, &mut ChaCha8Rng::seed_from_u64(seed));
            counts.into_iter().map(f32::from).collect()
        };
        (0..count).map(trial).collect()
    }

    #[rstest]
    fn the_mean_rate_is_kept(#[values(2.0, 20.0, 120.0)] rate: f32) {
        let variability = Variability {
            order: 3.0,
            refractory: Milliseconds(2.5),
        };
        let trials = trials(variability, &vec![rate; 4000], 20);
        let spikes: f32 = trials.iter().flatten().sum();
        let found = spikes / (20.0 * 40.0);
        // The least spikes, 1600, with a Fano factor of 1/3 have a relative deviation of 1.5 %.
        assert!((found / rate - 1.0).abs() < 0.05, "{found} Hz, not {rate}");
    }

    #[rstest]
    #[case(1.0, 1e-6, 40.0)]
    #[case(2.0, 1e-6, 40.0)]
    #[case(4.0, 2.0, 60.0)]
    fn counts_vary_as_a_renewal_process_does(
        #[case] order: f64,
        #[case] refractory: f64,
        #[case] rate: f32,
    ) {
        let variability = Variability {
            order,
            refractory: Milliseconds(refractory),
        };
        let trials = trials(variability, &vec![rate; 1000], 400);
        let expected = (1.0 - f64::from(rate) * refractory * 1e-3).powi(2) / order;
        let found = fano_factor(&trials, 500).unwrap();
        // 800 counts have a relative deviation of the variance of 5 %; finite windows add 2 %.
        assert!(
            (found / expected - 1.0).abs() < 0.2,
            "{found}, not {expected}"
        );
    }

    #[test]
    fn no_two_spikes_are_closer_than_the_refractory_period() {
        // 10 ms hold at most five spikes 2.5 ms apart.
        let variability = Variability {
            order: 1.0,
            refractory: Milliseconds(2.5),
        };
        let trials = trials(variability, &[5000.0; 100], 5);
        let most = trials.iter().flatten().copied().fold(0.0, f32::max);
        assert!((1.0..=5.0).contains(&most), "{most}");
    }

    #[test]
    fn no_rate_gives_no_spikes() {
        let trials = trials(Variability::default(), &[0.0; 1000], 3);
        assert!(trials.iter().flatten().all(|&count| count == 0.0));
    }
}
