//! The way of one model to its optimum.

use std::collections::VecDeque;
use std::sync::Arc;

use ganglion_numerics::{CholeskyFactor, dot};

use crate::group_lasso::{Groups, Reduced};
use crate::quadratic::Quadratic;

/// Steps that are remembered.
const MEMORY: usize = 12;
/// Share of the slope that a step must gain, and of its size that the slope must lose.
const GAIN: f64 = 1e-4;
/// Relative noise of a loss, in single precision.
const NOISE: f64 = 1e-7;
/// Trials of one step at most.
const TRIALS: usize = 40;
/// Steps without a smaller gradient after which, this near the minimum, the precision of the numbers is reached.
const PATIENCE: usize = 10;

/// How a fit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Converged,
    /// No step lowers the loss any more: the precision of the numbers is reached.
    Stalled,
    TooManySteps,
}

/// When a model counts as found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goal {
    /// Largest derivative of the mean loss.
    pub(crate) gradient: f64,
    /// Distance of the summed loss from its minimum, as its quadratic approximation has it, nats.
    pub(crate) gap: f64,
    pub(crate) steps: usize,
}

/// What is known of the loss nearby: an approximation of its Hessian, and its factor.
#[derive(Clone)]
pub(crate) struct Metric {
    pub(crate) factor: Arc<CholeskyFactor>,
    /// What a group lasso needs besides.
    pub(crate) reduced: Option<Arc<Reduced>>,
}

/// A minimisation by quasi-Newton steps: the limited-memory BFGS method, whose first metric is an approximate
/// Hessian of the bins' sample, with a line search. Under a group lasso, proximal Newton steps in that metric.
///
/// The loss is convex, so that a point where the derivatives vanish is the minimum.
///
/// Sources: Nocedal & Wright 2006, *Numerical Optimization*, algorithms 7.4 and 3.5; Hager & Zhang 2005, SIAM J.
/// Optim. 16:170 (a test of steps that is exact near the minimum); Lee, Sun & Saunders 2014, SIAM J. Optim.
/// 24:1420 (proximal Newton).
pub(crate) struct Descent {
    quadratic: Arc<Quadratic>,
    groups: Option<Arc<Groups>>,
    metric: Metric,
    goal: Goal,
    bins: f64,
    /// The best point so far, with its objective, the smooth part's gradient.
    pub(crate) x: Vec<f64>,
    pub(crate) objective: f64,
    pub(crate) gradient: Vec<f64>,
    /// Mean loss without penalties.
    pub(crate) loss: f64,
    trial: Vec<f64>,
    direction: Vec<f64>,
    step: f64,
    slope: f64,
    trials: usize,
    past: VecDeque<[Vec<f64>; 2]>,
    pub(crate) steps: usize,
    pub(crate) largest: f64,
    /// The smallest gradient so far, and steps since.
    smallest: (f64, usize),
    pub(crate) gap: f64,
    pub(crate) end: Option<End>,
}

impl Descent {
    pub(crate) fn new(
        x: Vec<f64>,
        quadratic: Arc<Quadratic>,
        groups: Option<Arc<Groups>>,
        metric: Metric,
        goal: Goal,
        bins: f64,
    ) -> Self {
        Self {
            quadratic,
            groups,
            metric,
            goal,
            bins,
            trial: x.clone(),
            x,
            objective: f64::INFINITY,
            gradient: Vec::new(),
            loss: f64::INFINITY,
            direction: Vec::new(),
            step: 0.0,
            slope: 0.0,
            trials: 0,
            past: VecDeque::new(),
            steps: 0,
            largest: f64::INFINITY,
            smallest: (f64::INFINITY, 0),
            gap: f64::INFINITY,
            end: None,
        }
    }

    /// Bins that the loss is a mean of.
    pub(crate) fn bins(&self) -> f64 {
        self.bins
    }

    /// Coefficients to evaluate next.
    pub(crate) fn trial(&self) -> &[f64] {
        &self.trial
    }

    /// Takes another metric, and forgets what was learnt in the old one.
    pub(crate) fn change_metric(&mut self, metric: Metric) {
        self.metric = metric;
        self.past.clear();
        if self.end.is_none() && !self.gradient.is_empty() {
            self.choose_direction();
        }
    }

