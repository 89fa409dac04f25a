//! How well weights are known, and whether couplings are there.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use ganglion_numerics::{CholeskyFactor, chi_squared_tail, dot, holm};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::basis::Functions;
use crate::design::{Layout, Terms};
use crate::element::Element;
use crate::engine::{Point, Request, Weight, factorise};
use crate::fit::{Weights, pixels};
use crate::prepared::Prepared;
use crate::products::{ROUND, Rows, add_products};
use crate::solve::{Controls, Problem, Solution, Watch, solve, wanted};

/// Standard errors of weights at the optimum.
///
/// With the Hessian `H` of the summed loss, the variance `J` of its gradient (the sum of squared residuals times
/// products of features) and the penalty's matrix `Q`, times the bins, `A = H + Q`: the variances are the
/// diagonals of `A^-1 H A^-1`, where the model is true, and of `A^-1 J A^-1`, where only its rate is. Both are
/// about the mean of the penalised estimate, which a strong penalty moves away from the truth.
///
/// Sources: Truccolo et al. 2005 (Fisher information); White 1982, Econometrica 50:1 (sandwich).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    /// From the Fisher information.
    pub fisher: Weights,
    /// The sandwich.
    pub sandwich: Weights,
    /// Of filters at each lag, from the sandwich with all covariances of their weights.
    #[serde(default)]
    pub filters: FilterErrors,
}

/// Standard errors of filters at each lag.
///
/// A filter is `f(l) = sum over functions of w_k b_k(l)`, its variance at a lag `b(l)' V b(l)` with the sandwich
/// variance `V` of its weights: functions overlap, so that errors of single weights do not tell it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FilterErrors {
    /// Pixel of the frame at which the stimulus filter has its largest value, of either sign; none without stimulus.
    pub stimulus_pixel: Option<usize>,
    /// Of the stimulus filter at that pixel `[lag]`; empty without stimulus.
    pub stimulus: Vec<f64>,
    /// Of the history filter `[lag]`; empty without history.
    pub history: Vec<f64>,
    /// Of the coupling filters `[cell][lag]`; 0 for its own, empty without couplings.
    pub coupling: Vec<f64>,
}

/// A test of whether the spikes of one cell change the rate of another, given all else in the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CouplingTest {
    /// Cell whose rate it is of.
    pub cell: usize,
    /// Cell whose spikes it is of.
    pub other: usize,
    /// Wald's statistic `c' V^-1 c` of the weights `c` with their sandwich variance `V`.
    pub wald: f64,
    /// Probability of as large a statistic without a coupling, of as many degrees of freedom as functions.
    pub wald_p: f64,
    /// Twice the difference of the summed objective of the best model without the coupling.
    pub likelihood_ratio: f64,
    /// Its probability without a coupling. Under a penalty, it is no smaller than it would be without.
    pub likelihood_ratio_p: f64,
    /// The latter, corrected for the number of all tests by Holm's method.
    pub corrected_p: f64,
}

/// Corrects for the number of tests.
pub(crate) fn correct(tests: &mut [CouplingTest]) {
    let all: Vec<f64> = tests.iter().map(|test| test.likelihood_ratio_p).collect();
    for (test, p) in tests.iter_mut().zip(holm(&all)) {
        test.corrected_p = p;
    }
}

/// What one cell's optimum looks like nearby, of the mean loss.
struct Nearby {
    size: usize,
    hessian: Vec<f64>,
    /// `(H + Q)^-1`
    inverse: Vec<f64>,
    /// `(H + Q)^-1 J (H + Q)^-1` over bins, as the product of its first two factors.
    sandwich: Vec<f64>,
    fisher: Vec<f64>,
    bins: f64,
}

/// Standard errors, the exact distance from the minimum in nats, and tests of couplings, of each problem.
pub(crate) fn inference<E: Element>(
    prepared: &Prepared<'_, E>,
    problems: &[Problem],
    solutions: &[Solution],
    terms: Terms,
    controls: Controls<'_>,
    watch: &mut Watch<'_>,
) -> Result<Vec<(Errors, f64, Vec<CouplingTest>)>, Error> {
    let mut all = Vec::new();
    // The matrices of one cell at a time, so that memory is bounded; each uses all threads.
    for (problem, solution) in problems.iter().zip(solutions) {
        let nearby = nearby(prepared, problem, solution);
        let moved = times(&nearby.inverse, &solution.gradient);
        let gap = match problem.groups {
            None => 0.5 * nearby.bins * dot(&moved, &solution.gradient),
            Some(_) => solution.gap,
        };
        let errors = errors(prepared, (problem, solution), terms, &nearby);
        let tests = match problem.groups {
            // Couplings that were chosen by a lasso are not tested: the choice is not in these statistics.
            Some(_) => Vec::new(),
            None => tests(prepared, problem, solution, &nearby, controls, watch)?,
        };
        all.push((errors, gap, tests));
    }
    Ok(all)
}

