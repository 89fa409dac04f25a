//! Whether the choice of channels says anything: judged by ablation on conditions that it was not made
//! on.

use ganglion_numerics::correlation;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::config::ReductionConfig;
use crate::error::Error;
use crate::fit::choices;
use crate::silencing::network::{SilencedNetwork, all_but};
use crate::trust::held_out::{HeldOut, HeldOutSplit};

/// The network with all channels silenced but those of a circuit that was chosen on half of the sweep,
/// on the other half; beside as many random channels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shuffled {
    /// Channels kept.
    pub channels: usize,
    /// Correlation of the network of these channels alone with the intact one.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub correlation: f64,
    /// Mean correlation with random channels in their place.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub mean: f64,
    /// Its standard deviation over random choices.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub sd: f64,
    /// Share of random choices that do at least as well.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub as_good: f64,
    /// One over the number of choices of as many channels: no p can be expected below it.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub same: f64,
    /// Probability of such a correlation by chance: `(1 + as good) / (1 + shuffles)`, in numbers of
    /// choices, which is never 0.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub p: f64,
    /// Number of random choices.
    pub shuffles: usize,
}

/// Judges what was chosen in the first turn of the held-out fits.
///
/// # Errors
/// If the network does not answer.
pub(crate) fn shuffled(
    network: &SilencedNetwork<'_>,
    (held_out, split): (&HeldOut, &HeldOutSplit),
    (intact, output, all): (&[f64], usize, usize),
    config: &ReductionConfig,
) -> Result<Option<Shuffled>, Error> {
    let (Some(turn), Some(values)) = (held_out.turns.first(), split.turns.first()) else {
        return Ok(None);
    };
    let mut kept: Vec<usize> = turn.chosen_again.concat();
    kept.sort_unstable();
    kept.dedup();
    let others = random_choices(&kept, all, config);
    let silenced: Vec<Vec<usize>> = std::iter::once(&kept)
        .chain(&others)
        .map(|kept| all_but(kept, all))
        .collect();
    network.learn(&silenced)?;
    let unseen = |rates: &[f64]| -> Vec<f64> {
        values
            .held_out
            .iter()
            .map(|&sample| rates[sample])
            .collect()
    };
    let full = unseen(intact);
    let like = |silenced: &Vec<usize>| {
        let rates = network.rates(silenced, output);
        correlation(&unseen(&rates), &full).unwrap_or(0.0)
    };
    let chosen = like(&silenced[0]);
    let found: Vec<f64> = silenced[1..].iter().map(like).collect();
    Ok(Some(summary(chosen, &found, (kept.len(), all))))
}

/// Other choices of as many channels: all of them, or as many random ones as are asked for.
fn random_choices(kept: &[usize], all: usize, config: &ReductionConfig) -> Vec<Vec<usize>> {
    let mut random = ChaCha8Rng::seed_from_u64(config.seed);
    if number_of_choices(all, kept.len()) <= MOST_LISTED {
        let mut others = choices(all, kept.len());
        others.retain(|other| other != kept);
        others.shuffle(&mut random);
        others.truncate(config.shuffles);
        return others;
    }
    let mut order: Vec<usize> = (0..all).collect();
    (0..config.shuffles)
        .map(|_| {
            order.shuffle(&mut random);
            let mut other = order[..kept.len()].to_vec();
            other.sort_unstable();
            other
        })
        .collect()
}

/// Choices that are listed one by one.
const MOST_LISTED: f64 = 10_000.0;

fn summary(chosen: f64, found: &[f64], (kept, all): (usize, usize)) -> Shuffled {
    let count = found.len().max(1) as f64;
    let mean = found.iter().sum::<f64>() / count;
    let squares = found.iter().map(|value| (value - mean).powi(2));
    let variance = squares.sum::<f64>() / count;
    let as_good = found
        .iter()
        .filter(|&&value| value >= chosen - 1e-12)
        .count();
    Shuffled {
        channels: kept,
        correlation: chosen,
        mean,
        sd: variance.sqrt(),
        as_good: as_good as f64 / count,
        same: 1.0 / number_of_choices(all, kept),
        p: (1 + as_good) as f64 / (1 + found.len()) as f64,
        shuffles: found.len(),
    }
}

/// Number of ways to choose `kept` of `all`.
fn number_of_choices(all: usize, kept: usize) -> f64 {
    (0..kept)
        .map(|i| (all - i) as f64 / (i + 1) as f64)
        .product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_choices_are_binomial_coefficients() {
        assert_eq!(number_of_choices(8, 1), 8.0);
        // 8 * 7 * 6 / (3 * 2 * 1); the halves and thirds on the way are not exact.
        assert!((number_of_choices(8, 3) - 56.0).abs() < 1e-9);
        assert_eq!(number_of_choices(8, 0), 1.0);
    }

    #[test]
    fn random_choices_are_never_the_one_that_is_judged() {
        let config = ReductionConfig {
            shuffles: 100,
            ..ReductionConfig::default()
        };
        let others = random_choices(&[1, 3], 5, &config);
        assert_eq!(others.len(), 9);
        assert!(!others.contains(&vec![1, 3]));
        let few = summary(0.9, &[0.95, 0.2, 0.1], (2, 5));
        assert!((few.p - 0.5).abs() < 1e-12 && (few.same - 0.1).abs() < 1e-12);
    }
}
