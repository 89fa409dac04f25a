//! Many models to their optima together, so that the features of a block are made once for all.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::Error;
use crate::basis::Functions;
use crate::descent::{Descent, End, Goal, Metric};
use crate::element::Element;
use crate::engine::{Engine, Pass, Point, Request, Sampling, Sums, Weight, factorise};
use crate::features::Wanted;
use crate::group_lasso::{Groups, Reduced};
use crate::map::Map;
use crate::penalty::Quadratic;

/// Passes after which the approximate Hessian is made anew at the earliest, as the loss looks different by then: not
/// before they have cost as much as it does.
const LEAST_PASSES: usize = 3;
/// Samples a coefficient of the one matrix that all models of constant rates share.
const SHARED_SAMPLES: f64 = 24.0;
/// A first fit is to so many spikes a coefficient, where there are more by half.
const FIRST_SPIKES: f64 = 12.0;
/// And it ends so near its minimum, nats a coefficient: nearer than it is to that of all data.
const FIRST_GAP: f64 = 0.05;

/// A model of a cell to be fitted.
#[derive(Clone)]
pub(crate) struct Problem {
    pub(crate) cell: usize,
    /// Part of the recording that is left out.
    pub(crate) without: Option<usize>,
    /// Rows that it has a coefficient of.
    pub(crate) rows: Arc<Vec<usize>>,
    /// Of the rows' coefficients as sums of fewer numbers, which the penalty and the start are then of.
    pub(crate) map: Option<Arc<Map>>,
    pub(crate) quadratic: Arc<Quadratic>,
    pub(crate) groups: Option<Arc<Groups>>,
    /// Coefficients to start from.
    pub(crate) start: Vec<f64>,
    /// Problems of one number have the same rows and penalty, and share the approximate Hessian of the first.
    pub(crate) share: usize,
}

/// A fitted model.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    /// Of the problem's rows.
    pub(crate) coefficients: Vec<f64>,
    /// Derivatives of the mean loss and the quadratic penalty.
    pub(crate) gradient: Vec<f64>,
    pub(crate) loss: f64,
    pub(crate) objective: f64,
    pub(crate) bins: f64,
    pub(crate) largest: f64,
    pub(crate) gap: f64,
    pub(crate) steps: usize,
    pub(crate) end: End,
    /// Loss, bins and spikes of the part that was left out.
    pub(crate) left_out: [f64; 3],
}

/// How problems are solved.
#[derive(Clone, Copy)]
pub(crate) struct Controls<'w> {
    pub(crate) goal: Goal,
    /// Samples a coefficient of approximate Hessians.
    pub(crate) samples: f64,
    /// Whether starts are far off, so that a part of the data is fitted first.
    pub(crate) cold: bool,
    /// Hessians of the mean loss by `share`, where they are known.
    pub(crate) hessians: Option<&'w BTreeMap<usize, Vec<f64>>>,
}

/// Is told of each pass over the data, and may stop the work.
pub(crate) type Watch<'w> = dyn FnMut(Step) -> Result<(), Error> + 'w;

/// A pass over the data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) passes: usize,
    pub(crate) left: usize,
    pub(crate) of: usize,
    pub(crate) largest: f64,
}

impl Problem {
    fn point<'p>(&self, coefficients: &'p [f64]) -> Point<'p> {
        Point {
            cell: self.cell,
            without: self.without,
            coefficients,
        }
    }

    /// All rows' coefficients, those that it does not have being 0.
    pub(crate) fn spread(&self, coefficients: &[f64], rows: usize) -> Vec<f64> {
        let mut all = vec![0.0; rows];
        let mapped = self.map.as_ref().map(|map| map.coefficients(coefficients));
        let coefficients = mapped.as_deref().unwrap_or(coefficients);
        for (&row, &value) in self.rows.iter().zip(coefficients) {
            all[row] = value;
        }
        all
    }

    /// Numbers that are found.
    fn size(&self) -> usize {
        self.map.as_ref().map_or(self.rows.len(), |map| map.size)
    }
}

