//! The circuits behind one cell's responses, and how far they can be trusted.

use std::ops::Range;

use ganglion_experiment::{CellOutcome, PreparedExperiment, StimulusMovie};
use ganglion_recording::CellIndex;

use crate::candidates::identified::with_identified;
use crate::candidates::{Candidate, candidates};
use crate::channel::{ChannelAttribution, channel_attributions};
use crate::circuit::Circuit;
use crate::config::ReductionConfig;
use crate::effective::{EffectiveForm, effective_form};
use crate::error::Error;
use crate::fit::assemble::{Title, assemble};
use crate::fit::fitted_form::{FittedForm, Search};
use crate::fit::problem::Problem;
use crate::fit::selection::{Choice, Curve};
use crate::hypothesis::{Anatomy, Evidence, Hypothesis, PathwayAnatomy, Witness, evaluate};
use crate::identify::Identifier;
use crate::judge::Judge;
use crate::silencing::effect::{Causal, Effect};
use crate::silencing::lesion::lesions;
use crate::silencing::network::SilencedNetwork;
use crate::subject::Subject;
use crate::sweep::{CellSweep, Invariance, Sweep};
use crate::trust::acceptance::Acceptance;
use crate::trust::comparison::Agreement;
use crate::trust::held_out::{HeldOut, Split, held_out};
use crate::trust::shuffled::{Shuffled, shuffled};
use crate::truth::planting::Planting;

/// Everything that was found about one cell.
pub struct Explanation {
    /// The full network's headline metric.
    pub metric: f64,
    /// What each channel adds over the sweep.
    pub channels: Vec<ChannelAttribution>,
    /// Cell types that the circuit was chosen from, the most important first; identified pathways, if
    /// there are any, come last.
    pub candidates: Vec<Candidate>,
    /// Form 1: sums of effective weights.
    pub effective: EffectiveForm,
    /// Form 2: fitted circuits of one pathway, two, and so on; members are candidates.
    pub curve: Curve,
    /// Which of them was chosen, and why.
    pub choice: Choice,
    /// How the circuits were looked for.
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
    /// How well it does, which it was not all chosen by.
    pub acceptance: Acceptance,
    /// The circuit fitted without part of the sweep; absent if the sweep has one value only.
    pub held_out: Option<HeldOut>,
    /// The full network with parts silenced.
    pub effects: Vec<Effect>,
    /// Random channels in the place of those chosen on half of the sweep; absent with `held_out`.
    pub shuffled: Option<Shuffled>,
    /// Claims of the literature tested on this cell.
    pub hypotheses: Vec<Hypothesis>,
    /// The circuit beside the planted one, where that is known.
    pub planting: Option<Planting>,
    /// Largest completeness gap of the attributions, Hz.
    pub completeness_gap: f64,
}

/// What the explanations of all cells share.
pub(crate) struct Explainer<'a> {
    pub(crate) subject: &'a Subject<'a>,
    /// Where the network comes from.
    pub(crate) source: &'a str,
    pub(crate) config: &'a ReductionConfig,
    pub(crate) experiment: &'a PreparedExperiment,
    pub(crate) movies: &'a [StimulusMovie],
    pub(crate) sweep: &'a Sweep,
    pub(crate) network: SilencedNetwork<'a>,
}

