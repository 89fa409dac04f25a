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
use crate::fit::Fit;
use crate::fit::assemble::{Title, assemble};
use crate::fit::fitted_form::{FittedForm, Search};
use crate::fit::problem::FitProblem;
use crate::fit::selection::{Choice, SelectionCurve};
use crate::hypothesis::{Anatomy, Evidence, Hypothesis, PathwayAnatomy, Witness, evaluate};
use crate::judge::Judge;
use crate::known::{KnownCircuits, ProbableCircuits};
use crate::network_agreement::NetworkAgreement;
use crate::pathway_use::PathwayUse;
use crate::prediction::CellPrediction;
use crate::silencing::effect::{Causal, Effect};
use crate::silencing::lesion::{Target, lesions};
use crate::silencing::network::SilencedNetwork;
use crate::standing::FIT_ONLY;
use crate::subject::Subject;
use crate::sweep::{CellSweep, Invariance, Sweep};
use crate::trust::acceptance::Acceptance;
use crate::trust::comparison::Agreement;
use crate::trust::held_out::{HeldOut, HeldOutSplit, held_out};
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
    pub curve: SelectionCurve,
    /// Which of them was chosen, and why.
    pub choice: Choice,
    /// How the circuits were looked for.
    pub search: Search,
    /// The circuit chosen.
    pub circuit: Circuit,
    /// How probable it is, from other stimuli, that the cell has each of its pathways; none where nothing is known.
    pub probabilities: Vec<Option<f64>>,
    /// Of each pathway, the stated one of which it is a part; none where it is none's.
    pub parts: Vec<Option<usize>>,
    /// How well the network predicts the cell; none where that is not known.
    pub prediction: Option<CellPrediction>,
    /// What each of its pathways does while the response is looked for; none where the experiment does not say when that
    /// is.
    pub uses: Option<Vec<PathwayUse>>,
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
    /// In how many of several networks its pathways are found; none where one was asked.
    pub agreement: Option<NetworkAgreement>,
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
    pub(crate) known: &'a KnownCircuits,
    pub(crate) network: SilencedNetwork<'a>,
}

impl Explainer<'_> {
    /// Explains one cell, the `index`th of the sweep; nothing if no channel moves it.
    pub(crate) fn explain(
        &self,
        index: usize,
        cell: CellIndex,
    ) -> Result<Option<Explanation>, Error> {
        let (config, sweep) = (self.config, self.sweep);
        let data = &sweep.cells[index];
        let of_channels = self.beside(cell, candidates(self.subject, sweep, data, config));
        if of_channels.is_empty() {
            return Ok(None);
        }
        let judge = self.judge(cell);
        let full = judge.outcome(&data.response)?;
        let effective = effective_form(&judge, data, &of_channels, config)?;
        let (candidates, form, search) = self.fitted(&judge, data, of_channels.clone())?;
        let settings = (config, self.probable(cell));
        let problem = FitProblem::new(&candidates, (sweep, data), &self.network, settings)?;
        let case = Case {
            explainer: self,
            judge: &judge,
            data,
            of_channels: &of_channels,
            full: &full,
        };
        let chosen = case.chosen(&problem, &form)?;
        let (held_out, shuffled) = case.on_the_rest(&problem, chosen.fit)?;
        let effects = case.effects(&chosen.circuit)?;
        let evidence = case.evidence(&problem, &chosen, &effects, &effective.importance)?;
        let uses = case.uses(&problem, &chosen);
        let probabilities = self.known.probabilities(&chosen.circuit);
        Ok(Some(Explanation {
            metric: full.metrics.get(judge.primary()),
            channels: channel_attributions(self.subject, sweep, data, &chosen.circuit),
            hypotheses: claims(&evidence, &chosen.circuit, &probabilities),
            shuffled,
            outcome: chosen.outcome,
            acceptance: chosen.acceptance,
            effective,
            choice: form.choice,
            search,
            curve: form.curve.clone(),
            parts: self.known.parts(&chosen.circuit, &probabilities),
            probabilities,
            prediction: None,
            uses,
            circuit: chosen.circuit,
            rates: chosen.rates,
            samples: sweep.movies.clone(),
            full_rates: data.response.clone(),
            held_out,
            effects,
            agreement: None,
            planting: None,
            completeness_gap: data.completeness_gap,
            candidates: candidates.clone(),
        }))
    }

    /// What tells whether circuits of a cell do as the network does.
    fn judge(&self, cell: CellIndex) -> Judge<'_> {
        Judge {
            experiment: self.experiment,
            sweep: self.sweep,
            cell,
        }
    }

    /// The circuits that are known to be probable of a cell.
    fn probable(&self, cell: CellIndex) -> Option<&ProbableCircuits> {
        self.known.of(cell).map(|known| &known.probable)
    }

    /// Candidates beside what is known of their cell.
    fn beside(&self, cell: CellIndex, candidates: Vec<Candidate>) -> Vec<Candidate> {
        let Some(known) = self.probable(cell) else {
            return candidates;
        };
        candidates
            .into_iter()
            .map(|one| one.beside(known))
            .collect()
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
        let settings = (config, self.probable(judge.cell));
        let problem = FitProblem::new(&of_channels, (sweep, data), &self.network, settings)?;
        let form = FittedForm::new(&problem, judge, &self.network, config.most_pathways)?;
        let chosen = &form.curve.steps[form.choice.step];
        let wanted = config.identified_kernels
            && sweep.invariance == Invariance::FullField
            && chosen.correlation < config.correlation;
        let known = self.known.of(judge.cell).filter(|_| wanted);
        let Some(known) = known else {
            return Ok((of_channels, form, Search::default()));
        };
        let all = with_identified(&known.circuit, self.movies, sweep, &of_channels);
        let all = self.beside(judge.cell, all);
        let problem = FitProblem::new(&all, (sweep, data), &self.network, settings)?;
        let wider = FittedForm::new(&problem, judge, &self.network, config.most_pathways)?;
        let members = &wider.fits[wider.choice.step].structure.members;
        let identified = members.iter().any(|&member| member >= of_channels.len());
        match identified {
            true => Ok((all, wider, Search { identified })),
            false => Ok((of_channels, form, Search::default())),
        }
    }
}