/// Features that any of these problems needs.
pub(crate) fn wanted<E: Element>(engine: &Engine<'_, E>, problems: &[Problem]) -> Wanted {
    let layout = engine.features.layout;
    let uses = |from: usize, to: usize| {
        let mut rows = problems.iter().flat_map(|problem| problem.rows.iter());
        rows.any(|&row| (from..to).contains(&row))
    };
    Wanted {
        history: uses(layout.shared(), layout.rows()),
        coupling: uses(layout.without_spikes(), layout.shared()),
    }
}

/// The optima of problems.
pub(crate) fn solve<E: Element>(
    engine: &Engine<'_, E>,
    problems: &[Problem],
    controls: Controls<'_>,
    watch: &mut Watch<'_>,
) -> Result<Vec<Solution>, Error> {
    let mut starts: Vec<Vec<f64>> = problems
        .iter()
        .map(|problem| problem.start.clone())
        .collect();
    let every = if controls.cold {
        thinning(engine, problems)
    } else {
        1
    };
    if every > 1 {
        let first = Controls {
            goal: Goal {
                gradient: f64::INFINITY,
                // Of the share of the data that is looked at.
                gap: FIRST_GAP * problems.iter().map(Problem::size).min().unwrap_or(1) as f64,
                steps: 30,
            },
            ..controls
        };
        let found = stage(engine, problems, &starts, every, first, watch)?;
        starts = found
            .into_iter()
            .map(|solution| solution.coefficients)
            .collect();
    }
    stage(engine, problems, &starts, 1, controls, watch)
}

/// Every how manieth block a first fit is to.
fn thinning<E: Element>(engine: &Engine<'_, E>, problems: &[Problem]) -> usize {
    let of = |problem: &Problem| {
        let spikes = engine.features.spikes(problem.cell, 0..usize::MAX).len() as f64;
        spikes / (FIRST_SPIKES * problem.size() as f64)
    };
    let least = problems.iter().map(of).fold(f64::INFINITY, f64::min);
    let most = engine.blocks.len() / 16;
    match least >= 1.5 {
        true => (least as usize).clamp(1, most.max(1)),
        false => 1,
    }
}

fn stage<E: Element>(
    engine: &Engine<'_, E>,
    problems: &[Problem],
    starts: &[Vec<f64>],
    every: usize,
    controls: Controls<'_>,
    watch: &mut Watch<'_>,
) -> Result<Vec<Solution>, Error> {
    let wanted = wanted(engine, problems);
    let pass = Pass {
        wanted,
        gradient: true,
        every,
    };
    let rows = engine.features.layout.rows();
    let all: Vec<usize> = (0..problems.len()).collect();
    let metrics = metrics(
        engine,
        problems,
        &all,
        |i| &starts[i],
        wanted,
        every,
        controls,
    );
    let mut descents: Vec<Descent> = Vec::new();
    for (problem, start) in problems.iter().zip(starts) {
        let [bins, _] = engine.count(problem.cell, problem.without, every);
        let metric = metrics[&problem.share].clone();
        let (quadratic, groups) = (problem.quadratic.clone(), problem.groups.clone());
        descents.push(Descent::new(
            start.clone(),
            quadratic,
            groups,
            metric,
            controls.goal,
            bins,
        ));
    }
    drop(metrics);
    let mut left_out = vec![[0.0; 3]; problems.len()];
    let (mut passes, mut renewed_at) = (0, 0);
    loop {
        let active: Vec<usize> = (0..problems.len())
            .filter(|&i| descents[i].end.is_none())
            .collect();
        if active.is_empty() {
            break;
        }
        let spread: Vec<Vec<f64>> = active
            .iter()
            .map(|&i| problems[i].spread(descents[i].trial(), rows))
            .collect();
        let points: Vec<Point<'_>> = active
            .iter()
            .zip(&spread)
            .map(|(&i, coefficients)| problems[i].point(coefficients))
            .collect();
        let sums = engine.evaluate(&points, pass);
        for (&i, sums) in active.iter().zip(&sums) {
            let steps = (descents[i].steps, descents[i].objective.is_infinite());
            give(&problems[i], &mut descents[i], sums);
            if (descents[i].steps, descents[i].objective.is_infinite()) != steps {
                left_out[i] = [sums.left_out_loss, sums.left_out_bins, sums.left_out_spikes];
            }
        }
        passes += 1;
        let left: Vec<usize> = (active.iter().copied())
            .filter(|&i| descents[i].end.is_none())
            .collect();
        let largest = (descents.iter()).fold(0.0f64, |most, one| most.max(one.largest));
        watch(Step {
            passes,
            left: left.len(),
            of: problems.len(),
            largest,
        })?;
        // Each time after twice as many passes as the last.
        let patience =
            LEAST_PASSES.max(passes_of_a_metric(engine, problems, &left, every, controls));
        if passes - renewed_at >= patience.max(renewed_at)
            && controls.hessians.is_none()
            && !left.is_empty()
        {
            renewed_at = passes;
            let renewed = self::metrics(
                engine,
                problems,
                &left,
                |i| &descents[i].x,
                wanted,
                every,
                controls,
            );
            for i in left {
                descents[i].change_metric(renewed[&problems[i].share].clone());
            }
        }
    }
    Ok(descents.into_iter().zip(left_out).map(solution).collect())
}

