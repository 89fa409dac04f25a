//! Pathways that do not count.

use ganglion_numerics::cosine;

use super::data::Data;
use super::depression::FittedDepression;
use super::descent::descend;
use super::model::{Cascade, CascadePathway};
use super::search::{CascadeFit, FINISHING};

/// Cosine of kernels from which two pathways of one sign are one cell type.
const ALIKE: f64 = 0.9;

/// Circuits without what does not count.
///
/// The closest circuit of a number may be one that splits a pathway in two, of which one is left; the
/// next closest may have another pathway in the place of the second: so not the closest alone are to be
/// given.
pub fn without_small(data: &Data, fits: &[CascadeFit], least_share: f64) -> Vec<CascadeFit> {
    let fits = fits.iter();
    fits.map(|fit| pruned(data, fit, least_share)).collect()
}

/// Joins pathways of one sign whose kernels are alike, and takes away those whose share of the
/// departures from rest is below `least_share`, one at a time, fitting the rest again each time.
///
/// Two thresholds of one kernel are how rectified lines follow a curve that bends smoothly, and
/// small pathways mend what a network does differently from a retina: neither is a cell type.
fn pruned(data: &Data, fit: &CascadeFit, least_share: f64) -> CascadeFit {
    let mut cascade = fit.cascade.clone();
    let mut error = cascade.error(data);
    while let Some(fewer) = joined(data, &cascade).or_else(|| without(data, &cascade, least_share))
    {
        (cascade, error) = descend(data, fewer, FINISHING);
    }
    CascadeFit {
        cascade,
        explained: 1.0 - error / data.variance(),
    }
}

/// Share of each pathway: the sum of the sizes of its departures from rest, of all pathways' sum.
pub fn shares(departures: &[Vec<f64>]) -> Vec<f64> {
    let size = |one: &Vec<f64>| one.iter().map(|value| value.abs()).sum::<f64>();
    let sizes: Vec<f64> = departures.iter().map(size).collect();
    let sum = sizes.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    sizes.iter().map(|size| size / sum).collect()
}

