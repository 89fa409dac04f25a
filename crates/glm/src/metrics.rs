//! Approximate Hessians, from samples of bins, which descents start from.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::basis::Functions;
use crate::descent::Metric;
use crate::element::Element;
use crate::engine::{Engine, Request, Weight};
use crate::factorise::factorise;
use crate::features::Wanted;
use crate::group_lasso::Reduced;
use crate::matrix::Sampling;
use crate::problem::{Controls, Problem};

/// Samples a coefficient of the one matrix that all models of constant rates share.
const SHARED_SAMPLES: f64 = 24.0;

/// What approximate Hessians of problems are made from.
pub(crate) struct Metrics<'m, 'e, E> {
    pub(crate) engine: &'m Engine<'e, E>,
    pub(crate) problems: &'m [Problem],
    pub(crate) controls: Controls<'m>,
    pub(crate) wanted: Wanted,
    /// Of the blocks, every so manieth.
    pub(crate) every: usize,
}

/// A problem, as its index, and a matrix of its mean loss.
type Hessian = (usize, Vec<f64>);

impl<E: Element> Metrics<'_, '_, E> {
    /// Approximate Hessians of the shares of some problems, at their coefficients, with penalties.
    pub(crate) fn of<'x>(
        &self,
        some: &[usize],
        at: impl Fn(usize) -> &'x [f64],
    ) -> BTreeMap<usize, Metric> {
        let firsts = self.firsts(some).into_iter();
        let (known, unknown): (Vec<usize>, Vec<usize>) =
            firsts.partition(|&i| self.known(i).is_some());
        let is_constant = |&i: &usize| is_constant(&self.problems[i], at(i));
        let mut hessians = match unknown.iter().all(is_constant) {
            true => self.of_constant_rates(&unknown, at),
            false => self.sampled(&unknown, at),
        };
        let copies = known
            .iter()
            .filter_map(|&i| Some((i, self.known(i)?.clone())));
        hessians.extend(copies);
        let with_penalty = |(i, hessian)| {
            let problem: &Problem = &self.problems[i];
            (problem.share, metric(problem, hessian))
        };
        hessians.into_par_iter().map(with_penalty).collect()
    }

    /// The first problem of each share.
    fn firsts(&self, some: &[usize]) -> Vec<usize> {
        let mut firsts: BTreeMap<usize, usize> = BTreeMap::new();
        for &i in some {
            firsts.entry(self.problems[i].share).or_insert(i);
        }
        firsts.into_values().collect()
    }

    fn known(&self, i: usize) -> Option<&Vec<f64>> {
        self.controls.hessians?.get(&self.problems[i].share)
    }

    /// Hessians from bins that are drawn in proportion to their weight.
    fn sampled<'x>(&self, some: &[usize], at: impl Fn(usize) -> &'x [f64]) -> Vec<Hessian> {
        let (engine, problems) = (self.engine, self.problems);
        let rows = engine.features.layout.rows();
        let every = self.thinned(some);
        let counts: Vec<[f64; 2]> = some.iter().map(|&i| self.count(i, every)).collect();
        let spread: Vec<Vec<f64>> = (some.iter())
            .map(|&i| problems[i].spread(at(i), rows))
            .collect();
        let request = |i: usize, coefficients, spikes: f64| Request {
            point: problems[i].point(coefficients),
            rows: &problems[i].rows,
            map: problems[i].map.as_deref(),
            weight: Weight::Curvature,
            samples: Some(Sampling {
                density: self.samples(i) / spikes.max(1.0),
            }),
        };
        let points = some.iter().zip(&spread).zip(&counts);
        let requests: Vec<Request<'_>> = points
            .map(|((&i, coefficients), &[_, spikes])| request(i, coefficients, spikes))
            .collect();
        let mut sums = engine.curvatures(&requests, self.wanted, every);
        for (matrix, [bins, _]) in sums.iter_mut().zip(&counts) {
            matrix.iter_mut().for_each(|value| *value /= bins.max(1.0));
        }
        some.iter().copied().zip(sums).collect()
    }

    /// Every how manieth block is sampled: only as many as give the samples.
    fn thinned(&self, some: &[usize]) -> usize {
        let spare = |&i: &usize| self.count(i, self.every)[1] / (2.0 * self.samples(i));
        let spare = some
            .iter()
            .map(spare)
            .fold(f64::INFINITY, f64::min)
            .max(1.0);
        let factor = if spare.is_finite() { spare as usize } else { 1 };
        (self.every * factor).min((self.engine.blocks.len() / 16).max(self.every))
    }

    /// Samples of the Hessian of a problem.
    fn samples(&self, i: usize) -> f64 {
        self.controls.samples * self.problems[i].size() as f64
    }

    /// Bins and spikes of a problem, of every so manieth block.
    fn count(&self, i: usize, every: usize) -> [f64; 2] {
        let problem = &self.problems[i];
        self.engine.count(problem.cell, problem.without, every)
    }

    /// Hessians of models of constant rates, from one matrix of all features, in parallel over features.
    fn of_constant_rates<'x>(
        &self,
        some: &[usize],
        at: impl Fn(usize) -> &'x [f64],
    ) -> Vec<Hessian> {
        if some.is_empty() {
            return Vec::new();
        }
        let places = |i: usize| self.places(&self.problems[i]);
        let mut rows: Vec<usize> = some.iter().flat_map(|&i| places(i)).collect();
        rows.sort_unstable();
        rows.dedup();
        let samples = SHARED_SAMPLES * rows.len() as f64;
        let gram = self.engine.gram(&rows, self.wanted, self.every, samples);
        let of = |&i: &usize| {
            let own: Vec<usize> = (places(i).into_iter())
                .map(|place| rows.partition_point(|&other| other < place))
                .collect();
            let curvature = self.engine.observation.constant_curvature(at(i)[0]);
            let mut matrix = vec![0.0; own.len() * own.len()];
            for (row, &a) in matrix.chunks_mut(own.len()).zip(&own) {
                for (value, &b) in row.iter_mut().zip(&own) {
                    *value = curvature * gram[a.max(b) * rows.len() + a.min(b)];
                }
            }
            (i, matrix)
        };
        some.iter().map(of).collect()
    }

    /// Where the rows of a problem stand in a [`Room`](crate::features::Room).
    fn places(&self, problem: &Problem) -> Vec<usize> {
        let shared = self.engine.features.layout.shared();
        let place = |&row: &usize| match row.checked_sub(shared) {
            Some(function) => self.engine.features.own(problem.cell) + function,
            None => row,
        };
        problem.rows.iter().map(place).collect()
    }

    /// How many passes over the data cost as much as approximate Hessians of these problems do, by their products of
    /// numbers.
    pub(crate) fn cost_in_passes(&self, left: &[usize]) -> usize {
        let mut shares: Vec<usize> = left.iter().map(|&i| self.problems[i].share).collect();
        shares.dedup();
        let layout = self.engine.features.layout;
        let bins: usize = (self.engine.blocks.iter().step_by(self.every))
            .map(|block| block.used(layout.bins_per_frame).len())
            .sum();
        let sizes = left.iter().map(|&i| self.problems[i].size());
        let size = sizes.max().unwrap_or(0) as f64;
        // Factors are in double precision, and each of their sums waits for others.
        let metric = self.controls.samples * size.powi(3) / 2.0 + size.powi(3);
        let depth = layout.stimulus.as_ref().map_or(0, Functions::length) / layout.bins_per_frame;
        let features = layout.without_spikes() * (depth + 1);
        let pass = bins as f64 * (2.0 * size * left.len() as f64 + features as f64);
        (metric * shares.len() as f64 / pass.max(1.0)) as usize
    }
}

/// Whether a model is of a constant rate.
fn is_constant(problem: &Problem, coefficients: &[f64]) -> bool {
    problem.map.is_none() && coefficients[1..].iter().all(|value| *value == 0.0)
}

/// The Hessian of the mean loss with the penalty, and its factor.
fn metric(problem: &Problem, mut matrix: Vec<f64>) -> Metric {
    let size = problem.size();
    problem.quadratic.add_to(&mut matrix, size);
    let (factor, matrix) = factorise(matrix, size, problem.groups.is_some());
    let reduced = problem.groups.as_ref().and_then(|groups| {
        let reduced = Reduced::new(matrix.as_ref()?, size, groups)?;
        Some(Arc::new(reduced))
    });
    Metric {
        factor: Arc::new(factor),
        reduced,
    }
}
