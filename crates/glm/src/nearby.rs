//! What the loss of a model looks like near its optimum.

use std::ops::Range;

use ganglion_numerics::dot;
use rayon::prelude::*;

use crate::element::Element;
use crate::engine::{Engine, Point, Request, Weight};
use crate::factorise::factorise;
use crate::problem::{Problem, Solution, wanted};
use crate::products::{ROUND, Rows, add_products};

/// A problem, its solution, and exact matrices there, of the mean loss of a bin.
pub(crate) struct Nearby<'n> {
    pub(crate) problem: &'n Problem,
    pub(crate) solution: &'n Solution,
    pub(crate) size: usize,
    pub(crate) hessian: Vec<f64>,
    /// `(H + Q)^-1`
    inverse: Vec<f64>,
    /// `(H + Q)^-1 J (H + Q)^-1` over bins, as the product of its first two factors.
    sandwich: Vec<f64>,
    /// `(H + Q)^-1 H (H + Q)^-1` likewise.
    fisher: Vec<f64>,
}

impl<'n> Nearby<'n> {
    pub(crate) fn new<E: Element>(
        engine: &Engine<'_, E>,
        problem: &'n Problem,
        solution: &'n Solution,
    ) -> Self {
        let size = problem.rows.len();
        let [hessian, variance] = matrices(engine, problem, solution);
        let mut whole = hessian.clone();
        problem.quadratic.add_to(&mut whole, size);
        let inverse = factorise(whole, size, false).0.inverse();
        Self {
            problem,
            solution,
            size,
            sandwich: product(&inverse, &variance, size),
            fisher: product(&inverse, &hessian, size),
            hessian,
            inverse,
        }
    }

    /// The distance of the summed objective from its minimum, nats: half the squared Newton decrement.
    pub(crate) fn gap(&self) -> f64 {
        let gradient = &self.solution.gradient;
        0.5 * self.solution.bins * dot(&times(&self.inverse, gradient), gradient)
    }

    pub(crate) fn inverse_row(&self, row: usize) -> &[f64] {
        &self.inverse[row * self.size..][..self.size]
    }

    /// The sandwich variance of some weights, row by row.
    pub(crate) fn variance(&self, members: Range<usize>) -> Vec<f64> {
        let mut variance = Vec::with_capacity(members.len() * members.len());
        for a in members.clone() {
            let factor = &self.sandwich[a * self.size..][..self.size];
            let entries =
                (members.clone()).map(|b| dot(factor, self.inverse_row(b)) / self.solution.bins);
            variance.extend(entries);
        }
        variance
    }

    /// Standard deviations of all weights by the Fisher information.
    pub(crate) fn fisher_deviations(&self) -> Vec<f64> {
        self.deviations(&self.fisher)
    }

    /// Standard deviations of all weights by the sandwich.
    pub(crate) fn sandwich_deviations(&self) -> Vec<f64> {
        self.deviations(&self.sandwich)
    }

    /// From the first two factors of a variance.
    fn deviations(&self, factors: &[f64]) -> Vec<f64> {
        let of = |(row, factor): (usize, &[f64])| {
            let variance = dot(factor, self.inverse_row(row)) / self.solution.bins;
            variance.max(0.0).sqrt()
        };
        factors.chunks(self.size).enumerate().map(of).collect()
    }
}

/// The Hessian of the mean loss, and the variance of its gradient.
fn matrices<E: Element>(
    engine: &Engine<'_, E>,
    problem: &Problem,
    solution: &Solution,
) -> [Vec<f64>; 2] {
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
    let requests = [request(Weight::Curvature), request(Weight::SquaredResidual)];
    let wanted = wanted(engine, std::slice::from_ref(problem));
    let found = engine.curvatures(&requests, wanted, 1);
    let mut found: [Vec<f64>; 2] = found.try_into().expect("two requests");
    let size = problem.rows.len();
    for matrix in &mut found {
        matrix.iter_mut().for_each(|value| *value /= solution.bins);
        for row in 0..size {
            (0..row).for_each(|column| matrix[column * size + row] = matrix[row * size + column]);
        }
    }
    found
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
