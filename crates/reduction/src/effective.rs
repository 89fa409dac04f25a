//! Form 1 of the reduced model: sums of effective weights.

use ganglion_attribution::Sign;
use ganglion_numerics::Gram;
use serde::Serialize;

use crate::candidates::Candidate;
use crate::config::ReductionConfig;
use crate::error::Error;
use crate::fit::price::Priced;
use crate::fit::selection::{
    Choice, SelectionCurve, SelectionStep, backward, best, forward, ranked,
};
use crate::judge::Judge;
use crate::sweep::CellSweep;

/// `r_red(t) = r_0 + sum over the kept terms of G(s(t)) (W * s)(t)`: with all terms exactly the full
/// network, to the attribution's completeness gap.
#[derive(Clone, Debug, Serialize)]
pub struct EffectiveForm {
    /// Channels kept, for every number of them, by the better of forward selection and backward
    /// elimination, with the phenomenon measured on each.
    pub channels: SelectionCurve,
    /// Channels in the order of their mean attribution.
    pub ranked: SelectionCurve,
    /// Channels by forward selection alone.
    pub forward: SelectionCurve,
    /// Channels by backward elimination alone.
    pub backward: SelectionCurve,
    /// Cell types (indices of candidates) kept, with the phenomenon measured on each.
    pub types: SelectionCurve,
    /// The number of cell types chosen, and why.
    pub choice: Choice,
    /// Channels and columns kept, for every number of them up to the first that follows the
    /// response as closely as asked for; absent for full-field stimuli.
    pub terms: Option<SelectionCurve>,
    /// Channels times columns.
    pub all_terms: usize,
    /// Mean size of each channel's attribution, Hz.
    pub importance: Vec<f64>,
}

/// Reduces the effective weights of one cell.
pub(crate) fn effective_form(
    judge: &Judge<'_>,
    cell: &CellSweep,
    candidates: &[Candidate],
    config: &ReductionConfig,
) -> Result<EffectiveForm, Error> {
    let (price, correlation) = (config.price(), config.correlation);
    let sweep = judge.sweep;
    let columns = sweep.columns();
    let of_channel = |channel: usize| cell.channel(channel, columns);
    let channels: Vec<Vec<f64>> = (0..sweep.channels()).map(of_channel).collect();
    let types: Vec<Vec<f64>> = (candidates.iter())
        .map(|candidate| summed(&channels, &candidate.channels))
        .collect();
    let gram = Gram::new(&channels, &cell.response);
    let importance: Vec<f64> = (0..sweep.channels())
        .map(|channel| cell.importance(channel, columns))
        .collect();
    let types_gram = Gram::new(&types, &cell.response);
    let price = |members: &[usize]| {
        let priced = members.iter().map(|&member| Priced {
            excites: candidates[member].sign == Sign::Excitatory,
            at_rest: false,
        });
        price.of(priced)
    };
    let mut types = measured(judge, cell, &types, best(&types_gram))?;
    for step in &mut types.steps {
        step.cost = step.cost.map(|left| left + price(&step.members));
    }
    Ok(EffectiveForm {
        channels: measured(judge, cell, &channels, best(&gram))?,
        ranked: ranked(&gram, &importance),
        forward: forward(&gram),
        backward: backward(&gram),
        choice: Choice::cheapest(&types.steps).expect("a cell has at least one candidate"),
        types,
        terms: (columns > 1).then(|| terms(cell, correlation)),
        all_terms: cell.terms.len(),
        importance,
    })
}

/// Channel and column terms, forward, until the response is followed closely enough.
fn terms(cell: &CellSweep, correlation: f64) -> SelectionCurve {
    let gram = Gram::new(&cell.terms, &cell.response);
    let mut curve = forward(&gram);
    let enough = curve
        .steps
        .iter()
        .position(|step| step.correlation >= correlation);
    curve
        .steps
        .truncate(enough.map_or(curve.steps.len(), |last| last + 1));
    curve
}

fn measured(
    judge: &Judge<'_>,
    cell: &CellSweep,
    terms: &[Vec<f64>],
    curve: SelectionCurve,
) -> Result<SelectionCurve, Error> {
    let steps = curve.steps.into_iter().map(|step| {
        let sum = summed(terms, &step.members);
        let rates: Vec<f64> = sum.iter().map(|value| cell.resting_rate + value).collect();
        let step = SelectionStep {
            cost: Some(unexplained(&rates, &cell.response)),
            ..step
        };
        judge.measured(step, &rates)
    });
    Ok(SelectionCurve {
        steps: steps.collect::<Result<_, _>>()?,
    })
}

/// Squared differences over the variation of the response around its mean.
fn unexplained(rates: &[f64], response: &[f64]) -> f64 {
    let mean = response.iter().sum::<f64>() / response.len().max(1) as f64;
    let variation: f64 = response.iter().map(|rate| (rate - mean).powi(2)).sum();
    let pairs = rates.iter().zip(response);
    let left: f64 = pairs.map(|(found, rate)| (found - rate).powi(2)).sum();
    left / variation.max(f64::MIN_POSITIVE)
}

fn summed(terms: &[Vec<f64>], members: &[usize]) -> Vec<f64> {
    let samples = terms.first().map_or(0, Vec::len);
    let sum = |sample: usize| members.iter().map(|&term| terms[term][sample]).sum();
    (0..samples).map(sum).collect()
}