    /// Takes the mean loss at the trial and its derivatives.
    pub(crate) fn receive(&mut self, loss: f64, mut gradient: Vec<f64>) {
        let roughness = self.quadratic.times(&self.trial);
        let lasso = self
            .groups
            .as_ref()
            .map_or(0.0, |groups| groups.penalty(&self.trial));
        let objective = loss + 0.5 * dot(&roughness, &self.trial) + lasso;
        gradient
            .iter_mut()
            .zip(&roughness)
            .for_each(|(sum, value)| *sum += value);
        if self.gradient.is_empty() {
            self.accept(objective, loss, gradient);
            return;
        }
        let finite = objective.is_finite() && gradient.iter().all(|value| value.is_finite());
        if finite && self.is_good(objective, &gradient) {
            self.remember(&gradient);
            self.steps += 1;
            self.accept(objective, loss, gradient);
            return;
        }
        self.trials += 1;
        if self.trials > TRIALS {
            self.end = Some(End::Stalled);
            return;
        }
        let slope = if finite {
            dot(&gradient, &self.direction)
        } else {
            f64::INFINITY
        };
        // Where a straight line through both slopes is level.
        let share = if slope > 0.0 && self.groups.is_none() {
            (-self.slope / (slope - self.slope)).clamp(0.1, 0.7)
        } else {
            0.5
        };
        self.step *= if finite { share } else { 0.1 };
        self.set_trial();
    }

    fn is_good(&self, objective: f64, gradient: &[f64]) -> bool {
        let expected = self.step * self.slope;
        if objective <= self.objective + GAIN * expected {
            return true;
        }
        // So near that the difference of two losses is noise: by the slopes.
        let noise = NOISE * self.objective.abs();
        let near = objective <= self.objective + noise;
        near && (self.groups.is_some() || dot(gradient, &self.direction) <= -0.8 * self.slope)
    }

    fn remember(&mut self, gradient: &[f64]) {
        let moved: Vec<f64> = self.trial.iter().zip(&self.x).map(|(a, b)| a - b).collect();
        let turned: Vec<f64> = gradient
            .iter()
            .zip(&self.gradient)
            .map(|(a, b)| a - b)
            .collect();
        let product = dot(&moved, &turned);
        if product > 1e-10 * dot(&turned, &turned).sqrt() * dot(&moved, &moved).sqrt() {
            self.past.push_back([moved, turned]);
            if self.past.len() > MEMORY {
                self.past.pop_front();
            }
        }
    }

    fn accept(&mut self, objective: f64, loss: f64, gradient: Vec<f64>) {
        self.x.copy_from_slice(&self.trial);
        (self.objective, self.loss, self.gradient) = (objective, loss, gradient);
        self.choose_direction();
    }

    /// Chooses the next step, unless the point is good enough.
    fn choose_direction(&mut self) {
        self.trials = 0;
        match self.groups.clone() {
            None => self.quasi_newton(),
            Some(groups) => self.proximal(&groups),
        }
        match self.largest < 0.7 * self.smallest.0 {
            true => self.smallest = (self.largest, 0),
            false => self.smallest.1 += 1,
        }
        if self.largest <= self.goal.gradient && self.gap <= self.goal.gap {
            self.end = Some(End::Converged);
        } else if self.gap <= self.goal.gap && self.smallest.1 > PATIENCE {
            self.end = Some(End::Stalled);
        } else if self.steps >= self.goal.steps {
            self.end = Some(End::TooManySteps);
        } else if self.slope.is_nan() || self.slope >= 0.0 {
            self.end = Some(End::Stalled);
        }
        self.step = 1.0;
        self.set_trial();
    }

    fn quasi_newton(&mut self) {
        self.largest = self
            .gradient
            .iter()
            .fold(0.0, |most, value| most.max(value.abs()));
        let mut direction = self.gradient.clone();
        let mut shares = Vec::new();
        for [moved, turned] in self.past.iter().rev() {
            let share = dot(moved, &direction) / dot(moved, turned);
            add(&mut direction, -share, turned);
            shares.push(share);
        }
        let mut direction = self.metric.factor.solve(&direction);
        for ([moved, turned], share) in self.past.iter().zip(shares.iter().rev()) {
            let other = dot(turned, &direction) / dot(moved, turned);
            add(&mut direction, share - other, moved);
        }
        direction.iter_mut().for_each(|value| *value = -*value);
        self.slope = dot(&direction, &self.gradient);
        self.gap = -0.5 * self.slope * self.bins;
        self.direction = direction;
    }

    fn proximal(&mut self, groups: &Groups) {
        self.largest = groups.residual(&self.x, &self.gradient);
        let reduced = self.metric.reduced.as_ref().expect("a metric for groups");
        self.direction = reduced.direction(groups, &self.x, &self.gradient);
        let end: Vec<f64> = self
            .x
            .iter()
            .zip(&self.direction)
            .map(|(a, b)| a + b)
            .collect();
        self.slope =
            dot(&self.direction, &self.gradient) + groups.penalty(&end) - groups.penalty(&self.x);
        self.gap = -0.5 * self.slope * self.bins;
    }

    fn set_trial(&mut self) {
        self.trial.copy_from_slice(&self.x);
        add(&mut self.trial, self.step, &self.direction);
    }
}

fn add(target: &mut [f64], factor: f64, values: &[f64]) {
    for (target, value) in target.iter_mut().zip(values) {
        *target += factor * value;
    }
}
