//! The fewest pathways.

use rayon::prelude::*;

use super::descent::descend;
use super::model::{Cascade, CascadePathway, Data};
use super::starts::{constant, extended, turned};

/// How long a circuit is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchOptions {
    /// Pathways at most.
    pub most: usize,
    /// Share of the rates' variance that a pathway must add.
    pub least_gain: f64,
}

/// A fitted circuit and how much of the rates' variance it explains.
#[derive(Clone, Debug, PartialEq)]
pub struct CascadeFit {
    /// The circuit.
    pub cascade: Cascade,
    /// Share of the variance explained.
    pub explained: f64,
}

/// Steps by which starts are compared.
const COMPARING: usize = 25;

/// Steps of the best ones.
pub(super) const FINISHING: usize = 120;

/// Circuits of each number of pathways that the next number starts from.
const BEAM: usize = 3;

/// The best circuits of one pathway, of two, and so on, up to the first number whose last pathway
/// adds less than asked for, or the most allowed.
///
/// Each number starts from the best circuits of the number before, with pathways of either polarity
/// and sign added; then pathways that are active at rest are tried turned round, and every circuit
/// is tried as what remains of the next larger one.
pub fn search(data: &Data, kernels: &[Vec<f64>], options: &SearchOptions) -> Vec<CascadeFit> {
    let variance = data.variance();
    let mut beam = vec![constant(data)];
    let mut best: Vec<(Cascade, f64)> = Vec::new();
    for _ in 0..options.most {
        let starts: Vec<Cascade> = (beam.iter())
            .flat_map(|cascade| extended(data, cascade, kernels))
            .collect();
        let found = finished(data, starts);
        beam = found.iter().map(|(cascade, _)| cascade.clone()).collect();
        let Some(largest) = found.into_iter().next() else {
            break;
        };
        improve_smaller(data, &largest.0, &mut best);
        let before = best.last().map_or(variance, |(_, error)| *error);
        best.push(largest);
        let after = best.last().map_or(variance, |(_, error)| *error);
        if best.len() > 1 && (before - after) / variance < options.least_gain {
            break;
        }
    }
    best.into_iter()
        .map(|(cascade, error)| CascadeFit {
            cascade,
            explained: 1.0 - error / variance,
        })
        .collect()
}

/// The best few of some starts after a descent, the best first, no two of one make-up.
fn finished(data: &Data, starts: Vec<Cascade>) -> Vec<(Cascade, f64)> {
    let descents = |starts: Vec<Cascade>, steps: usize| -> Vec<(Cascade, f64)> {
        let descents = starts.into_par_iter();
        let mut found: Vec<_> = descents.map(|start| descend(data, start, steps)).collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        found
    };
    let mut compared = descents(starts, COMPARING);
    keep_kinds(data, &mut compared);
    compared.truncate(BEAM);
    let turned = compared.iter().flat_map(|(cascade, _)| {
        (0..cascade.pathways.len()).filter_map(|index| turned(data, cascade, index))
    });
    let turned: Vec<Cascade> = turned.collect();
    compared.extend(descents(turned, COMPARING));
    compared.sort_by(|a, b| a.1.total_cmp(&b.1));
    keep_kinds(data, &mut compared);
    compared.truncate(BEAM);
    let cascades = compared.into_iter().map(|(cascade, _)| cascade).collect();
    let mut found = descents(cascades, FINISHING);
    keep_kinds(data, &mut found);
    found
}

/// Of circuits with the same polarities and signs only the first.
fn keep_kinds(data: &Data, found: &mut Vec<(Cascade, f64)>) {
    let mut seen = Vec::new();
    found.retain(|(cascade, _)| {
        let kinds = kinds(data, cascade);
        let is_new = !seen.contains(&kinds);
        seen.push(kinds);
        is_new
    });
}

fn kinds(data: &Data, cascade: &Cascade) -> Vec<(bool, bool)> {
    let kind = |pathway: &CascadePathway| {
        let is_on = super::starts::is_on(&data.kernel(&pathway.coefficients));
        (is_on, pathway.sign > 0.0)
    };
    let mut kinds: Vec<_> = cascade.pathways.iter().map(kind).collect();
    kinds.sort_unstable();
    kinds
}

/// Tries what remains of a circuit without one of its pathways as the best of its number.
fn improve_smaller(data: &Data, larger: &Cascade, best: &mut [(Cascade, f64)]) {
    let Some(last) = best.last_mut() else {
        return;
    };
    let without = (0..larger.pathways.len()).map(|index| {
        let mut fewer = larger.clone();
        fewer.pathways.remove(index);
        fewer
    });
    if let Some(found) = finished(data, without.collect()).into_iter().next()
        && found.1 < last.1
    {
        *last = found;
    }
}
