//! How well the weights of models are known, and whether their couplings are there.

use crate::Error;
use crate::coupling_test::{CouplingTest, coupling_tests};
use crate::design::Terms;
use crate::element::Element;
use crate::nearby::Nearby;
use crate::prepared::Prepared;
use crate::problem::{Controls, Problem, Solution, Watch};
use crate::standard_errors::{Errors, standard_errors};

/// What is known of the model of a cell at its optimum.
pub(crate) struct Inference {
    pub(crate) errors: Errors,
    /// The exact distance from the minimum, nats.
    pub(crate) gap: f64,
    pub(crate) tests: Vec<CouplingTest>,
}

/// Standard errors and tests of couplings of each problem.
pub(crate) fn inference<E: Element>(
    prepared: &Prepared<'_, E>,
    problems: &[Problem],
    solutions: &[Solution],
    terms: Terms,
    controls: Controls<'_>,
    watch: &mut Watch<'_>,
) -> Result<Vec<Inference>, Error> {
    let mut all = Vec::new();
    // The matrices of one cell at a time, so that memory is bounded; each uses all threads.
    for (problem, solution) in problems.iter().zip(solutions) {
        let nearby = Nearby::new(&prepared.engine, problem, solution);
        let errors = standard_errors(prepared, terms, &nearby);
        let (gap, tests) = match problem.groups {
            // Couplings that were chosen by a lasso are not tested: the choice is not in these statistics.
            Some(_) => (solution.gap, Vec::new()),
            None => (
                nearby.gap(),
                coupling_tests(prepared, &nearby, controls, watch)?,
            ),
        };
        all.push(Inference { errors, gap, tests });
    }
    Ok(all)
}