/// One cell while it is explained.
/// The claims of the literature, none of which rests on a kind of pathway that is known not to be the cell's.
fn claims(
    evidence: &Evidence<'_>,
    circuit: &Circuit,
    probabilities: &[Option<f64>],
) -> Vec<Hypothesis> {
    let is_disowned = |target: &Target| {
        let pathways = circuit.pathways.iter().zip(probabilities);
        let mut own = pathways
            .filter(|(pathway, _)| target.holds(pathway.polarity, pathway.sign))
            .map(|(_, probability)| *probability)
            .peekable();
        own.peek().is_some() && own.all(|known| known.is_some_and(|p| p < FIT_ONLY))
    };
    let doubted: Vec<Target> = Target::ALL.into_iter().filter(is_disowned).collect();
    let unless_doubted = |claim: Hypothesis| {
        let spoken_of = doubted.iter().filter(|target| target.is_in(&claim.claim));
        let kinds: Vec<&str> = spoken_of.map(|target| target.pathways()).collect();
        claim.unless_doubted(&kinds)
    };
    evaluate(evidence).into_iter().map(unless_doubted).collect()
}

struct Case<'a> {
    explainer: &'a Explainer<'a>,
    judge: &'a Judge<'a>,
    data: &'a CellSweep,
    /// The network's cell types.
    of_channels: &'a [Candidate],
    /// The experiment on the full network.
    full: &'a CellOutcome,
}

/// The circuit that was chosen, and what it does.
struct Chosen<'a> {
    fit: &'a Fit,
    /// Departure of each pathway's weighted drive from rest, `[pathway][sample]`.
    departures: Vec<Vec<f64>>,
    circuit: Circuit,
    /// `[sample]`, Hz
    rates: Vec<f64>,
    outcome: CellOutcome,
    acceptance: Acceptance,
}

impl Chosen<'_> {
    /// Rates as the circuit predicts them, which has a highest one.
    fn limited(&self, rates: Vec<f64>) -> Vec<f64> {
        let output = &self.circuit.output;
        rates.into_iter().map(|rate| output.limited(rate)).collect()
    }
}

