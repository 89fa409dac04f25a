//! Several circuits of each number of pathways.

use rayon::prelude::*;

use super::fitting::{Fit, FitOptions, Fitter};
use super::selection::COMPARING;

/// The `width` best circuits of one pathway, of two, and so on up to `most`, the best first.
///
/// Every circuit kept at one number is extended by every candidate, so that the best pair need not
/// contain the best single pathway. Fits are made once, without further starts.
pub fn beam(fitter: &Fitter<'_>, most: usize, width: usize, options: &FitOptions) -> Vec<Vec<Fit>> {
    let mut kept = vec![fitter.constant()];
    let mut levels = Vec::with_capacity(most);
    for _ in 0..most.min(fitter.drives.len()) {
        let mut extended = extended(fitter, &kept);
        extended.truncate(width);
        let once = FitOptions {
            starts: 1,
            ..*options
        };
        kept = extended
            .par_iter()
            .map(|fit| fitter.polish(fit, &once))
            .collect();
        kept.sort_by(|a, b| a.error.total_cmp(&b.error));
        levels.push(kept.clone());
    }
    levels
}

/// Every circuit with one more candidate, each choice of candidates once, the best first.
fn extended(fitter: &Fitter<'_>, kept: &[Fit]) -> Vec<Fit> {
    let candidates = 0..fitter.drives.len();
    let pairs: Vec<(&Fit, usize)> = kept
        .iter()
        .flat_map(|fit| candidates.clone().map(move |candidate| (fit, candidate)))
        .filter(|(fit, candidate)| !fit.members.contains(candidate))
        .collect();
    let mut tried: Vec<Fit> = pairs
        .par_iter()
        .map(|(fit, candidate)| fitter.with(fit, *candidate, COMPARING))
        .collect();
    tried.sort_by(|a, b| a.error.total_cmp(&b.error));
    let mut seen: Vec<Vec<usize>> = Vec::new();
    tried.retain(|fit| {
        let mut members = fit.members.clone();
        members.sort_unstable();
        let new = !seen.contains(&members);
        seen.push(members);
        new
    });
    tried
}
