//! Circuits judged on stimuli that they were not fitted to.

use ganglion_experiment::{CellOutcome, Condition, PreparedExperiment};
use ganglion_numerics::correlation;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::fit::Structure;
use crate::fit::problem::FitProblem;
use crate::judge::Judge;
use crate::sweep::Sweep;

/// What a sweep varies (periods, contrasts, positions, speeds), dealt out to turns: in each, every
/// second value between the ends is held out, so that every one of them is held out once.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOutSplit {
    /// What is varied, such as `period (ms)`.
    pub varied: String,
    /// One turn, or two.
    pub turns: Vec<Turn>,
}

/// Which values one fit does not see.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// Values that the fit does not see.
    pub values: Vec<f64>,
    /// Samples of the fit.
    pub fitted: Vec<usize>,
    /// Samples that the fit does not see.
    pub held_out: Vec<usize>,
}

/// What a circuit does on values of the sweep that it was not fitted to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldOut {
    /// What is varied.
    pub varied: String,
    /// Values that were held out, rising: each by one of the turns.
    #[serde(deserialize_with = "crate::number::all_or_nan")]
    pub values: Vec<f64>,
    /// Correlation with the full response over all values held out, each answered by the fit that
    /// did not see it. The circuit's pathways stay; all their parameters are fitted again.
    pub correlation: Option<f64>,
    /// The headline metric of the same rates, and of a fit at the ends, which are never held out.
    pub metric: Option<f64>,
    /// The experiment on them.
    pub outcome: CellOutcome,
    /// The turns one by one.
    pub turns: Vec<TurnOutcome>,
}

/// What one fit to a part of the sweep does, and what is chosen on that part alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TurnOutcome {
    /// Values that the fit did not see.
    #[serde(deserialize_with = "crate::number::all_or_nan")]
    pub values: Vec<f64>,
    /// Correlation with the full response over them.
    pub correlation: Option<f64>,
    /// Channels of the pathways that are chosen when the choice sees no more than the fit.
    pub chosen_again: Vec<Vec<usize>>,
    /// Whether they and their signs are the circuit's.
    pub same: bool,
    /// Correlation of the circuit chosen so over the values that it did not see.
    pub chosen_again_correlation: Option<f64>,
}

impl HeldOutSplit {
    /// Splits a sweep by the first parameter of its conditions that has at least three values; the
    /// ends stay in every fit, so that what is held out is never extrapolated. None if no parameter
    /// has as many.
    pub fn new(experiment: &PreparedExperiment, sweep: &Sweep) -> Option<Self> {
        let conditions = experiment.conditions();
        let parameters = conditions
            .iter()
            .flat_map(|condition| &condition.parameters);
        let (parameter, values) = parameters
            .map(|parameter| (parameter, between_ends(conditions, parameter.name)))
            .find(|(_, values)| !values.is_empty())?;
        let turn = |first: usize| {
            let values: Vec<f64> = values.iter().skip(first).step_by(2).copied().collect();
            let is_held_out = |condition: usize| {
                value(&conditions[condition], parameter.name)
                    .is_some_and(|value| values.contains(&value))
            };
            let samples = |wanted: bool| -> Vec<usize> {
                let movies = sweep.movies.iter().enumerate();
                let chosen = movies.filter(|(condition, _)| is_held_out(*condition) == wanted);
                chosen.flat_map(|(_, range)| range.clone()).collect()
            };
            Turn {
                fitted: samples(false),
                held_out: samples(true),
                values,
            }
        };
        Some(Self {
            varied: format!("{} ({})", parameter.name, parameter.unit),
            turns: (0..values.len().min(2)).map(turn).collect(),
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

/// Values of a parameter between its ends, rising.
fn between_ends(conditions: &[Condition], name: &str) -> Vec<f64> {
    let mut values: Vec<f64> = conditions
        .iter()
        .filter_map(|condition| value(condition, name))
        .collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let last = values.len().saturating_sub(1);
    values.get(1..last).map_or_else(Vec::new, <[f64]>::to_vec)
}

/// Fits the pathways of a circuit again in every turn, and chooses again.
pub(crate) fn held_out(
    problem: &FitProblem<'_>,
    judge: &Judge<'_>,
    split: &HeldOutSplit,
    structure: &Structure,
) -> Result<HeldOut, Error> {
    let full = problem.rates();
    let over = |rates: &[f64], samples: &[usize]| {
        let of = |values: &[f64]| -> Vec<f64> { samples.iter().map(|&s| values[s]).collect() };
        correlation(&of(rates), &of(full))
    };
    let mut answered = vec![0.0; full.len()];
    let mut turns = Vec::with_capacity(split.turns.len());
    for (place, turn) in split.turns.iter().enumerate() {
        let fitter = problem.fitter_of(&turn.fitted);
        let rates = fitter.rates(&fitter.refitted(structure));
        if place == 0 {
            answered.clone_from(&rates);
        }
        turn.held_out
            .iter()
            .for_each(|&sample| answered[sample] = rates[sample]);
        let again = fitter.best_of(structure.members.len());
        let again = again.expect("there are as many candidates");
        turns.push(TurnOutcome {
            values: turn.values.clone(),
            correlation: over(&rates, &turn.held_out),
            same: again.structure == *structure,
            chosen_again: problem.channels_of(&again.structure),
            chosen_again_correlation: over(&fitter.rates(&again), &turn.held_out),
        });
    }
    let samples: Vec<usize> = split
        .turns
        .iter()
        .flat_map(|turn| turn.held_out.clone())
        .collect();
    let mut values: Vec<f64> = split
        .turns
        .iter()
        .flat_map(|turn| turn.values.clone())
        .collect();
    values.sort_by(f64::total_cmp);
    let outcome = judge.outcome(&answered)?;
    let metric = outcome.metrics.get(judge.primary());
    Ok(HeldOut {
        varied: split.varied.clone(),
        values,
        correlation: over(&answered, &samples),
        metric: Some(metric).filter(|metric| metric.is_finite()),
        outcome,
        turns,
    })
}
