//! Whether attributions say anything: channels chosen by shuffled ones.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::config::ReductionConfig;
use crate::effective::EffectiveForm;
use crate::gram::Gram;
use crate::sweep::{CellSweep, Sweep};

/// Fidelity of as many channels as the chosen cell types have, when attributions are dealt out to
/// channels at random before the choice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shuffled {
    /// Channels kept.
    pub channels: usize,
    /// Correlation of the channels chosen by the true attributions.
    pub correlation: f64,
    /// Mean correlation of those chosen by shuffled ones.
    pub mean: f64,
    /// Its standard deviation over shuffles.
    pub sd: f64,
    /// Share of shuffles that do at least as well as the true attributions.
    pub as_good: f64,
    /// Share of shuffles expected to choose the very same channels: one over the number of choices
    /// of as many. No p can be expected below it.
    pub same: f64,
    /// Probability of such a fidelity by chance: `(1 + as good) / (1 + shuffles)`, in numbers of
    /// shuffles, which is never 0.
    pub p: f64,
    /// Number of shuffles.
    pub shuffles: usize,
}

/// Chooses channels by shuffled attributions, and judges them by the true ones.
pub(crate) fn shuffled(
    cell: &CellSweep,
    sweep: &Sweep,
    effective: &EffectiveForm,
    config: &ReductionConfig,
) -> Shuffled {
    let channels: Vec<Vec<f64>> = (0..sweep.channels())
        .map(|channel| cell.channel(channel, sweep.columns()))
        .collect();
    let gram = Gram::new(&channels, &cell.response);
    let curve = &effective.channels.steps;
    let enough = curve
        .iter()
        .position(|step| step.correlation >= config.correlation);
    let kept = enough.unwrap_or(curve.len() - 1);
    let chosen = &curve[kept];
    let mut random = ChaCha8Rng::seed_from_u64(config.seed);
    let mut order: Vec<usize> = (0..sweep.channels()).collect();
    let found: Vec<f64> = (0..config.shuffles)
        .map(|_| {
            order.shuffle(&mut random);
            // The channels that the true choice falls on after the shuffle.
            let members: Vec<usize> = chosen.members.iter().map(|&member| order[member]).collect();
            gram.correlation(&members)
        })
        .collect();
    let count = found.len().max(1) as f64;
    let mean = found.iter().sum::<f64>() / count;
    let variance = found
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / count;
    let as_good = found
        .iter()
        .filter(|&&value| value >= chosen.correlation - 1e-12)
        .count();
    Shuffled {
        channels: chosen.members.len(),
        correlation: chosen.correlation,
        mean,
        sd: variance.sqrt(),
        as_good: as_good as f64 / count,
        same: 1.0 / choices(sweep.channels(), chosen.members.len()),
        p: (1 + as_good) as f64 / (1 + found.len()) as f64,
        shuffles: found.len(),
    }
}

/// Number of ways to choose `kept` of `all`.
fn choices(all: usize, kept: usize) -> f64 {
    (0..kept)
        .map(|i| (all - i) as f64 / (i + 1) as f64)
        .product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_binomial_coefficients() {
        assert_eq!(choices(8, 1), 8.0);
        // 8 * 7 * 6 / (3 * 2 * 1); the halves and thirds on the way are not exact.
        assert!((choices(8, 3) - 56.0).abs() < 1e-9);
        assert_eq!(choices(8, 0), 1.0);
    }
}
