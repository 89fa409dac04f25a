//! The circuits behind one cell's responses, and how far they can be trusted.

use std::ops::Range;

use ganglion_experiment::{CellOutcome, PreparedExperiment, StimulusMovie};
use ganglion_recording::CellIndex;

use crate::assemble::{Title, assemble};
use crate::candidate::{Candidate, candidates};
use crate::causal::{Effect, lesioned};
use crate::channel::{ChannelAttribution, channel_attributions};
use crate::circuit::{Circuit, Pathway};
use crate::config::ReductionConfig;
use crate::control::{Shuffled, shuffled};
use crate::effective::{EffectiveForm, effective_form};
use crate::error::Error;
use crate::fit::{Drive, Fit, FitCurve, FitOptions, Fitter, Samples, select};
use crate::held_out::{HeldOut, Split, held_out};
use crate::hypothesis::{Hypothesis, Knowledge, evaluate};
use crate::lesion::lesions;
use crate::planting::Planting;
use crate::reduce::Reducer;
use crate::selection::{Choice, Curve, Knee, Reason, Step};
use crate::sweep::{CellSweep, Sweep};

/// Everything that was found about one cell.
pub struct Explanation {
    /// The full network's headline metric.
    pub metric: f64,
    /// What each channel adds over the sweep.
    pub channels: Vec<ChannelAttribution>,
    /// Cell types that the circuit was chosen from, the most important first.
    pub candidates: Vec<Candidate>,
    /// Form 1: sums of effective weights.
    pub effective: EffectiveForm,
    /// Form 2: fitted circuits of one pathway, two, and so on; members are candidates.
    pub curve: Curve,
    /// Which of them was chosen, and why.
    pub choice: Choice,
    /// Least range of a condition's responses, as a share of the largest, that its residuals were
    /// scaled by in the fit: 1 is plain least squares.
    pub emphasis: f64,
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

/// What fits of one cell share.
pub struct Problem<'a> {
    /// Candidates for pathways.
    pub candidates: &'a [Candidate],
    drives: Vec<Drive>,
    pools: Vec<[f64; 2]>,
    rates: Vec<f64>,
    weights: Vec<f64>,
    options: FitOptions,
    tonic: bool,
}

impl<'a> Problem<'a> {
    fn new(candidates: &'a [Candidate], cell: &CellSweep, reducer: &Reducer<'_>) -> Self {
        let pool = |candidate: &Candidate| {
            [
                candidate.extent.centre[1],
                candidate.extent.sd[1].max(0.5).ln(),
            ]
        };
        Self {
            candidates,
            drives: candidates
                .iter()
                .map(|candidate| candidate.drive.clone())
                .collect(),
            pools: candidates.iter().map(pool).collect(),
            rates: cell.response.clone(),
            weights: vec![1.0; cell.response.len()],
            tonic: reducer.config.tonic,
            options: FitOptions {
                steps: 120,
                starts: reducer.config.starts,
                seed: reducer.config.seed,
            },
        }
    }

    /// Scales the residuals of each condition by the range of its responses, see [`EMPHASES`].
    fn emphasise(&mut self, least_range: f64, conditions: &[Range<usize>]) {
        self.weights = weights(&self.rates, conditions, least_range);
    }

    /// The best circuits of up to `most` pathways, fitted to some samples or all.
    pub fn select(&self, fitted: Option<&[usize]>, most: usize) -> (FitCurve, Vec<Vec<f64>>) {
        let samples = Samples {
            rates: self.rates.clone(),
            weights: self.weights.clone(),
            fitted: fitted.map_or_else(|| (0..self.rates.len()).collect(), <[usize]>::to_vec),
        };
        let fitter = self.fitter(&samples);
        let curve = select(&fitter, most, &self.options);
        let rates = curve
            .steps
            .iter()
            .map(|step| fitter.rates(&step.fit))
            .collect();
        (curve, rates)
    }

    /// Departure of each pathway's weighted drive from rest, in the circuit's order,
    /// `[pathway][sample]`.
    fn drives_of(&self, circuit: &Circuit, fit: &Fit) -> Vec<Vec<f64>> {
        let samples = Samples {
            rates: self.rates.clone(),
            weights: self.weights.clone(),
            fitted: Vec::new(),
        };
        let drives = self.fitter(&samples).departures(fit);
        let place = |pathway: &Pathway| {
            let of = |member: &usize| self.candidates[*member].channels == pathway.channels;
            fit.members
                .iter()
                .position(of)
                .expect("pathways are members of the fit")
        };
        circuit
            .pathways
            .iter()
            .map(|pathway| drives[place(pathway)].clone())
            .collect()
    }

    fn fitter<'b>(&'b self, samples: &'b Samples) -> Fitter<'b> {
        Fitter {
            drives: &self.drives,
            pools: &self.pools,
            samples,
            tonic: self.tonic,
        }
    }

