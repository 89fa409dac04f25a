//! Spikes that depend on the spikes before.

use ganglion_recording::Milliseconds;
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::circuit::{Problem, not_negative, positive};

/// Steps in which spikes are drawn, in milliseconds.
const STEP: f64 = 0.5;

/// Rates at which the hazard is looked up, from [`LOWEST_RATE`] on, each this much higher.
const RATIO: f64 = 1.05;

/// Rate below which spikes do not see each other, in Hz.
const LOWEST_RATE: f64 = 1e-2;

/// Largest share of the time that may be spent absolutely refractory.
const BUSIEST: f64 = 0.9;

/// Time constants after which a spike is forgotten.
const FORGOTTEN: f64 = 30.0;

/// A renewal process whose hazard depends on the time `s` since the end of the absolute refractory
/// period of the last spike:
///
/// ```text
/// hazard = q * w(s),   w(s) = 0 during the absolute refractory period, and after it
/// w(s) = 1 - exp(-s / relative) + burst * exp(-s / burst_time)
/// ```
///
/// The free rate `q` is that at which the mean interval is `1 / rate`, so that refractoriness and bursts
/// change the order of spikes and not their number (exactly at constant rates). It takes the place of
/// [`Variability`](crate::Variability). Refractoriness alone makes counts less variable than a Poisson
/// process' (Fano factor below 1), bursts more. Berry & Meister, J Neurosci 1998 (free firing rate and
/// recovery function); Pillow et al., Nature 2008 (post-spike filters); both recalled.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpikeHistory {
    /// Absolute refractory period.
    pub absolute: Milliseconds,
    /// Time constant of recovery after it.
    pub relative: Milliseconds,
    /// Hazard right after the refractory period, relative to that of a cell at rest; 0 for none.
    pub burst: f64,
    /// Time constant with which bursts end.
    pub burst_time: Milliseconds,
}

impl SpikeHistory {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("absolute", self.absolute.0)?;
        positive("relative", self.relative.0)?;
        not_negative("burst", self.burst)?;
        positive("burst_time", self.burst_time.0)
    }

    /// The process, ready to draw spikes.
    pub(crate) fn process(&self) -> SpikeProcess {
        SpikeProcess {
            history: *self,
            free_rates: FreeRates::of(self),
        }
    }

    /// `w` at a time since the last spike, in milliseconds.
    fn recovery(&self, since: f64) -> f64 {
        let since = since - self.absolute.0;
        if since < 0.0 {
            return 0.0;
        }
        1.0 - (-since / self.relative.0).exp() + self.burst * (-since / self.burst_time.0).exp()
    }

    /// The integral of `w` up to a time after the absolute refractory period.
    fn recovered(&self, since: f64) -> f64 {
        let decayed = |time: f64| time * -(-since / time).exp_m1();
        since - decayed(self.relative.0) + self.burst * decayed(self.burst_time.0)
    }

    /// Mean interval in milliseconds at a free rate per millisecond: the integral of the probability
    /// that no spike has come, by Simpson's rule, with the tail, where `w` is 1, in closed form.
    fn mean_interval(&self, free_rate: f64) -> f64 {
        const STEPS: usize = 1000;
        let end = FORGOTTEN * self.relative.0.max(self.burst_time.0);
        let silent = |since: f64| (-free_rate * self.recovered(since)).exp();
        let step = end / STEPS as f64;
        let weight = |index: usize| match index {
            0 | STEPS => 1.0,
            odd if odd % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let sum: f64 = (0..=STEPS)
            .map(|index| weight(index) * silent(index as f64 * step))
            .sum();
        self.absolute.0 + sum * step / 3.0 + silent(end) / free_rate
    }
}

/// A [`SpikeHistory`] whose free rates have been worked out.
pub(crate) struct SpikeProcess {
    history: SpikeHistory,
    free_rates: FreeRates,
}

impl SpikeProcess {
    /// Spikes in each bin of a trial, at rates in Hz.
    pub(crate) fn counts(
        &self,
        rates: &[f32],
        bin: Milliseconds,
        random: &mut impl Rng,
    ) -> Vec<u16> {
        let mut train = Train {
            history: self.history,
            since: random.random::<f64>() * FORGOTTEN * self.history.relative.0,
            remaining: waiting(random),
        };
        let free_rate = |rate: f32| self.free_rates.at(f64::from(rate));
        let spikes = |&rate: &f32| train.spikes_in(free_rate(rate), bin.0, random);
        rates.iter().map(spikes).collect()
    }
}

/// Free rates in Hz of rates in Hz.
struct FreeRates {
    /// Free rate over rate, for `LOWEST_RATE * RATIO^index`.
    ratios: Vec<f64>,
    highest: f64,
}

impl FreeRates {
    fn of(history: &SpikeHistory) -> Self {
        let highest = BUSIEST / history.absolute.seconds();
        let count = ((highest / LOWEST_RATE).ln() / RATIO.ln()).ceil() as usize + 1;
        let rate = |index: usize| (LOWEST_RATE * RATIO.powi(index as i32)).min(highest);
        let mut ratio = 1.0;
        let solved = |index: usize| {
            ratio = free_rate(history, rate(index), ratio) / rate(index);
            ratio
        };
        Self {
            ratios: (0..count).map(solved).collect(),
            highest,
        }
    }