fn nearby<E: Element>(
    prepared: &Prepared<'_, E>,
    problem: &Problem,
    solution: &Solution,
) -> Nearby {
    let engine = &prepared.engine;
    let spread = problem.spread(&solution.coefficients, engine.features.layout.rows());
    let request = |weight| Request {
        point: Point {
            cell: problem.cell,
            without: None,
            coefficients: &spread,
        },
        rows: &problem.rows,
        map: None,
        weight,
        samples: None,
    };
    let wanted = wanted(engine, std::slice::from_ref(problem));
    let requests = [request(Weight::Curvature), request(Weight::SquaredResidual)];
    let mut found = engine.curvatures(&requests, wanted, 1);
    let size = problem.rows.len();
    for matrix in &mut found {
        matrix.iter_mut().for_each(|value| *value /= solution.bins);
        for row in 0..size {
            (0..row).for_each(|column| matrix[column * size + row] = matrix[row * size + column]);
        }
    }
    let [variance, hessian] =
        [found.pop(), found.pop()].map(|matrix| matrix.expect("two requests"));
    let mut whole = hessian.clone();
    problem.quadratic.add_to(&mut whole, size);
    let inverse = factorise(whole, size, false).0.inverse();
    Nearby {
        size,
        sandwich: product(&inverse, &variance, size),
        fisher: product(&inverse, &hessian, size),
        hessian,
        inverse,
        bins: solution.bins,
    }
}

/// `A B` of symmetric matrices.
fn product(a: &[f64], b: &[f64], size: usize) -> Vec<f64> {
    let stride = size.next_multiple_of(ROUND);
    let padded = |matrix: &[f64]| {
        let mut rows = vec![0.0; size * stride];
        for (target, row) in rows.chunks_mut(stride).zip(matrix.chunks(size)) {
            target[..size].copy_from_slice(row);
        }
        rows
    };
    let (a, b) = (padded(a), padded(b));
    let rows = |values| Rows {
        values,
        stride,
        count: size,
        length: stride,
    };
    let mut target = vec![0.0; size * size];
    target
        .par_chunks_mut(24 * size)
        .enumerate()
        .for_each(|(task, target)| {
            let left = rows(&a).from(24 * task, target.len() / size);
            add_products(left, rows(&b), target, size);
        });
    target
}

fn times(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    matrix
        .chunks(vector.len())
        .map(|row| dot(row, vector))
        .collect()
}

impl Nearby {
    fn inverse_row(&self, row: usize) -> &[f64] {
        &self.inverse[row * self.size..][..self.size]
    }

    /// The sandwich variance of some weights, row by row.
    fn variance(&self, members: Range<usize>) -> Vec<f64> {
        let mut variance = Vec::with_capacity(members.len() * members.len());
        for a in members.clone() {
            let factor = &self.sandwich[a * self.size..][..self.size];
            let entries = (members.clone()).map(|b| dot(factor, self.inverse_row(b)) / self.bins);
            variance.extend(entries);
        }
        variance
    }

    /// Variances of weights, from the first two factors of the sandwich.
    fn deviations(&self, factors: &[f64]) -> Vec<f64> {
        let rows = factors.chunks(self.size).enumerate();
        rows.map(|(row, factor)| {
            (dot(factor, self.inverse_row(row)) / self.bins)
                .max(0.0)
                .sqrt()
        })
        .collect()
    }
}

fn errors<E: Element>(
    prepared: &Prepared<'_, E>,
    (problem, solution): (&Problem, &Solution),
    terms: Terms,
    nearby: &Nearby,
) -> Errors {
    let layout = prepared.layout();
    let of = |factors: &[f64]| {
        let rows = problem.spread(&nearby.deviations(factors), layout.rows());
        Weights::of(layout, terms, pixels(prepared.recording), &rows)
    };
    Errors {
        fisher: of(&nearby.fisher),
        sandwich: of(&nearby.sandwich),
        filters: filter_errors(layout, (problem, solution), terms, nearby),
    }
}

