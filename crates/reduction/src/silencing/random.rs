//! Random lesions of the same attribution mass: what any loss of that size does.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::silencing::effect::{Causal, Effect};
use crate::silencing::lesion::Lesion;
use crate::silencing::network::SilencedNetwork;
use crate::trust::comparison::is_gone;

/// How a lesion compares with random ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RandomLesions {
    /// Random sets of channels whose mean attributions sum to the same, to within a quarter.
    pub sets: usize,
    /// How many of them change the phenomenon at least as much.
    pub as_strong: usize,
    /// Probability of such an effect by a random lesion, `(1 + as_strong) / (1 + sets)`.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub p: f64,
}

/// Fewest random sets that say anything.
const LEAST: usize = 5;

/// How far the mass of a random set may be off, as a share of the lesion's.
const OFF: f64 = 0.25;

/// Channels of networks up to which all sets are looked through; of larger ones, random sets.
const ALL_SETS: usize = 12;

/// Compares a lesion with at most `most` random ones; nothing where too few have its mass.
///
/// The effect of a lesion is the size of the change of the phenomenon's metric, or more than that of any
/// number where the phenomenon is gone.
///
/// # Errors
/// If rates cannot be measured.
pub(crate) fn random_lesions(
    causal: &Causal<'_>,
    network: &SilencedNetwork<'_>,
    effect: &Effect,
    (importance, most, seed): (&[f64], usize, u64),
) -> Result<Option<RandomLesions>, Error> {
    let lesion = &effect.lesion.silenced;
    if lesion.is_empty() {
        return Ok(None);
    }
    let mut sets = of_mass(lesion, importance, seed);
    sets.truncate(most);
    if sets.len() < LEAST {
        return Ok(None);
    }
    let lesions: Vec<Lesion> = sets
        .into_iter()
        .map(|silenced| Lesion {
            name: "random".to_owned(),
            silenced,
        })
        .collect();
    let others = causal.effects(network, &lesions)?;
    let as_strong = others
        .iter()
        .filter(|one| size(one) >= size(effect))
        .count();
    Ok(Some(RandomLesions {
        sets: others.len(),
        as_strong,
        p: (1 + as_strong) as f64 / (1 + others.len()) as f64,
    }))
}

fn size(effect: &Effect) -> f64 {
    match is_gone(&effect.outcome) {
        true => f64::INFINITY,
        false => effect.comparison.difference.map_or(0.0, f64::abs),
    }
}

/// Other sets of channels with the mass of a set, in random order.
fn of_mass(set: &[usize], importance: &[f64], seed: u64) -> Vec<Vec<usize>> {
    let mass = |set: &[usize]| set.iter().map(|&channel| importance[channel]).sum::<f64>();
    let wanted = mass(set);
    let fits = |other: &Vec<usize>| {
        other != set && (mass(other) - wanted).abs() <= OFF * wanted && !other.is_empty()
    };
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let channels = importance.len();
    if channels <= ALL_SETS {
        let subset = |pattern: usize| -> Vec<usize> {
            (0..channels)
                .filter(|channel| pattern >> channel & 1 == 1)
                .collect()
        };
        let mut sets: Vec<Vec<usize>> = (1..1usize << channels).map(subset).filter(fits).collect();
        sets.shuffle(&mut random);
        return sets;
    }
    let mut order: Vec<usize> = (0..channels).collect();
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for _ in 0..TRIES {
        order.shuffle(&mut random);
        let mut other: Vec<usize> = Vec::new();
        for &channel in &order {
            if mass(&other) + 0.5 * importance[channel] < wanted {
                other.push(channel);
            }
        }
        other.sort_unstable();
        if fits(&other) && !sets.contains(&other) {
            sets.push(other);
        }
    }
    sets
}

/// Random orders that sets are drawn from.
const TRIES: usize = 2000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_sets_have_the_mass_of_the_lesion() {
        for channels in [8, 20] {
            let importance: Vec<f64> = (0..channels).map(|one| 1.0 + 0.3 * one as f64).collect();
            let lesion = vec![1, 4];
            let mass = |set: &[usize]| set.iter().map(|&one| importance[one]).sum::<f64>();
            let sets = of_mass(&lesion, &importance, 3);
            assert!(sets.len() > 5 && !sets.contains(&lesion), "{sets:?}");
            for set in &sets {
                let off = (mass(set) - mass(&lesion)).abs() / mass(&lesion);
                assert!(off <= OFF, "{set:?}");
            }
            assert_eq!(sets, of_mass(&lesion, &importance, 3));
        }
    }
}
