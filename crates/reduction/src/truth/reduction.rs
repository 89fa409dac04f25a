//! A reduction beside the truth of the simulated retina.

use ganglion_recording::CellIndex;

use super::planting::{Planting, Truth};
use crate::reduce::Reduction;

impl Reduction {
    /// Puts every circuit beside what was planted in its cell.
    pub fn compare(&mut self, truth: impl Fn(CellIndex) -> Option<Truth>) {
        for cell in &mut self.cells {
            if let Ok(explanation) = &mut cell.result {
                let Some(truth) = truth(cell.cell) else {
                    continue;
                };
                explanation.planting = Some(Planting::new(&truth, &explanation.circuit));
                for hypothesis in &mut explanation.hypotheses {
                    let mut known = truth.hypotheses.iter();
                    let known = known.find(|one| one.claim == hypothesis.claim);
                    hypothesis.truth = known.map(|one| one.verdict);
                }
            }
        }
    }
}