    fn at(&self, rate: f64) -> f64 {
        let rate = rate.min(self.highest);
        let place = ((rate / LOWEST_RATE).ln() / RATIO.ln()).max(0.0);
        let below = (place as usize).min(self.ratios.len() - 2);
        let share = place - below as f64;
        let ratio = (1.0 - share) * self.ratios[below] + share * self.ratios[below + 1];
        rate * ratio
    }
}

/// The free rate in Hz at which the mean interval is that of a rate, by bisection of its logarithm.
fn free_rate(history: &SpikeHistory, rate: f64, near: f64) -> f64 {
    let longer = |free: f64| history.mean_interval(free * 1e-3) > 1e3 / rate;
    let (mut low, mut high) = (near * rate * 0.25, near * rate * 4.0);
    while !longer(low) {
        low *= 0.25;
    }
    while longer(high) {
        high *= 4.0;
    }
    for _ in 0..32 {
        let middle = (low * high).sqrt();
        match longer(middle) {
            true => low = middle,
            false => high = middle,
        }
    }
    (low * high).sqrt()
}

/// A spike train being drawn.
struct Train {
    history: SpikeHistory,
    /// Milliseconds since the last spike.
    since: f64,
    /// Hazard to be accumulated until the next spike.
    remaining: f64,
}

impl Train {
    fn spikes_in(&mut self, free_rate: f64, milliseconds: f64, random: &mut impl Rng) -> u16 {
        let steps = (milliseconds / STEP).ceil();
        let step = milliseconds / steps;
        let mut spikes = 0;
        for _ in 0..steps as usize {
            let middle = self.since + 0.5 * step;
            let hazard = free_rate * 1e-3 * self.history.recovery(middle) * step;
            self.since += step;
            if hazard < self.remaining {
                self.remaining -= hazard;
                continue;
            }
            // The spike came within the step.
            self.since = step * (1.0 - self.remaining / hazard);
            self.remaining = waiting(random);
            spikes += 1;
        }
        spikes
    }
}

/// An exponential deviate of mean 1.
fn waiting(random: &mut impl Rng) -> f64 {
    -(1.0 - random.random::<f64>()).ln()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rstest::rstest;

    use super::*;
    use crate::spikes::fano_factor;

    const BIN: Milliseconds = Milliseconds(10.0);

    fn history(relative: f64, burst: f64) -> SpikeHistory {
        SpikeHistory {
            absolute: Milliseconds(2.0),
            relative: Milliseconds(relative),
            burst,
            burst_time: Milliseconds(5.0),
        }
    }

    fn trials(history: SpikeHistory, rate: f32, bins: usize, count: u64) -> Vec<Vec<f32>> {
        let process = history.process();
        let trial = |seed| {
            let rates = vec![rate; bins];
            let counts = process.counts(&rates, BIN, &mut ChaCha8Rng::seed_from_u64(seed));
            counts.into_iter().map(f32::from).collect()
        };
        (0..count).map(trial).collect()
    }

    /// Squared coefficient of variation of intervals, which is the Fano factor of long counts: by sums
    /// over a fine grid of the density `q w exp(-q W)`.
    fn expected_fano(history: &SpikeHistory, rate: f64) -> f64 {
        let free = free_rate(history, rate, 1.0) * 1e-3;
        let (step, mut silent) = (0.02, 1.0);
        let (mut mean, mut squares) = (0.0, 0.0);
        for index in 0..2_000_000 {
            let time = (f64::from(index) + 0.5) * step;
            let next = silent * (-free * history.recovery(time) * step).exp();
            mean += (silent - next) * time;
            squares += (silent - next) * time * time;
            silent = next;
        }
        squares / (mean * mean) - 1.0
    }

    #[rstest]
    #[case(history(8.0, 0.0), 30.0)]
    #[case(history(15.0, 0.0), 60.0)]
    #[case(history(3.0, 12.0), 10.0)]
    fn counts_vary_as_their_intervals_do_and_keep_the_rate(
        #[case] history: SpikeHistory,
        #[case] rate: f32,
    ) {
        let trials = trials(history, rate, 2000, 200);
        let spikes: f32 = trials.iter().flatten().sum();
        let found = spikes / (200.0 * 20.0);
        // 40 000 spikes or more, with a Fano factor below 4: 1 % at most. Steps of 0.5 ms add little.
        assert!((found / rate - 1.0).abs() < 0.03, "{found} Hz, not {rate}");
        let expected = expected_fano(&history, f64::from(rate));
        let found = fano_factor(&trials, 1000).unwrap();
        // 400 counts have a relative deviation of the variance of 7 %.
        assert!(
            (found / expected - 1.0).abs() < 0.25,
            "{found}, not {expected}"
        );
        match history.burst {
            0.0 => assert!(found < 0.9, "refractory: {found}"),
            _ => assert!(found > 1.1, "bursting: {found}"),
        }
    }

    #[test]
    fn without_a_rate_there_are_no_spikes_and_a_great_rate_is_bounded() {
        let silent = trials(history(5.0, 0.0), 0.0, 500, 2);
        assert!(silent.iter().flatten().all(|&count| count == 0.0));
        // 10 ms hold at most six spikes that are 2 ms apart.
        let busy = trials(history(5.0, 5.0), 5000.0, 200, 2);
        let most = busy.iter().flatten().copied().fold(0.0, f32::max);
        assert!((1.0..=6.0).contains(&most), "{most}");
    }
}
