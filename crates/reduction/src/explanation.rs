//! The circuits behind one cell's responses, and how far they can be trusted.

use std::ops::Range;

use ganglion_experiment::{CellOutcome, PreparedExperiment, StimulusMovie};
use ganglion_recording::CellIndex;

use crate::assemble::{Title, assemble};
use crate::candidate::{Candidate, candidates};
use crate::causal::{Effect, lesioned};
use crate::channel::{ChannelAttribution, channel_attributions};
use crate::circuit::Circuit;
use crate::control::{Shuffled, shuffled};
use crate::effective::{EffectiveForm, effective_form};
use crate::error::Error;
use crate::fitted_form::{FittedForm, Search, WIDER, WIDTH};
use crate::held_out::{HeldOut, Split, held_out};
use crate::hypothesis::{Hypothesis, Knowledge, evaluate};
use crate::identified_candidate::with_identified;
use crate::lesion::lesions;
use crate::planting::Planting;
use crate::problem::Problem;
use crate::reduce::Reducer;
use crate::selection::{Choice, Curve, Knee, Reason, Step};
use crate::sweep::Sweep;

/// Everything that was found about one cell.
pub struct Explanation {
    /// The full network's headline metric.
    pub metric: f64,
    /// What each channel adds over the sweep.
    pub channels: Vec<ChannelAttribution>,
    /// Cell types that the circuit was chosen from, the most important first; identified pathways, if
    /// `search.identified`, come last.
    pub candidates: Vec<Candidate>,
    /// Form 1: sums of effective weights.
    pub effective: EffectiveForm,
    /// Form 2: fitted circuits of one pathway, two, and so on; members are candidates.
    pub curve: Curve,
    /// Which of them was chosen, and why.
    pub choice: Choice,
    /// How its fit differs from the best by plain least squares.
    pub search: Search,
    /// The circuit chosen.
    pub circuit: Circuit,
    /// Its rates `[sample]`, Hz.
    pub rates: Vec<f64>,
    /// Samples of each condition.
    pub samples: Vec<Range<usize>>,
    /// The full network's rates `[sample]`, Hz.
    pub full_rates: Vec<f64>,
    /// The experiment on the circuit.
    pub outcome: CellOutcome,
    /// Whether the circuit meets all that was asked for.
    pub good_enough: bool,
    /// The circuit fitted without part of the sweep; absent if the sweep has one value only.
    pub held_out: Option<HeldOut>,
    /// The full network with parts silenced.
    pub effects: Vec<Effect>,
    /// Channels chosen by shuffled attributions.
    pub shuffled: Shuffled,
    /// Claims of the literature tested on this cell.
    pub hypotheses: Vec<Hypothesis>,
    /// The circuit beside the planted one, where that is known.
    pub planting: Option<Planting>,
    /// Largest completeness gap of the attributions, Hz.
    pub completeness_gap: f64,
}

/// Measures a phenomenon on one cell's rates.
pub struct Judge<'a> {
    /// The experiment.
    pub experiment: &'a PreparedExperiment,
    /// Where its movies lie among the samples.
    pub sweep: &'a Sweep,
    /// The cell.
    pub cell: CellIndex,
}

impl Judge<'_> {
    /// What rates `[sample]` say about the phenomenon.
    ///
    /// # Errors
    /// If they cannot be measured.
    pub fn outcome(&self, rates: &[f64]) -> Result<CellOutcome, Error> {
        let rates = self.sweep.rates(rates);
        Ok(self
            .experiment
            .measure(&rates, &[self.cell])?
            .cells
            .remove(0))
    }

    /// A step with the phenomenon measured on its rates.
    ///
    /// # Errors
    /// If they cannot be measured.
    pub fn measured(&self, step: Step, rates: &[f64]) -> Result<Step, Error> {
        let outcome = self.outcome(rates)?;
        let metric = outcome.metrics.get(self.experiment.config().headline());
        Ok(Step {
            metric: Some(metric),
            present: Some(outcome.present),
            ..step
        })
    }
}

/// Explains one cell, the `index`th of the sweep; nothing if no channel moves it.
pub(crate) fn explain(
    reducer: &Reducer<'_>,
    experiment: &PreparedExperiment,
    movies: &[StimulusMovie],
    sweep: &Sweep,
    index: usize,
    cell: CellIndex,
) -> Result<Option<Explanation>, Error> {
    let data = &sweep.cells[index];
    let candidates = candidates(reducer.subject, sweep, data, reducer.config);
    if candidates.is_empty() {
        return Ok(None);
    }
    let judge = Judge {
        experiment,
        sweep,
        cell,
    };
    let full = judge.outcome(&data.response)?;
    let metric = full.metrics.get(experiment.config().headline());
    let knee = Knee {
        correlation: reducer.config.correlation,
        metric_tolerance: reducer.config.metric_tolerance,
        least_gain: reducer.config.least_gain,
        metric: Some(metric).filter(|_| full.present),
        present: full.present,
    };
    let effective = effective_form(&judge, data, &candidates, &knee)?;
    let mut problem = Problem::new(&candidates, data, reducer);
    let mut fitted = FittedForm::new(&mut problem, &judge, &knee, (reducer.config, WIDTH))?;
    let of_channels = candidates.len();
    let all = match reducer.wants_identified(&fitted, &knee, sweep) {
        true => with_identified(reducer, movies, sweep, &candidates, cell)?,
        false => Vec::new(),
    };
    if !all.is_empty() {
        let mut wider = Problem::new(&all, data, reducer);
        let form = FittedForm::new(&mut wider, &judge, &knee, (reducer.config, WIDER))?;
        if form.choice.reason == Reason::GoodEnough {
            (fitted, problem) = (form.of_identified(of_channels), wider);
        }
    }
    let candidates = problem.candidates;
    let chosen = &fitted.fits[fitted.choice.step];
    let shares = problem.shares(&chosen.fit);
    let title = Title {
        phenomenon: experiment.config().name(),
        cell,
        source: &reducer.source,
    };
    let invariance = sweep.invariance;
    let fit = (&chosen.fit, &shares[..], chosen.correlation);
    let circuit = assemble(reducer.subject, candidates, invariance, fit, &title);
    let held_out = match Split::new(experiment, sweep) {
        Some(split) => Some(held_out(&problem, &judge, &split, &chosen.fit.members)?),
        None => None,
    };
    let lesions = lesions(&circuit, &candidates[..of_channels], sweep.channels());
    let effects = lesioned(reducer.subject, experiment, movies, cell, &lesions)?;
    let rates = fitted.rates[fitted.choice.step].clone();
    let good_enough = knee.is_good_enough(&fitted.curve.steps[fitted.choice.step]);
    let knowledge = Knowledge {
        experiment,
        sweep,
        circuit: &circuit,
        good_enough,
        candidates,
        data,
        effects: &effects,
        knee: &knee,
        drives: problem.drives_of(&circuit, &chosen.fit),
    };
    let hypotheses = evaluate(&knowledge);
    Ok(Some(Explanation {
        metric,
        channels: channel_attributions(reducer.subject, sweep, data, &circuit),
        shuffled: shuffled(data, sweep, &effective, reducer.config),
        outcome: judge.outcome(&rates)?,
        good_enough,
        effective,
        choice: fitted.choice,
        search: fitted.search,
        curve: fitted.curve,
        circuit,
        rates,
        samples: sweep.movies.clone(),
        full_rates: data.response.clone(),
        held_out,
        effects,
        hypotheses,
        planting: None,
        completeness_gap: data.completeness_gap,
        candidates: candidates.to_vec(),
    }))
}
