//! Many models to their optima together, so that the features of a block are made once for all.

use crate::Error;
use crate::descent::{Descent, End, Goal};
use crate::element::Element;
use crate::engine::{Engine, Pass, Point, Sums};
use crate::metrics::Metrics;
use crate::problem::{Controls, Problem, Solution, Step, Watch, wanted};

/// Passes after which the approximate Hessian is made anew at the earliest, as the loss looks different by then: not
/// before they have cost as much as it does.
const LEAST_PASSES: usize = 3;
/// A first fit is to so many spikes a coefficient, where there are more by half.
const FIRST_SPIKES: f64 = 12.0;
/// And it ends so near its minimum, nats a coefficient: nearer than it is to that of all data.
const FIRST_GAP: f64 = 0.05;

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
        let found = solve_from(engine, problems, &starts, every, first, watch)?;
        starts = found
            .into_iter()
            .map(|solution| solution.coefficients)
            .collect();
    }
    solve_from(engine, problems, &starts, 1, controls, watch)
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

/// The optima of problems on every so manieth block, from coefficients on.
fn solve_from<E: Element>(
    engine: &Engine<'_, E>,
    problems: &[Problem],
    starts: &[Vec<f64>],
    every: usize,
    controls: Controls<'_>,
    watch: &mut Watch<'_>,
) -> Result<Vec<Solution>, Error> {
    let metrics = Metrics {
        engine,
        problems,
        controls,
        wanted: wanted(engine, problems),
        every,
    };
    let mut descents = Descents::new(metrics, starts);
    let mut active = descents.active();
    while !active.is_empty() {
        descents.advance(&active);
        active = descents.active();
        watch(descents.step(active.len()))?;
        descents.renew_metrics(&active);
    }
    Ok(descents.finish())
}

/// Problems on their way to their optima.
struct Descents<'m, 'e, E> {
    metrics: Metrics<'m, 'e, E>,
    /// One a problem.
    descents: Vec<Descent>,
    /// Loss, bins and spikes of the part that each leaves out, at its best point so far.
    left_out: Vec<[f64; 3]>,
    passes: usize,
    /// The pass after which metrics were made anew.
    renewed_at: usize,
}

impl<'m, 'e, E: Element> Descents<'m, 'e, E> {
    fn new(metrics: Metrics<'m, 'e, E>, starts: &[Vec<f64>]) -> Self {
        let problems = metrics.problems;
        let all: Vec<usize> = (0..problems.len()).collect();
        let found = metrics.of(&all, |i| &starts[i]);
        let descent = |(problem, start): (&Problem, &Vec<f64>)| {
            let [bins, _] = (metrics.engine).count(problem.cell, problem.without, metrics.every);
            Descent::new(
                start.clone(),
                problem.quadratic.clone(),
                problem.groups.clone(),
                found[&problem.share].clone(),
                metrics.controls.goal,
                bins,
            )
        };
        Self {
            descents: problems.iter().zip(starts).map(descent).collect(),
            left_out: vec![[0.0; 3]; problems.len()],
            passes: 0,
            renewed_at: 0,
            metrics,
        }
    }

    /// Problems that are not yet solved.
    fn active(&self) -> Vec<usize> {
        let all = 0..self.descents.len();
        all.filter(|&i| self.descents[i].end.is_none()).collect()
    }

    /// Evaluates the trials of problems in one pass over the data, and lets each descent take its own.
    fn advance(&mut self, active: &[usize]) {
        let (engine, problems) = (self.metrics.engine, self.metrics.problems);
        let rows = engine.features.layout.rows();
        let spread: Vec<Vec<f64>> = (active.iter())
            .map(|&i| problems[i].spread(self.descents[i].trial(), rows))
            .collect();
        let points: Vec<Point<'_>> = (active.iter().zip(&spread))
            .map(|(&i, coefficients)| problems[i].point(coefficients))
            .collect();
        let pass = Pass {
            wanted: self.metrics.wanted,
            gradient: true,
            every: self.metrics.every,
        };
        let sums = engine.evaluate(&points, pass);
        for (&i, sums) in active.iter().zip(&sums) {
            let state = |one: &Descent| (one.steps, one.objective.is_infinite());
            let before = state(&self.descents[i]);
            give(&problems[i], &mut self.descents[i], sums);
            if state(&self.descents[i]) != before {
                self.left_out[i] = [sums.left_out_loss, sums.left_out_bins, sums.left_out_spikes];
            }
        }
        self.passes += 1;
    }

    /// What is told of a pass.
    fn step(&self, left: usize) -> Step {
        let largest = self.descents.iter().map(|one| one.largest);
        Step {
            passes: self.passes,
            left,
            of: self.descents.len(),
            largest: largest.fold(0.0, f64::max),
        }
    }

    /// Makes metrics anew, each time after twice as many passes as the last.
    fn renew_metrics(&mut self, active: &[usize]) {
        if self.metrics.controls.hessians.is_some() || active.is_empty() {
            return;
        }
        let patience = LEAST_PASSES.max(self.metrics.cost_in_passes(active));
        if self.passes - self.renewed_at < patience.max(self.renewed_at) {
            return;
        }
        self.renewed_at = self.passes;
        let renewed = self.metrics.of(active, |i| &self.descents[i].x);
        for &i in active {
            let metric = &renewed[&self.metrics.problems[i].share];
            self.descents[i].change_metric(metric.clone());
        }
    }

    fn finish(self) -> Vec<Solution> {
        self.descents
            .into_iter()
            .zip(self.left_out)
            .map(solution)
            .collect()
    }
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
