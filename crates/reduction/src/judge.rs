//! What rates of one cell say about a phenomenon.

use ganglion_experiment::{CellOutcome, Metric, PreparedExperiment, Protocol};
use ganglion_recording::CellIndex;

use crate::error::Error;
use crate::fit::selection::SelectionStep;
use crate::sweep::Sweep;

/// Measures a phenomenon on one cell's rates.
pub struct Judge<'a> {
    /// The experiment.
    pub experiment: &'a PreparedExperiment,
    /// Where its movies lie among the samples.
    pub sweep: &'a Sweep,
    /// The cell.
    pub cell: CellIndex,
}

impl Judge<'_> {
    /// The metric that stands for the experiment.
    pub fn primary(&self) -> Metric {
        self.experiment.config().primary()
    }

    /// What rates `[sample]` say about the phenomenon.
    ///
    /// # Errors
    /// If they cannot be measured.
    pub fn outcome(&self, rates: &[f64]) -> Result<CellOutcome, Error> {
        let rates = self.sweep.rates(rates);
        Ok(self
            .experiment
            .measure(&rates, &[self.cell])?
            .cells
            .remove(0))
    }

    /// A step with the phenomenon measured on its rates.
    ///
    /// # Errors
    /// If they cannot be measured.
    pub fn measured(&self, step: SelectionStep, rates: &[f64]) -> Result<SelectionStep, Error> {
        let outcome = self.outcome(rates)?;
        Ok(SelectionStep {
            metric: Some(outcome.metrics.get(self.primary())),
            present: Some(outcome.present),
            ..step
        })
    }
}