/// The circuit with the two most alike pathways joined, if any are alike.
fn joined(data: &Data, cascade: &Cascade) -> Option<Cascade> {
    let pathways = &cascade.pathways;
    let kernels: Vec<Vec<f64>> = (pathways.iter())
        .map(|one| data.kernel(&one.coefficients))
        .collect();
    let pairs = (0..pathways.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    let (a, b, _) = pairs
        .filter(|&(a, b)| pathways[a].sign == pathways[b].sign)
        .map(|(a, b)| (a, b, cosine(&kernels[a], &kernels[b])))
        .filter(|(_, _, alike)| *alike >= ALIKE)
        .max_by(|one, other| one.2.total_cmp(&other.2))?;
    let mut fewer = cascade.clone();
    let taken = fewer.pathways.remove(a);
    fewer.pathways[b] = sum(&taken, &fewer.pathways[b]);
    Some(fewer)
}

/// The pathway that is as strong as two together.
fn sum(one: &CascadePathway, other: &CascadePathway) -> CascadePathway {
    let coefficients = one.coefficients.iter().zip(&other.coefficients);
    CascadePathway {
        sign: one.sign,
        coefficients: coefficients.map(|(a, b)| a + b).collect(),
        threshold: one.threshold + other.threshold,
        softness: one.softness + other.softness,
        balance: 0.5 * (one.balance + other.balance),
        tonic: one.tonic || other.tonic,
        depression: match (one.depression, other.depression) {
            // Each pool of vesicles saw its own release; one pool sees the sum of both.
            (Some(a), Some(b)) => Some(FittedDepression {
                log_recovery: 0.5 * (a.log_recovery + b.log_recovery),
                log_depletion: 0.5 * (a.log_depletion + b.log_depletion) - std::f64::consts::LN_2,
            }),
            (a, b) => a.or(b),
        },
    }
}

/// The circuit without its smallest pathway, if that is too small and not the only one.
fn without(data: &Data, cascade: &Cascade, least_share: f64) -> Option<Cascade> {
    let shares = shares(&cascade.departures(data));
    let smallest = (0..shares.len()).min_by(|&a, &b| shares[a].total_cmp(&shares[b]))?;
    if shares.len() < 2 || shares[smallest] >= least_share {
        return None;
    }
    let mut fewer = cascade.clone();
    let removed = fewer.pathways.remove(smallest);
    // What it gave at rest goes into the bias.
    fewer.bias += removed.at_rest(data);
    Some(fewer)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{FixturePathway, cheapest, data_of};
    use super::super::{SearchOptions, Synapses};
    use super::*;
    use crate::fit::price::Price;

    fn pruned_of(pathways: &[FixturePathway]) -> CascadeFit {
        let (data, cascade) = data_of(pathways, 0.0, 1);
        let fit = CascadeFit {
            cascade,
            explained: 1.0,
        };
        pruned(&data, &fit, 0.1)
    }

    #[test]
    fn two_thresholds_of_one_kernel_are_one_cell_type() {
        let kernel = [0.0, 1.0, -0.5, 0.0];
        let found = pruned_of(&[(1.0, kernel, 0.0), (1.0, kernel, 0.4)]);
        assert_eq!(found.cascade.pathways.len(), 1);
        // One bend follows two: most of the variance is still explained.
        assert!(found.explained > 0.95, "{}", found.explained);
    }

    /// The closest circuit splits a pathway in two; the next one has what is there.
    #[test]
    fn a_circuit_that_stays_whole_is_better_than_a_closer_one_that_does_not() {
        let [on, off] = [[0.0, 1.0, -0.5, 0.0], [-1.0, 0.0, 0.0, -0.6]];
        let (data, whole) = data_of(&[(1.0, on, 0.0), (-1.0, off, 0.1)], 0.0, 1);
        let (_, split) = data_of(&[(1.0, on, 0.0), (1.0, on, 0.4)], 0.0, 1);
        let fit = |cascade, explained| CascadeFit { cascade, explained };
        let options = SearchOptions {
            most: 2,
            price: Price {
                a_pathway: 3.2e-3,
                at_rest: 1.5e-3,
            },
            synapses: Synapses::NonDepressing,
        };
        let fits = [fit(split, 0.9999), fit(whole, 0.999)];
        let chosen = cheapest(&without_small(&data, &fits, 0.12), &options);
        let signs: Vec<f64> = chosen.cascade.pathways.iter().map(|one| one.sign).collect();
        assert_eq!(signs, [1.0, -1.0]);
    }

    /// Halves of a pathway whose synapses depress release half of it, and each unit of that depletes as two do.
    #[test]
    fn halves_of_what_depresses_are_the_whole() {
        let (data, cascade) = data_of(&[(1.0, [0.0, 1.0, -0.5, 0.0], 0.1)], 0.0, 2);
        let whole = CascadePathway {
            depression: Some(FittedDepression {
                log_recovery: 2.5,
                log_depletion: -1.0,
            }),
            ..cascade.pathways[0].clone()
        };
        let half = CascadePathway {
            coefficients: whole.coefficients.iter().map(|c| 0.5 * c).collect(),
            threshold: 0.5 * whole.threshold,
            depression: Some(FittedDepression {
                log_recovery: 2.5,
                log_depletion: -1.0 + std::f64::consts::LN_2,
            }),
            ..whole.clone()
        };
        let joined = sum(&half, &half).released(&data);
        let pairs = whole.released(&data).into_iter().zip(joined);
        let halves = half.released(&data).into_iter().map(|value| 2.0 * value);
        assert!(pairs.zip(halves).all(|((whole, joined), halves)| {
            (whole - joined).abs() < 1e-12 && (whole - halves).abs() < 1e-12
        }));
    }

    #[test]
    fn pathways_that_differ_stay_and_tiny_ones_go() {
        let [on, off] = [[0.0, 1.0, -0.5, 0.0], [-1.0, 0.0, 0.0, -0.6]];
        let found = pruned_of(&[(1.0, on, 0.0), (-1.0, off, 0.1)]);
        assert_eq!(found.cascade.pathways.len(), 2);
        assert!(found.explained > 0.999_999);
        let found = pruned_of(&[(1.0, on, 0.0), (-1.0, off.map(|c| 0.02 * c), 0.0)]);
        assert_eq!(found.cascade.pathways.len(), 1);
        assert_eq!(found.cascade.pathways[0].sign, 1.0);
    }
}
