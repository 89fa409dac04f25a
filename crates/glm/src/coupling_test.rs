//! Whether couplings are there.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use ganglion_numerics::{CholeskyFactor, chi_squared_tail, dot, holm};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::element::Element;
use crate::factorise::factorise;
use crate::layout::Layout;
use crate::nearby::Nearby;
use crate::prepared::Prepared;
use crate::problem::{Controls, Problem, Solution, Watch};
use crate::solve::solve;

/// Couplings that are tested together: as many as there are threads to factor the matrices of models without one.
const TOGETHER: usize = 8;

/// A test of whether the spikes of one cell change the rate of another, given all else in the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CouplingTest {
    /// Cell whose rate it is of.
    pub cell: usize,
    /// Cell whose spikes it is of.
    pub other: usize,
    /// Wald's statistic `c' V^-1 c` of the weights `c` with their sandwich variance `V`.
    #[serde(with = "crate::json_number::one")]
    pub wald: f64,
    /// Probability of as large a statistic without a coupling, of as many degrees of freedom as functions.
    #[serde(with = "crate::json_number::one")]
    pub wald_p: f64,
    /// Twice the difference of the summed objective of the best model without the coupling.
    #[serde(with = "crate::json_number::one")]
    pub likelihood_ratio: f64,
    /// Its probability without a coupling. Under a penalty, it is no smaller than it would be without.
    #[serde(with = "crate::json_number::one")]
    pub likelihood_ratio_p: f64,
    /// The latter, corrected for the number of all tests by Holm's method.
    #[serde(with = "crate::json_number::one")]
    pub corrected_p: f64,
}

/// Corrects for the number of tests.
pub(crate) fn correct(tests: &mut [CouplingTest]) {
    let all: Vec<f64> = tests.iter().map(|test| test.likelihood_ratio_p).collect();
    for (test, p) in tests.iter_mut().zip(holm(&all)) {
        test.corrected_p = p;
    }
}

/// A coupling of a model: the other cell, and the places of its coefficients.
struct Coupling {
    other: usize,
    members: Range<usize>,
}

/// Tests of the couplings of a cell.
pub(crate) fn coupling_tests<E: Element>(
    prepared: &Prepared<'_, E>,
    nearby: &Nearby<'_>,
    controls: Controls<'_>,
    watch: &mut Watch<'_>,
) -> Result<Vec<CouplingTest>, Error> {
    let mut tests = Vec::new();
    for some in couplings(prepared.layout(), nearby.problem).chunks(TOGETHER) {
        let restricted = solve_without(prepared, nearby, some, controls, watch)?;
        let pairs = some.iter().zip(&restricted);
        tests.extend(pairs.map(|(coupling, restricted)| test(nearby, coupling, restricted)));
    }
    Ok(tests)
}

fn couplings(layout: &Layout, problem: &Problem) -> Vec<Coupling> {
    if layout.coupling_functions() == 0 {
        return Vec::new();
    }
    let of = |other: usize| {
        let members = problem.members(layout.coupling_rows(other))?;
        Some(Coupling { other, members })
    };
    (0..layout.cells).filter_map(of).collect()
}

/// The best models without each of some couplings.
fn solve_without<E: Element>(
    prepared: &Prepared<'_, E>,
    nearby: &Nearby<'_>,
    couplings: &[Coupling],
    controls: Controls<'_>,
    watch: &mut Watch<'_>,
) -> Result<Vec<Solution>, Error> {
    let members = || couplings.iter().map(|coupling| coupling.members.clone());
    let restricted: Vec<Problem> = (members().enumerate())
        .map(|(share, members)| without(nearby, members, share))
        .collect();
    let hessians: BTreeMap<usize, Vec<f64>> = members()
        .map(|members| submatrix(&nearby.hessian, nearby.size, members))
        .enumerate()
        .collect();
    let known = Controls {
        cold: false,
        hessians: Some(&hessians),
        ..controls
    };
    solve(&prepared.engine, &restricted, known, watch)
}

/// The test of a coupling, given the best model without it.
fn test(nearby: &Nearby<'_>, coupling: &Coupling, restricted: &Solution) -> CouplingTest {
    let solution = nearby.solution;
    let functions = coupling.members.len();
    let wald = wald(nearby, coupling.members.clone());
    let ratio = 2.0 * solution.bins * (restricted.objective - solution.objective);
    CouplingTest {
        cell: nearby.problem.cell,
        other: coupling.other,
        wald,
        wald_p: chi_squared_tail(wald, functions),
        likelihood_ratio: ratio,
        likelihood_ratio_p: chi_squared_tail(ratio, functions),
        corrected_p: f64::NAN,
    }
}

/// A problem without some coefficients, from where its minimum lies by the quadratic approximation: `w - A^-1 E
/// (E' A^-1 E)^-1 E' w`.
fn without(nearby: &Nearby<'_>, members: Range<usize>, share: usize) -> Problem {
    let (problem, solution) = (nearby.problem, nearby.solution);
    let count = members.len();
    let block = members
        .clone()
        .flat_map(|row| nearby.inverse_row(row)[members.clone()].to_vec());
    let (factor, _) = factorise(block.collect(), count, false);
    let pull = factor.solve(&solution.coefficients[members.clone()]);
    let mut start = solution.coefficients.clone();
    for (row, pull) in members.clone().zip(&pull) {
        let pairs = start.iter_mut().zip(nearby.inverse_row(row));
        pairs.for_each(|(value, inverse)| *value -= pull * inverse);
    }
    let mut rows = problem.rows.to_vec();
    rows.drain(members.clone());
    start.drain(members.clone());
    Problem {
        rows: Arc::new(rows),
        quadratic: Arc::new(problem.quadratic.without(members)),
        start,
        share,
        ..problem.clone()
    }
}

fn submatrix(matrix: &[f64], size: usize, without: Range<usize>) -> Vec<f64> {
    let kept = || (0..size).filter(|i| !without.contains(i));
    kept()
        .flat_map(|row| kept().map(move |column| matrix[row * size + column]))
        .collect()
}

/// `c' V^-1 c` of some weights.
fn wald(nearby: &Nearby<'_>, members: Range<usize>) -> f64 {
    let variance = nearby.variance(members.clone());
    let weights = &nearby.solution.coefficients[members.clone()];
    match CholeskyFactor::of(variance, members.len()) {
        Some(factor) => dot(weights, &factor.solve(weights)),
        None => f64::NAN,
    }
}
