//! What is counted in a bin, and its loss.

use ganglion_numerics::softplus;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::element::Element;

/// A sum of filters whose exponential is nothing beside any rate.
const SILENT: f64 = -80.0;

/// What is counted in a bin, and how the sum `eta` of all filters sets its distribution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Observation {
    /// Spikes, from Poisson's distribution of mean `exp eta`.
    #[default]
    Poisson,
    /// Whether there is any spike, with probability `1 - exp(-exp eta)`: what a Poisson process of mean `exp eta`
    /// gives (complementary log-log link). Histories are of ones and zeros as well.
    SpikeOrNone,
    /// Whether there is any spike, with probability `1 / (1 + exp(-eta))`. Histories are of ones and zeros as well.
    Logistic,
}

impl Observation {
    /// Mean count of a bin.
    pub(crate) fn mean(self, eta: f64) -> f64 {
        match self {
            Self::Poisson => eta.exp(),
            Self::SpikeOrNone => -(-eta.exp()).exp_m1(),
            Self::Logistic => ganglion_numerics::logistic(eta),
        }
    }

    /// Mean of the Poisson counts that are as often none: `-log(1 - p)` where a bin has a spike with probability p. It
    /// grows with `eta` where p cannot, so that it tells whether a cell fires without end.
    pub(crate) fn intensity(self, eta: f64) -> f64 {
        match self {
            Self::Poisson | Self::SpikeOrNone => eta.exp(),
            Self::Logistic => softplus(eta),
        }
    }

    /// Loss of a constant rate, summed: of Poisson counts without `log y!`.
    pub(crate) fn constant_loss(self, bins: f64, spikes: f64) -> f64 {
        let entropy = |count: f64, share: f64| {
            if count > 0.0 {
                -count * share.ln()
            } else {
                0.0
            }
        };
        let share = spikes / bins.max(1.0);
        match self {
            Self::Poisson => spikes + entropy(spikes, share),
            Self::SpikeOrNone | Self::Logistic => {
                entropy(spikes, share) + entropy(bins - spikes, 1.0 - share)
            }
        }
    }
}

/// What a cell's bins of a block add to the loss, with its derivatives.
///
/// The loss of a bin without a spike depends on `eta` alone, and is computed for all bins together; bins with
/// spikes, which are few, are then put right.
impl Observation {
    /// In place of `eta`, the derivative of the loss by it in bins, as if none had a spike; 0 in those that are
    /// not used. Returns the sum of their losses.
    fn silent<E: Element>(self, eta: &mut [E], is_used: &[bool]) -> f64 {
        match self {
            Self::Poisson | Self::SpikeOrNone => {
                E::exponentiate(eta);
                leave_out(eta, is_used);
                sum(eta)
            }
            Self::Logistic => {
                let mut loss = 0.0;
                for (value, &is_used) in eta.iter_mut().zip(is_used) {
                    let u: f64 = (*value).into();
                    loss += if is_used { softplus(u) } else { 0.0 };
                    *value = match is_used {
                        true => E::of(ganglion_numerics::logistic(u)),
                        false => E::ZERO,
                    };
                }
                loss
            }
        }
    }

    /// Loss and its first two derivatives by `eta` in a bin of so many spikes, less those of a bin without; of
    /// [`SpikeOrNone`](Self::SpikeOrNone) all of them, for what is large would be taken from what is large.
    fn correction(self, eta: f64, count: f64) -> [f64; 3] {
        match self {
            Self::Poisson => [-count * eta, -count, 0.0],
            Self::Logistic => [-eta, -1.0, 0.0],
            Self::SpikeOrNone => {
                let rate = eta.exp();
                let growth = rate.exp_m1();
                if !growth.is_finite() {
                    // A spike that is sure.
                    return [0.0; 3];
                }
                // Of -log(1 - exp(-rate)).
                let second = rate * (rate * (growth + 1.0) / (growth * growth) - 1.0 / growth);
                [-(-(-rate).exp_m1()).ln(), -rate / growth, second]
            }
        }
    }

    /// Puts the derivative of the loss in place of `eta` and returns the loss. Spikes are places in the row, in
    /// order, as often as there are spikes.
    pub(crate) fn residuals<E: Element>(
        self,
        eta: &mut [E],
        is_used: &[bool],
        spikes: &[u32],
    ) -> f64 {
        let runs = self.at_spikes(eta, is_used, spikes);
        self.quieten(eta, &runs);
        let mut loss = self.silent(eta, is_used);
        for (place, [own, first, _]) in runs {
            loss += own;
            let value: f64 = eta[place].into();
            eta[place] = E::of(value + first);
        }
        loss
    }