impl Explainer<'_> {
    /// Explains one cell, the `index`th of the sweep; nothing if no channel moves it.
    pub(crate) fn explain(
        &self,
        index: usize,
        cell: CellIndex,
    ) -> Result<Option<Explanation>, Error> {
        let (subject, config, sweep) = (self.subject, self.config, self.sweep);
        let data = &sweep.cells[index];
        let of_channels = candidates(subject, sweep, data, config);
        if of_channels.is_empty() {
            return Ok(None);
        }
        let judge = Judge {
            experiment: self.experiment,
            sweep,
            cell,
        };
        let full = judge.outcome(&data.response)?;
        let price = config.price();
        let effective = effective_form(&judge, data, &of_channels, (price, config.correlation))?;
        let (candidates, form, search) = self.fitted(&judge, data, of_channels.clone())?;
        let problem = Problem::new(&candidates, (sweep, data), &self.network, config)?;
        let fitter = problem.fitter();
        let chosen = &form.fits[form.choice.step];
        let departures = fitter.departures(chosen);
        let step = &form.curve.steps[form.choice.step];
        let title = Title {
            phenomenon: self.experiment.config().name(),
            cell,
            source: self.source,
        };
        let fit = (chosen, &departures[..], step.correlation);
        let circuit = assemble(subject, &candidates, sweep.invariance, fit, &title);
        let rates = form.rates[form.choice.step].clone();
        let outcome = judge.outcome(&rates)?;
        let acceptance = Acceptance::new(
            (step.correlation, config),
            (&outcome, &full),
            form.causal[form.choice.step],
        );
        let split = Split::new(self.experiment, sweep);
        let held_out = match &split {
            Some(split) => Some(held_out(&problem, &judge, split, &chosen.structure)?),
            None => None,
        };
        let shuffled = match held_out.as_ref().zip(split.as_ref()) {
            Some(pair) => {
                let all = (&data.response[..], data.output, sweep.channels());
                shuffled(&self.network, pair, all, config)?
            }
            None => None,
        };
        let causal = Causal {
            judge: &judge,
            output: data.output,
            intact: &data.response,
            outcome: &full,
            tolerance: config.metric_tolerance,
        };
        let lesions = lesions(&circuit, &of_channels, sweep.channels());
        let effects = causal.effects(&self.network, &lesions)?;
        let importance = &effective.importance;
        let random = (&importance[..], config.shuffles, config.seed);
        let order = problem.places(&circuit, chosen);
        let in_order = |values: &[Vec<f64>]| -> Vec<Vec<f64>> {
            order.iter().map(|&place| values[place].clone()).collect()
        };
        let rate_without = |silenced: &[bool]| {
            let silenced: Vec<bool> = (0..order.len())
                .map(|place| {
                    let index = order.iter().position(|&other| other == place);
                    silenced[index.expect("every pathway has a place")]
                })
                .collect();
            fitter.rates_without(chosen, &silenced)
        };
        let evidence = Evidence {
            experiment: self.experiment,
            tolerance: config.metric_tolerance,
            anatomy: Anatomy::of_circuit(&circuit, in_order(&departures)),
            types: Some(types(sweep, data, &of_channels, subject)),
            samples: &sweep.movies,
            first_bin: sweep.first_bin,
            lesions_refute: (!acceptance.lesions_agree).then_some(acceptance.causal_r_squared),
            misses_phenomenon: acceptance.metric.agreement == Agreement::Different,
            opposed: opposed(&self.experiment.moments(), sweep, data, &of_channels),
            circuit: Witness::of_circuit(&judge, &circuit, &outcome, rate_without, config)?,
            network: Some(Witness::of_network(
                &causal,
                &self.network,
                &effects,
                random,
            )?),
        };
        Ok(Some(Explanation {
            metric: full.metrics.get(judge.primary()),
            channels: channel_attributions(subject, sweep, data, &circuit),
            hypotheses: evaluate(&evidence),
            shuffled,
            outcome,
            acceptance,
            effective,
            choice: form.choice,
            search,
            curve: form.curve.clone(),
            circuit,
            rates,
            samples: sweep.movies.clone(),
            full_rates: data.response.clone(),
            held_out,
            effects,
            planting: None,
            completeness_gap: data.completeness_gap,
            candidates: candidates.clone(),
        }))
    }

    /// Circuits of the network's channels; where none follows the rate closely enough, also those with
    /// kernels identified from the probe, if they cost less.
    fn fitted(
        &self,
        judge: &Judge<'_>,
        data: &CellSweep,
        of_channels: Vec<Candidate>,
    ) -> Result<(Vec<Candidate>, FittedForm, Search), Error> {
        let (config, sweep) = (self.config, self.sweep);
        let problem = Problem::new(&of_channels, (sweep, data), &self.network, config)?;
        let form = FittedForm::new(&problem, judge, &self.network, config.most_pathways)?;
        let chosen = &form.curve.steps[form.choice.step];
        let wanted = config.identified_kernels
            && sweep.invariance == Invariance::FullField
            && chosen.correlation < config.correlation;
        if !wanted {
            return Ok((of_channels, form, Search::default()));
        }
        let identifier = Identifier {
            subject: self.subject,
            source: self.source.to_owned(),
            config: &config.identify,
        };
        let all = with_identified(&identifier, self.movies, sweep, &of_channels, judge.cell)?;
        let problem = Problem::new(&all, (sweep, data), &self.network, config)?;
        let wider = FittedForm::new(&problem, judge, &self.network, config.most_pathways)?;
        let members = &wider.fits[wider.choice.step].structure.members;
        let identified = members.iter().any(|&member| member >= of_channels.len());
        match identified {
            true => Ok((all, wider, Search { identified })),
            false => Ok((of_channels, form, Search::default())),
        }
    }
}

/// The network's types of channels, with their attributions.
fn types(
    sweep: &Sweep,
    data: &CellSweep,
    candidates: &[Candidate],
    subject: &Subject<'_>,
) -> Anatomy {
    let attribution = |candidate: &Candidate| -> Vec<f64> {
        let channels = candidate.channels.iter();
        let channels: Vec<Vec<f64>> = channels
            .map(|&channel| data.channel(channel, sweep.columns()))
            .collect();
        (0..data.response.len())
            .map(|sample| channels.iter().map(|channel| channel[sample]).sum())
            .collect()
    };
    let period = subject.screen().frame_period;
    let pathways = candidates.iter().map(|candidate| {
        PathwayAnatomy::new(
            (candidate.polarity, candidate.sign),
            &candidate.kernel.time_course(),
            period,
            attribution(candidate),
        )
    });
    Anatomy {
        pathways: pathways.collect(),
    }
}

/// Correlation over columns of what ON and OFF channels add at the moments of the phenomenon; nothing
/// where the stimuli do not vary along space or a polarity adds nothing.
fn opposed(
    moments: &[ganglion_experiment::Moment],
    sweep: &Sweep,
    data: &CellSweep,
    candidates: &[Candidate],
) -> Option<f64> {
    use ganglion_attribution::Polarity;
    if sweep.invariance != Invariance::AlongY {
        return None;
    }
    let columns = sweep.columns();
    let samples: Vec<usize> = moments
        .iter()
        .flat_map(|moment| sweep.samples_of(moment))
        .collect();
    let profile = |polarity: Polarity| -> Vec<f64> {
        let chosen = candidates.iter().filter(|one| one.polarity == polarity);
        let channels: Vec<usize> = chosen.flat_map(|one| one.channels.clone()).collect();
        let column = |column: usize| {
            let terms = channels
                .iter()
                .map(|channel| &data.terms[channel * columns + column]);
            terms
                .map(|term| samples.iter().map(|&sample| term[sample]).sum::<f64>())
                .sum()
        };
        (0..columns).map(column).collect()
    };
    crate::correlation(&profile(Polarity::On), &profile(Polarity::Off))
}