/// How many passes over the data cost as much as approximate Hessians do, by their products of numbers.
fn passes_of_a_metric<E: Element>(
    engine: &Engine<'_, E>,
    problems: &[Problem],
    left: &[usize],
    every: usize,
    controls: Controls<'_>,
) -> usize {
    let mut shares: Vec<usize> = left.iter().map(|&i| problems[i].share).collect();
    shares.dedup();
    let layout = engine.features.layout;
    let bins: usize = (engine.blocks.iter().step_by(every))
        .map(|block| block.used(layout.bins_per_frame).len())
        .sum();
    let size = left.iter().map(|&i| problems[i].size()).max().unwrap_or(0) as f64;
    // Factors are in double precision, and each of their sums waits for others.
    let metric = controls.samples * size.powi(3) / 2.0 + size.powi(3);
    let depth = layout.stimulus.as_ref().map_or(0, Functions::length) / layout.bins_per_frame;
    let features = layout.without_spikes() * (depth + 1);
    let pass = bins as f64 * (2.0 * size * left.len() as f64 + features as f64);
    (metric * shares.len() as f64 / pass.max(1.0)) as usize
}

fn give(problem: &Problem, descent: &mut Descent, sums: &Sums) {
    let bins = sums.bins.max(1.0);
    let gradient = problem.rows.iter().map(|&row| sums.gradient[row] / bins);
    let gradient: Vec<f64> = gradient.collect();
    let gradient = match &problem.map {
        Some(map) => map.gradient(&gradient),
        None => gradient,
    };
    descent.receive(sums.loss / bins, gradient);
}

fn solution((descent, left_out): (Descent, [f64; 3])) -> Solution {
    let bins = descent.bins();
    Solution {
        loss: descent.loss,
        objective: descent.objective,
        bins,
        largest: descent.largest,
        gap: descent.gap,
        steps: descent.steps,
        end: descent.end.unwrap_or(End::TooManySteps),
        gradient: descent.gradient,
        coefficients: descent.x,
        left_out,
    }
}

