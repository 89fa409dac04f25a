//! The fewest pathways, by forward selection and backward elimination of fitted circuits.

use rayon::prelude::*;

use super::fitting::{Fit, FitOptions, Fitter};
use crate::correlation::correlation;

/// Steps of the fits by which candidates are compared; the chosen ones are fitted to the end.
pub(super) const COMPARING: usize = 25;

/// Circuits of one pathway, of two, and so on.
#[derive(Clone, Debug)]
pub struct FitCurve {
    /// Step `i` has `i + 1` pathways.
    pub steps: Vec<FitStep>,
}

/// A circuit and how well it follows the full response.
#[derive(Clone, Debug)]
pub struct FitStep {
    /// The circuit.
    pub fit: Fit,
    /// Correlation of its rates with the full response, over all samples.
    pub correlation: f64,
}

/// For every number of pathways up to `most` the better circuit of forward selection and of
/// backward elimination from the largest one.
pub fn select(fitter: &Fitter<'_>, most: usize, options: &FitOptions) -> FitCurve {
    let forward = forward(fitter, most.min(fitter.drives.len()), options);
    let mut steps = backward(fitter, &forward, options);
    for (step, other) in steps.iter_mut().zip(forward) {
        if other.error < step.error {
            *step = other;
        }
    }
    FitCurve {
        steps: steps.into_iter().map(|fit| fitter.judged(fit)).collect(),
    }
}

fn forward(fitter: &Fitter<'_>, most: usize, options: &FitOptions) -> Vec<Fit> {
    let mut fit = fitter.constant();
    let mut steps = Vec::with_capacity(most);
    for _ in 0..most {
        let outside: Vec<usize> = (0..fitter.drives.len())
            .filter(|candidate| !fit.members.contains(candidate))
            .collect();
        let tried = outside
            .par_iter()
            .map(|&candidate| fitter.with(&fit, candidate, COMPARING));
        let best = tried.min_by(|a, b| a.error.total_cmp(&b.error));
        fit = fitter.polish(&best.expect("a candidate is left"), options);
        steps.push(fit.clone());
    }
    steps
}

/// From the largest circuit down; step `i` has `i + 1` pathways.
fn backward(fitter: &Fitter<'_>, forward: &[Fit], options: &FitOptions) -> Vec<Fit> {
    let Some(mut fit) = forward.last().cloned() else {
        return Vec::new();
    };
    let mut steps = vec![fit.clone()];
    while fit.members.len() > 1 {
        let tried = (0..fit.members.len())
            .into_par_iter()
            .map(|pathway| fitter.without(&fit, pathway, COMPARING));
        let best = tried.min_by(|a, b| a.error.total_cmp(&b.error));
        fit = fitter.polish(&best.expect("a pathway is left"), options);
        steps.push(fit.clone());
    }
    steps.reverse();
    steps
}

impl Fitter<'_> {
    /// A circuit with its correlation.
    pub fn judged(&self, fit: Fit) -> FitStep {
        let rates = self.rates(&fit);
        FitStep {
            correlation: correlation(&rates, &self.samples.rates).unwrap_or(0.0),
            fit,
        }
    }
}
