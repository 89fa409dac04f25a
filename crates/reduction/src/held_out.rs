//! Circuits judged on stimuli that they were not fitted to.

use ganglion_experiment::{CellOutcome, Condition, PreparedExperiment};
use serde::Serialize;

use crate::correlation::correlation;
use crate::error::Error;
use crate::explanation::Judge;
use crate::problem::Problem;
use crate::sweep::Sweep;

/// Every second value of what a sweep varies (periods, contrasts, positions, speeds), and the rest.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// What is varied, such as `period (ms)`.
    pub varied: String,
    /// Values that the fit does not see.
    pub held_out_values: Vec<f64>,
    /// Samples of the fit.
    pub fitted: Vec<usize>,
    /// Samples that the fit does not see.
    pub held_out: Vec<usize>,
}

/// What a circuit that was chosen and fitted on part of a sweep does on the rest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeldOut {
    /// What is varied.
    pub varied: String,
    /// Values that the fit did not see.
    pub values: Vec<f64>,
    /// Pathways of the circuit: candidates.
    pub members: Vec<usize>,
    /// Correlation with the full response over the samples of the fit.
    pub fitted_correlation: Option<f64>,
    /// Correlation with the full response over the values held out.
    pub correlation: Option<f64>,
    /// The experiment on the circuit's rates over the whole sweep.
    pub outcome: CellOutcome,
    /// The headline metric of that circuit.
    pub metric: Option<f64>,
}

impl Split {
    /// Splits a sweep by the first parameter of its conditions that has at least three values; the
    /// ends stay in the fit, so that what is held out is never extrapolated. None if no parameter
    /// has as many.
    pub fn new(experiment: &PreparedExperiment, sweep: &Sweep) -> Option<Self> {
        let conditions = experiment.conditions();
        let parameters = conditions
            .iter()
            .flat_map(|condition| &condition.parameters);
        let (parameter, held_out_values) = parameters
            .map(|parameter| (parameter, every_second(conditions, parameter.name)))
            .find(|(_, values)| !values.is_empty())?;
        let is_held_out = |condition: usize| {
            value(&conditions[condition], parameter.name)
                .is_some_and(|value| held_out_values.contains(&value))
        };
        let samples = |wanted: bool| -> Vec<usize> {
            let movies = sweep.movies.iter().enumerate();
            let chosen = movies.filter(|(condition, _)| is_held_out(*condition) == wanted);
            chosen.flat_map(|(_, range)| range.clone()).collect()
        };
        Some(Self {
            varied: format!("{} ({})", parameter.name, parameter.unit),
            fitted: samples(false),
            held_out: samples(true),
            held_out_values,
        })
    }
}

/// Value of a parameter of a condition, where the condition has it.
fn value(condition: &Condition, name: &str) -> Option<f64> {
    let mut parameters = condition.parameters.iter();
    parameters
        .find(|parameter| parameter.name == name)
        .map(|parameter| parameter.value)
}

/// Every second value of a parameter between its ends, rising.
fn every_second(conditions: &[Condition], name: &str) -> Vec<f64> {
    let mut values: Vec<f64> = conditions
        .iter()
        .filter_map(|condition| value(condition, name))
        .collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let last = values.len().saturating_sub(1);
    (1..last).step_by(2).map(|index| values[index]).collect()
}

/// Fits the pathways of a circuit again on part of the sweep.
pub(crate) fn held_out(
    problem: &Problem<'_>,
    judge: &Judge<'_>,
    split: &Split,
    members: &[usize],
) -> Result<HeldOut, Error> {
    let rates = &problem.refitted(members, &split.fitted);
    let full = problem.rates();
    let over = |samples: &[usize]| {
        let of = |values: &[f64]| -> Vec<f64> { samples.iter().map(|&s| values[s]).collect() };
        correlation(&of(rates), &of(full))
    };
    let outcome = judge.outcome(rates)?;
    let metric = outcome.metrics.get(judge.experiment.config().headline());
    Ok(HeldOut {
        varied: split.varied.clone(),
        values: split.held_out_values.clone(),
        members: members.to_vec(),
        fitted_correlation: over(&split.fitted),
        correlation: over(&split.held_out),
        metric: Some(metric).filter(|metric| metric.is_finite()),
        outcome,
    })
}
