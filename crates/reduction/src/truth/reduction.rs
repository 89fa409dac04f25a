//! A reduction beside the truth of the simulated retina.

use ganglion_experiment::StimulusMovie;
use ganglion_recording::CellIndex;

use super::planting::{Planting, Truth};
use crate::circuit::CircuitResponder;
use crate::error::Error;
use crate::reduce::Reduction;

impl Reduction {
    /// Puts every circuit beside what was planted in its cell, under the stimuli of some movies.
    ///
    /// # Errors
    /// Where a circuit cannot be shown the movies.
    pub fn compare(
        &mut self,
        truth: impl Fn(CellIndex) -> Option<Truth>,
        movies: &[StimulusMovie],
    ) -> Result<(), Error> {
        for cell in &mut self.cells {
            if let Ok(explanation) = &mut cell.result {
                let Some(truth) = truth(cell.cell) else {
                    continue;
                };
                let circuit = &explanation.circuit;
                let linear = CircuitResponder::new(circuit.clone())?.never_rectified(movies)?;
                explanation.planting = Some(Planting::new(&truth, circuit, &linear));
                for hypothesis in &mut explanation.hypotheses {
                    let mut known = truth.hypotheses.iter();
                    let known = known.find(|one| one.claim == hypothesis.claim);
                    hypothesis.truth = known.map(|one| one.verdict);
                }
            }
        }
        Ok(())
    }
}