    /// Puts the second derivative of the loss in place of `eta`.
    pub(crate) fn curvatures<E: Element>(self, eta: &mut [E], is_used: &[bool], spikes: &[u32]) {
        let runs = self.at_spikes(eta, is_used, spikes);
        self.quieten(eta, &runs);
        self.silent(eta, is_used);
        if self == Self::Logistic {
            for value in eta.iter_mut() {
                let p: f64 = (*value).into();
                *value = E::of(p * (1.0 - p));
            }
        }
        for (place, [.., second]) in runs {
            let value: f64 = eta[place].into();
            // Never below 0 but for rounding.
            eta[place] = E::of((value + second).max(0.0));
        }
    }

    /// About the second derivative of the loss of a bin of a constant rate.
    pub(crate) fn constant_curvature(self, eta: f64) -> f64 {
        match self {
            Self::Poisson | Self::SpikeOrNone => eta.exp(),
            Self::Logistic => {
                let p = ganglion_numerics::logistic(eta);
                p * (1.0 - p)
            }
        }
    }

    /// Leaves bins with spikes to their corrections alone, where these are all of the loss.
    fn quieten<E: Element>(self, eta: &mut [E], runs: &[(usize, [f64; 3])]) {
        if self == Self::SpikeOrNone {
            runs.iter()
                .for_each(|(place, _)| eta[*place] = E::of(SILENT));
        }
    }

    fn at_spikes<E: Element>(
        self,
        eta: &[E],
        is_used: &[bool],
        spikes: &[u32],
    ) -> Vec<(usize, [f64; 3])> {
        let runs = spikes.chunk_by(|a, b| a == b);
        let used = runs.filter(|run| is_used[run[0] as usize]);
        used.map(|run| {
            let place = run[0] as usize;
            let count = run.len() as f64;
            (place, self.correction(eta[place].into(), count))
        })
        .collect()
    }
}

fn leave_out<E: Element>(row: &mut [E], is_used: &[bool]) {
    for (value, &is_used) in row.iter_mut().zip(is_used) {
        *value = if is_used { *value } else { E::ZERO };
    }
}

/// In double precision, eight sums side by side.
fn sum<E: Element>(row: &[E]) -> f64 {
    let mut sums = [0.0; 8];
    let (eights, rest) = row.as_chunks::<8>();
    for eight in eights {
        for (sum, &value) in sums.iter_mut().zip(eight) {
            *sum += value.into();
        }
    }
    let rest: f64 = rest.iter().map(|&value| value.into()).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss(kind: Observation, eta: f64, spikes: &[u32]) -> f64 {
        kind.residuals(&mut [eta], &[true], spikes)
    }

    #[test]
    fn derivatives_are_those_of_the_loss() {
        use Observation::*;
        for kind in [Poisson, SpikeOrNone, Logistic] {
            for spikes in [&[][..], &[0]] {
                for eta in [-6.0, -0.5, 0.3, 1.5] {
                    let h = 1e-4;
                    let [low, middle, high] = [-h, 0.0, h].map(|by| loss(kind, eta + by, spikes));
                    let (mut first, mut second) = ([eta], [eta]);
                    kind.residuals(&mut first, &[true], spikes);
                    kind.curvatures(&mut second, &[true], spikes);
                    // Differences in double precision.
                    assert!(
                        (first[0] - (high - low) / (2.0 * h)).abs() < 1e-7,
                        "{kind:?} {eta}"
                    );
                    let curvature = (high - 2.0 * middle + low) / (h * h);
                    assert!(
                        (second[0] - curvature).abs() < 1e-6,
                        "{kind:?} {eta} {spikes:?}"
                    );
                }
            }
        }
    }

    /// A spike that the model is all but sure of costs next to nothing, however large its rate is.
    #[test]
    fn a_sure_spike_costs_nothing() {
        for eta in [2.0f32, 20.0, 60.0, 85.0] {
            let mut row = [eta];
            let loss = Observation::SpikeOrNone.residuals(&mut row, &[true], &[0]);
            assert!((0.0..1e-3).contains(&loss), "{eta}: {loss}");
            assert!(row[0].abs() < 1e-2, "{eta}: {}", row[0]);
        }
    }

    #[test]
    fn bins_that_are_left_out_add_nothing() {
        let mut eta = [0.5f32, 80.0, -0.5];
        let found =
            Observation::Poisson.residuals(&mut eta, &[true, false, true], &[0, 1, 1, 2, 2]);
        let expected = 0.5f64.exp() + (-0.5f64).exp() - 0.5 + 1.0;
        // Single precision.
        assert!((found - expected).abs() < 1e-6);
        assert_eq!(eta[1], 0.0);
        assert!((eta[2] - ((-0.5f32).exp() - 2.0)).abs() < 1e-6);
    }
}