impl Case<'_> {
    /// The circuit chosen, run through the experiment.
    fn chosen<'a>(
        &self,
        problem: &FitProblem<'_>,
        form: &'a FittedForm,
    ) -> Result<Chosen<'a>, Error> {
        let Explainer {
            subject,
            config,
            sweep,
            ..
        } = *self.explainer;
        let step = form.choice.step;
        let (fit, correlation) = (&form.fits[step], form.curve.steps[step].correlation);
        let departures = problem.fitter().departures(fit);
        let title = Title {
            phenomenon: self.explainer.experiment.config().name(),
            cell: self.judge.cell,
            source: self.explainer.source,
        };
        let fitted = (fit, &departures[..], correlation);
        let circuit = assemble(
            subject,
            problem.candidates,
            sweep.invariance,
            fitted,
            &title,
        );
        let rates = form.rates[step].clone();
        let circuit = Circuit {
            output: circuit.output.limited_by(&rates),
            ..circuit
        };
        let outcome = self.judge.outcome(&rates)?;
        let outcomes = (&outcome, self.full);
        let acceptance = Acceptance::new((correlation, config), outcomes, form.causal[step]);
        Ok(Chosen {
            fit,
            departures,
            circuit,
            rates,
            outcome,
            acceptance,
        })
    }

    /// The circuit fitted without part of the sweep, and random channels beside it; nothing where the
    /// sweep has one value only.
    fn on_the_rest(
        &self,
        problem: &FitProblem<'_>,
        fit: &Fit,
    ) -> Result<(Option<HeldOut>, Option<Shuffled>), Error> {
        let (sweep, config) = (self.explainer.sweep, self.explainer.config);
        let Some(split) = HeldOutSplit::new(self.explainer.experiment, sweep) else {
            return Ok((None, None));
        };
        let held_out = held_out(problem, self.judge, &split, &fit.structure)?;
        let all = (&self.data.response[..], self.data.output, sweep.channels());
        let network = &self.explainer.network;
        let shuffled = shuffled(network, (&held_out, &split), all, config)?;
        Ok((Some(held_out), shuffled))
    }

    /// What each pathway of the circuit does while the response of the phenomenon is looked for.
    /// Nothing where the experiment does not say when that is.
    fn uses(&self, problem: &FitProblem<'_>, chosen: &Chosen<'_>) -> Option<Vec<PathwayUse>> {
        let Explainer {
            experiment,
            subject,
            sweep,
            ..
        } = *self.explainer;
        if !experiment.has_moments() {
            return None;
        }
        let moments: Vec<Range<usize>> = (experiment.moments().iter())
            .map(|moment| sweep.samples_of(moment))
            .collect();
        let (fitter, order) = (
            problem.fitter(),
            problem.places(&chosen.circuit, chosen.fit),
        );
        let bin = subject.screen().frame_period;
        let used = |&place: &usize| {
            let silenced: Vec<bool> = (0..order.len()).map(|other| other == place).collect();
            let without = chosen.limited(fitter.rates_without(chosen.fit, &silenced));
            PathwayUse::new((&chosen.rates, &without), &moments, bin)
        };
        Some(order.iter().map(used).collect())
    }

    /// What silencing the channels of a circuit does.
    fn effects(&self, circuit: &Circuit) -> Result<Vec<Effect>, Error> {
        let channels = self.explainer.sweep.channels();
        let lesions = lesions(circuit, self.of_channels, channels);
        self.causal().effects(&self.explainer.network, &lesions)
    }

    /// What silencing the network's channels does.
    fn causal(&self) -> Causal<'_> {
        Causal {
            judge: self.judge,
            output: self.data.output,
            intact: &self.data.response,
            outcome: self.full,
            tolerance: self.explainer.config.metric_tolerance,
        }
    }

    /// What the claims of the literature are tested on.
    fn evidence<'a>(
        &'a self,
        problem: &FitProblem<'_>,
        chosen: &Chosen<'_>,
        effects: &[Effect],
        importance: &[f64],
    ) -> Result<Evidence<'a>, Error> {
        let Explainer {
            config,
            experiment,
            sweep,
            ..
        } = *self.explainer;
        let (fitter, order) = (
            problem.fitter(),
            problem.places(&chosen.circuit, chosen.fit),
        );
        let departures = order.iter().map(|&place| chosen.departures[place].clone());
        let rate_without = |silenced: &[bool]| {
            let silenced: Vec<bool> = (0..order.len())
                .map(|place| {
                    let index = order.iter().position(|&other| other == place);
                    silenced[index.expect("every pathway has a place")]
                })
                .collect();
            chosen.limited(fitter.rates_without(chosen.fit, &silenced))
        };
        let (circuit, outcome, acceptance) = (&chosen.circuit, &chosen.outcome, &chosen.acceptance);
        let network = &self.explainer.network;
        let random = (importance, config.shuffles, config.seed);
        Ok(Evidence {
            experiment,
            tolerance: config.metric_tolerance,
            anatomy: Anatomy::of_circuit(circuit, departures.collect()),
            types: Some(types(
                sweep,
                self.data,
                self.of_channels,
                self.explainer.subject,
            )),
            samples: &sweep.movies,
            first_bin: sweep.first_bin,
            lesions_refute: (!acceptance.lesions_agree).then_some(acceptance.causal_r_squared),
            misses_phenomenon: acceptance.metric.agreement == Agreement::Different,
            opposed: opposed(&experiment.moments(), sweep, self.data, self.of_channels),
            circuit: Witness::of_circuit(self.judge, circuit, outcome, rate_without, config)?,
            network: Some(Witness::of_network(
                &self.causal(),
                network,
                effects,
                random,
            )?),
        })
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
