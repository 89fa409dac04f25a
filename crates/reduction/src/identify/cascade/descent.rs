//! Levenberg and Marquardt's method for cascades.

use ganglion_numerics::{LeastSquares, NormalEquations, levenberg_marquardt};

use super::data::Data;
use super::depression::FittedDepression;
use super::model::Cascade;

/// Smallest relative improvement for which another step is made.
const IMPROVEMENT: f64 = 1e-4;

/// Thresholds below this many root mean squares of the drive are those of a linear pathway: lower
/// ones make no difference.
const LOWEST_THRESHOLD: f64 = -4.0;

/// Thresholds above this many are never passed.
const HIGHEST_THRESHOLD: f64 = 4.0;

/// A corner rounded over more than this many is hardly a corner.
const LARGEST_SOFTNESS: f64 = 0.7;

/// Regions that are much finer than a pool weigh about the same in it.
const LARGEST_BALANCE: f64 = 3.0;

/// The circuit at the end of a descent and its weighted sum of squared residuals.
pub(super) fn descend(data: &Data, start: Cascade, steps: usize) -> (Cascade, f64) {
    let (mut best, error) = levenberg_marquardt(data, start, steps, IMPROVEMENT);
    for pathway in &mut best.pathways {
        pathway.settle(data);
    }
    (best, error)
}

impl LeastSquares for Data {
    type Point = Cascade;

    fn error(&self, cascade: &Cascade) -> f64 {
        cascade.error(self)
    }

    fn normal_equations(&self, cascade: &Cascade) -> (Vec<f64>, Vec<f64>) {
        let size = cascade.flat().len();
        let mut equations = NormalEquations::new(size);
        let mut row = Vec::with_capacity(size);
        for stretch in self.stretches() {
            let mut vesicles = cascade.vesicles(self);
            for sample in stretch {
                let residual = cascade.differentiate(self, sample, &mut vesicles, &mut row);
                equations.add(residual, &row);
            }
        }
        equations.finish()
    }

    fn moved(&self, cascade: &Cascade, step: &[f64]) -> Option<Cascade> {
        let flat: Vec<f64> = cascade
            .flat()
            .iter()
            .zip(step)
            .map(|(a, b)| a + b)
            .collect();
        bounded(self, cascade.with(&flat))
    }
}

/// The circuit with numbers in their ranges; none if a step went so far that drives are no numbers.
fn bounded(data: &Data, mut cascade: Cascade) -> Option<Cascade> {
    for pathway in &mut cascade.pathways {
        let size = data.size(&pathway.coefficients);
        if !(size.is_finite() && pathway.is_finite()) {
            return None;
        }
        let lowest = if pathway.tonic { LOWEST_THRESHOLD } else { 0.0 };
        let [lowest, highest] = [lowest * size, HIGHEST_THRESHOLD * size];
        pathway.threshold = pathway.threshold.clamp(lowest, highest);
        pathway.softness = pathway.softness.clamp(0.0, LARGEST_SOFTNESS * size);
        pathway.balance = pathway
            .balance
            .clamp(1.0 / LARGEST_BALANCE, LARGEST_BALANCE);
        pathway.depression = pathway.depression.map(FittedDepression::bounded);
    }
    Some(cascade)
}