    /// The full network's rates `[sample]`, Hz.
    pub fn rates(&self) -> &[f64] {
        &self.rates
    }

    /// Mean size of each pathway's departure from rest, as a share of their sum.
    pub fn shares(&self, fit: &Fit) -> Vec<f64> {
        let samples = Samples {
            rates: self.rates.clone(),
            weights: self.weights.clone(),
            fitted: Vec::new(),
        };
        let fitter = self.fitter(&samples);
        fitter.shares(fit)
    }
}

/// Least range of a condition's rates, as a share of the largest, that its residuals are scaled by.
/// At 1, all conditions are scaled alike: plain least squares, which is tried first. The smaller it
/// is, the more weak responses count.
const EMPHASES: [f64; 3] = [1.0, 0.2, 0.05];

/// Weights `[sample]` by which conditions with weak responses count nearly as much as those with
/// strong ones: a phenomenon such as latency coding is in the weak responses as well.
fn weights(rates: &[f64], conditions: &[Range<usize>], least_range: f64) -> Vec<f64> {
    let range = |condition: &Range<usize>| {
        let values = || rates[condition.clone()].iter().copied();
        values().fold(f64::MIN, f64::max) - values().fold(f64::MAX, f64::min)
    };
    let ranges: Vec<f64> = conditions.iter().map(range).collect();
    let largest = ranges.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let weight = |range: &f64| 1.0 / (range / largest).max(least_range);
    let pairs = conditions.iter().zip(&ranges);
    pairs
        .flat_map(|(condition, range)| vec![weight(range); condition.len()])
        .collect()
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
    let fitted = emphasised_form(&mut problem, &judge, &knee, reducer.config)?;
    let chosen = &fitted.fits.steps[fitted.choice.step];
    let shares = problem.shares(&chosen.fit);
    let title = Title {
        phenomenon: experiment.config().name(),
        cell,
        source: &reducer.source,
    };
    let invariance = sweep.invariance;
    let fit = (&chosen.fit, &shares[..], chosen.correlation);
    let circuit = assemble(reducer.subject, &candidates, invariance, fit, &title);
    let count = chosen.fit.members.len();
    let held_out = match Split::new(experiment, sweep) {
        Some(split) => Some(held_out(&problem, &judge, &split, count)?),
        None => None,
    };
    let lesions = lesions(&circuit, &candidates, sweep.channels());
    let effects = lesioned(reducer.subject, experiment, movies, cell, &lesions)?;
    let rates = fitted.rates[fitted.choice.step].clone();
    let knowledge = Knowledge {
        experiment,
        sweep,
        circuit: &circuit,
        candidates: &candidates,
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
        good_enough: knee.is_good_enough(&fitted.curve.steps[fitted.choice.step]),
        effective,
        choice: fitted.choice,
        emphasis: fitted.emphasis,
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
        candidates,
    }))
}

/// Fitted circuits and the choice among them.
struct FittedForm {
    emphasis: f64,
    fits: FitCurve,
    rates: Vec<Vec<f64>>,
    curve: Curve,
    choice: Choice,
}

/// Circuits by least squares; where none of them keeps the phenomenon's metric, those of the
/// mildest emphasis on weak conditions of which one does. If there is no such emphasis, plain
/// least squares stands.
fn emphasised_form(
    problem: &mut Problem<'_>,
    judge: &Judge<'_>,
    knee: &Knee,
    config: &ReductionConfig,
) -> Result<FittedForm, Error> {
    let conditions = &judge.sweep.movies;
    let plain = fitted_form(problem, judge, knee, config.most_pathways)?;
    let follows = plain.curve.fewest(knee.correlation).is_some();
    let wanting = plain.choice.reason == Reason::Knee && knee.present && follows;
    if !wanting || !config.equalise_conditions {
        return Ok(plain);
    }
    for emphasis in &EMPHASES[1..] {
        problem.emphasise(*emphasis, conditions);
        let fitted = fitted_form(problem, judge, knee, config.most_pathways)?;
        if fitted.choice.reason == Reason::GoodEnough {
            return Ok(FittedForm {
                emphasis: *emphasis,
                ..fitted
            });
        }
    }
    problem.emphasise(EMPHASES[0], conditions);
    Ok(plain)
}

fn fitted_form(
    problem: &Problem<'_>,
    judge: &Judge<'_>,
    knee: &Knee,
    most: usize,
) -> Result<FittedForm, Error> {
    let (fits, rates) = problem.select(None, most);
    let steps = fits.steps.iter().zip(&rates).map(|(step, rates)| {
        judge.measured(Step::new(step.fit.members.clone(), step.correlation), rates)
    });
    let curve = Curve {
        steps: steps.collect::<Result<_, _>>()?,
    };
    let choice = knee
        .choose(&curve.steps)
        .expect("a cell has at least one candidate");
    Ok(FittedForm {
        emphasis: EMPHASES[0],
        fits,
        rates,
        curve,
        choice,
    })
}