/// Approximate Hessians of the shares of some problems, at their coefficients, with penalties.
fn metrics<'x, E: Element>(
    engine: &Engine<'_, E>,
    problems: &[Problem],
    some: &[usize],
    at: impl Fn(usize) -> &'x Vec<f64>,
    wanted: Wanted,
    every: usize,
    controls: Controls<'_>,
) -> BTreeMap<usize, Metric> {
    let mut firsts: BTreeMap<usize, usize> = BTreeMap::new();
    for &i in some {
        firsts.entry(problems[i].share).or_insert(i);
    }
    let firsts: Vec<usize> = firsts.into_values().collect();
    let known = |i: usize| {
        controls
            .hessians
            .and_then(|all| all.get(&problems[i].share))
    };
    let unknown: Vec<usize> = (firsts.iter().copied())
        .filter(|&i| known(i).is_none())
        .collect();
    if !unknown.is_empty() && (unknown.iter()).all(|&i| is_constant(&problems[i], at(i))) {
        let found = constant_metrics(engine, problems, &unknown, at, wanted, every);
        let found = found.into_par_iter();
        return found
            .map(|(i, matrix)| (problems[i].share, metric(&problems[i], matrix)))
            .collect();
    }
    let rows = engine.features.layout.rows();
    let spread: Vec<Vec<f64>> = unknown
        .iter()
        .map(|&i| problems[i].spread(at(i), rows))
        .collect();
    // Of blocks, only as many as give the samples.
    let samples = |i: usize| controls.samples * problems[i].size() as f64;
    let spikes = |i: usize| engine.count(problems[i].cell, problems[i].without, every)[1];
    let spare = (unknown.iter()).map(|&i| spikes(i) / (2.0 * samples(i)));
    let spare = spare.fold(f64::INFINITY, f64::min).max(1.0);
    let mut thinned = every * if spare.is_finite() { spare as usize } else { 1 };
    thinned = thinned.min((engine.blocks.len() / 16).max(every));
    let mut requests = Vec::new();
    let mut bins = Vec::new();
    for (&i, coefficients) in unknown.iter().zip(&spread) {
        let [own, spikes] = engine.count(problems[i].cell, problems[i].without, thinned);
        bins.push(own);
        let density = samples(i) / spikes.max(1.0);
        requests.push(Request {
            point: problems[i].point(coefficients),
            rows: &problems[i].rows,
            map: problems[i].map.as_deref(),
            weight: Weight::Curvature,
            samples: Some(Sampling { density }),
        });
    }
    let found = engine.curvatures(&requests, wanted, thinned);
    let mut found: BTreeMap<usize, Vec<f64>> = (unknown.iter().copied())
        .zip(found.into_iter().zip(&bins).map(|(mut matrix, bins)| {
            matrix.iter_mut().for_each(|value| *value /= bins.max(1.0));
            matrix
        }))
        .collect();
    let of = |i: usize| (i, found.remove(&i).or_else(|| known(i).cloned()));
    let matrices: Vec<(usize, Option<Vec<f64>>)> = firsts.into_iter().map(of).collect();
    (matrices.into_par_iter())
        .map(|(i, matrix)| {
            let matrix = matrix.expect("each is known or was found");
            (problems[i].share, metric(&problems[i], matrix))
        })
        .collect()
}

/// Whether a model is of a constant rate.
fn is_constant(problem: &Problem, coefficients: &[f64]) -> bool {
    problem.map.is_none() && coefficients[1..].iter().all(|value| *value == 0.0)
}

/// Hessians of models of constant rates, from one matrix of all features, in parallel over features.
fn constant_metrics<'x, E: Element>(
    engine: &Engine<'_, E>,
    problems: &[Problem],
    some: &[usize],
    at: impl Fn(usize) -> &'x Vec<f64>,
    wanted: Wanted,
    every: usize,
) -> Vec<(usize, Vec<f64>)> {
    let shared = engine.features.layout.shared();
    let place = |problem: &Problem, row: usize| match row.checked_sub(shared) {
        Some(function) => engine.features.own(problem.cell) + function,
        None => row,
    };
    let mut rows: Vec<usize> = some
        .iter()
        .flat_map(|&i| {
            problems[i]
                .rows
                .iter()
                .map(move |&row| place(&problems[i], row))
        })
        .collect();
    rows.sort_unstable();
    rows.dedup();
    let samples = SHARED_SAMPLES * rows.len() as f64;
    let gram = engine.gram(&rows, wanted, every, samples);
    let of = |&i: &usize| {
        let problem = &problems[i];
        let places: Vec<usize> = (problem.rows.iter())
            .map(|&row| rows.partition_point(|&other| other < place(problem, row)))
            .collect();
        let curvature = engine.observation.constant_curvature(at(i)[0]);
        let mut matrix = vec![0.0; places.len() * places.len()];
        for (row, &a) in matrix.chunks_mut(places.len()).zip(&places) {
            for (value, &b) in row.iter_mut().zip(&places) {
                *value = curvature * gram[a.max(b) * rows.len() + a.min(b)];
            }
        }
        (i, matrix)
    };
    some.iter().map(of).collect()
}

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