/// Standard errors of the filters of a cell at each lag.
fn filter_errors(
    layout: &Layout,
    (problem, solution): (&Problem, &Solution),
    terms: Terms,
    nearby: &Nearby,
) -> FilterErrors {
    let members = |rows: Range<usize>| {
        let first = problem.rows.binary_search(&rows.start).ok()?;
        Some(first..first + rows.len())
    };
    let along_lags =
        |functions: &Functions, members: Range<usize>| functions.errors(&nearby.variance(members));
    let stimulus = layout.stimulus.as_ref().filter(|_| terms.stimulus);
    let largest = stimulus.and_then(|functions| {
        let height = |members: &Range<usize>| {
            let filter = functions.filter(&solution.coefficients[members.clone()]);
            filter
                .iter()
                .fold(0.0f64, |most, value| most.max(value.abs()))
        };
        let seen = (0..layout.pixels.len())
            .filter_map(|pixel| Some((pixel, members(layout.pixel_rows(pixel))?)));
        seen.max_by(|(_, a), (_, b)| height(a).total_cmp(&height(b)))
    });
    let history = layout.history.as_ref().filter(|_| terms.history);
    let coupling = layout.coupling.as_ref().filter(|_| terms.coupling);
    let of_other = |functions: &Functions, other: usize| match members(layout.coupling_rows(other))
    {
        Some(members) => along_lags(functions, members),
        None => vec![0.0; functions.length()],
    };
    FilterErrors {
        stimulus_pixel: largest.as_ref().map(|(pixel, _)| layout.pixels[*pixel]),
        stimulus: (stimulus.zip(largest)).map_or(Vec::new(), |(functions, (_, members))| {
            along_lags(functions, members)
        }),
        history: history
            .and_then(|functions| Some(along_lags(functions, members(layout.history_rows())?)))
            .unwrap_or_default(),
        coupling: coupling.map_or(Vec::new(), |functions| {
            (0..layout.cells)
                .flat_map(|other| of_other(functions, other))
                .collect()
        }),
    }
}

/// Tests of the couplings of a cell.
fn tests<E: Element>(
    prepared: &Prepared<'_, E>,
    problem: &Problem,
    solution: &Solution,
    nearby: &Nearby,
    controls: Controls<'_>,
    watch: &mut Watch<'_>,
) -> Result<Vec<CouplingTest>, Error> {
    let layout = prepared.layout();
    let functions = layout.coupling_functions();
    let of = |other: usize| {
        problem
            .rows
            .binary_search(&layout.coupling_rows(other).start)
            .ok()
    };
    let others: Vec<(usize, usize)> = (0..layout.cells)
        .filter(|_| functions > 0)
        .filter_map(|other| Some((other, of(other)?)))
        .collect();
    let mut tests = Vec::new();
    // Models without a coupling, as many at a time as there are threads to factor their matrices.
    for some in others.chunks(8) {
        let mut restricted = Vec::new();
        let mut hessians = BTreeMap::new();
        for (index, &(_, first)) in some.iter().enumerate() {
            restricted.push(without(
                problem,
                solution,
                nearby,
                first..first + functions,
                index,
            ));
            hessians.insert(
                index,
                submatrix(&nearby.hessian, nearby.size, first..first + functions),
            );
        }
        let known = Controls {
            cold: false,
            hessians: Some(&hessians),
            ..controls
        };
        let found = solve(&prepared.engine, &restricted, known, watch)?;
        for (&(other, first), one) in some.iter().zip(&found) {
            let members = first..first + functions;
            let wald = wald(&solution.coefficients, nearby, members);
            let ratio = 2.0 * solution.bins * (one.objective - solution.objective);
            tests.push(CouplingTest {
                cell: problem.cell,
                other,
                wald,
                wald_p: chi_squared_tail(wald, functions),
                likelihood_ratio: ratio,
                likelihood_ratio_p: chi_squared_tail(ratio, functions),
                corrected_p: f64::NAN,
            });
        }
    }
    Ok(tests)
}

/// A problem without some coefficients, from where its minimum lies by the quadratic approximation: `w - A^-1 E
/// (E' A^-1 E)^-1 E' w`.
fn without(
    problem: &Problem,
    solution: &Solution,
    nearby: &Nearby,
    members: Range<usize>,
    share: usize,
) -> Problem {
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
fn wald(weights: &[f64], nearby: &Nearby, members: Range<usize>) -> f64 {
    let variance = nearby.variance(members.clone());
    let weights = &weights[members.clone()];
    match CholeskyFactor::of(variance, members.len()) {
        Some(factor) => dot(weights, &factor.solve(weights)),
        None => f64::NAN,
    }
}
