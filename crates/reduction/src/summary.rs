//! A reduction as one JSON document.

use ganglion_attribution::{Polarity, Sign};
use ganglion_experiment::{Metrics, Presence};
use ganglion_recording::CellIndex;
use serde::{Deserialize, Serialize};

use crate::circuit::Pathway;
use crate::explanation::Explanation;
use crate::fit::fitted_form::Search;
use crate::fit::selection::{Choice, SelectionCurve};
use crate::hypothesis::Hypothesis;
use crate::pathway_use::PathwayUse;
use crate::prediction::CellPrediction;
use crate::reduce::{CellReduction, Reduction};
use crate::silencing::effect::Effect;
use crate::sweep::Invariance;
use crate::trust::acceptance::Acceptance;
use crate::trust::held_out::HeldOut;
use crate::trust::shuffled::Shuffled;
use crate::truth::planting::Planting;
use crate::truth::scoreboard::Scoreboard;

/// Everything but the long arrays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// The phenomenon.
    pub phenomenon: String,
    /// The metric that stands for it.
    pub headline: String,
    /// Which positions were summed.
    pub invariance: Option<Invariance>,
    /// Circuits beside planted ones and verdicts beside the truth, over all cells; absent where no
    /// planted circuit is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scoreboard: Option<Scoreboard>,
    /// One entry a cell.
    pub cells: Vec<CellSummary>,
}

/// One cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CellSummary {
    /// The cell.
    pub cell: CellIndex,
    /// Whether the full network shows the phenomenon.
    pub present: bool,
    /// The same with errors taken into account.
    pub presence: Presence,
    /// The full network's metrics.
    pub metrics: Metrics,
    /// Pathways of the fitted circuit, those with the largest share first; none where there is
    /// nothing to explain.
    pub pathways: Vec<PathwaySummary>,
    /// Correlation of the fitted circuit with the full network over the sweep.
    pub correlation: Option<f64>,
    /// The cell in words.
    pub description: String,
    /// The rest, where the cell was reduced.
    #[serde(flatten)]
    pub details: Option<Details>,
}

/// One pathway.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PathwaySummary {
    /// Channels of the network, counted from zero.
    pub channels: Vec<usize>,
    /// ON or OFF.
    pub polarity: Polarity,
    /// Excitatory or inhibitory.
    pub sign: Sign,
    /// Whether what the stimuli do to it raises or lowers the rate: an inhibition that they take away
    /// raises it.
    pub effect: Option<Sign>,
    /// Lag of the kernel's largest weight.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub peak_ms: f64,
    /// Other sign over main sign of the time course.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub biphasic_index: f64,
    /// Hz a unit of drive.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub weight: f64,
    /// Threshold of the drive.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub threshold: f64,
    /// Half-width of the range of thresholds.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub threshold_spread: f64,
    /// Part in the circuit's drive.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub share: f64,
    /// Standard deviation of the pool.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub pool_sd_um: f64,
    /// Standard deviation of the receptive field's centre.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub receptive_field_sd_um: f64,
    /// How probable it is that the cell has a pathway of this polarity and sign with such a time course, as its circuit
    /// is identified from the probe; absent where that is not known, and in results of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Whether that is probable enough to be stated; other pathways are undetermined, and all of a cell of which nothing
    /// is stated (`not_stated_because`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<bool>,
    /// Place, among the cell's pathways, of the stated one with which it is one pathway of the cell that the network divides
    /// among its channels, and whose probability it has; absent where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<usize>,
    /// In how many of the cell's `networks` its circuit has such a pathway; absent where one network was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub networks_agree: Option<usize>,
    /// What it does while the response of the phenomenon is looked for; absent where the experiment does not say when that
    /// is, and in results of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<PathwayUse>,
}

/// What is known about a reduced cell beyond its pathways.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Details {
    /// The full network's headline metric.
    pub full_metric: Option<f64>,
    /// The circuit's headline metric.
    pub circuit_metric: Option<f64>,
    /// Networks that were asked; absent where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub networks: Option<usize>,
    /// Whether the circuit meets all that was asked for: it follows the rate, its lesions agree with it,
    /// and its metric is not another than the network's.
    pub good_enough: bool,
    /// How well the network predicts the cell on a recording that it was not trained on; absent where that is not known,
    /// and in results of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prediction: Option<CellPrediction>,
    /// Why nothing is stated of the cell, whatever the probabilities of its pathways; absent where something may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_stated_because: Option<String>,
    /// Unexplained variance of the circuit: mean squared error over variance of the network's rate, over the
    /// sweep.
    #[serde(default)]
    pub unexplained: Option<f64>,
    /// The same as `good_enough` one by one, with errors.
    pub acceptance: Acceptance,
    /// Fitted circuits by number of pathways; members count the candidates.
    pub curve: SelectionCurve,
    /// Which was chosen.
    pub choice: Choice,
    /// How the circuits were looked for.
    pub search: Search,
    /// Effective weights: channels by number.
    pub effective_channels: SelectionCurve,
    /// Effective weights: cell types by number; members count the candidates.
    pub effective_types: SelectionCurve,
    /// Which number of cell types was chosen.
    pub effective_choice: Choice,
    /// Channel and column terms needed to follow the response, of how many.
    pub terms: Option<[usize; 2]>,
    /// Cell types that the circuit was chosen from: their channels. Identified pathways, if there are
    /// any, come last, with the channels most like them.
    pub candidates: Vec<Vec<usize>>,
    /// The circuit fitted without part of the sweep.
    pub held_out: Option<HeldOut>,
    /// The full network with parts silenced.
    pub lesions: Vec<Effect>,
    /// Random channels in the place of those chosen on half of the sweep, judged by ablation on the other.
    pub shuffled: Option<Shuffled>,
    /// Claims of the literature tested.
    pub hypotheses: Vec<Hypothesis>,
    /// The circuit beside the planted one, where that is known.
    pub planted: Option<Planting>,
    /// Largest completeness gap of the attributions, Hz.
    #[serde(deserialize_with = "crate::number::or_nan")]
    pub completeness_gap_hz: f64,
}

impl Reduction {
    /// Everything but the long arrays.
    pub fn summary(&self) -> Summary {
        Summary {
            phenomenon: self.phenomenon.clone(),
            headline: self.headline.to_owned(),
            invariance: self.invariance,
            scoreboard: Scoreboard::of(
                (self.cells.iter()).filter_map(|cell| Some(cell.result.as_ref().ok()?.as_ref())),
            ),
            cells: (self.cells.iter())
                .map(|cell| cell.summary(self.headline))
                .collect(),
        }
    }
}

impl CellSummary {
    /// Whether the cell was reduced to a circuit.
    pub fn is_reduced(&self) -> bool {
        self.correlation.is_some_and(f64::is_finite)
    }
}

impl CellReduction {
    fn summary(&self, headline: &str) -> CellSummary {
        let circuit = self
            .result
            .as_ref()
            .ok()
            .map(|explanation| &explanation.circuit);
        let pathways = circuit.map_or(&[][..], |circuit| &circuit.pathways);
        let explanation = self.result.as_ref().ok();
        let standings = explanation.map_or_else(Vec::new, |one| one.standings());
        let uses = self.result.as_ref().ok().and_then(|one| one.uses.as_ref());
        let response = |place: usize| uses.and_then(|uses| uses.get(place).copied());
        let agreement = self
            .result
            .as_ref()
            .ok()
            .and_then(|one| one.agreement.as_ref());
        let agree = |place: usize| agreement.and_then(|one| one.have.get(place).copied());
        CellSummary {
            cell: self.cell,
            present: self.outcome.present,
            presence: match self.outcome.measurable {
                true => self.outcome.presence,
                // Stimuli that do not move a cell evoke no phenomenon in it.
                false => Presence::Absent,
            },
            metrics: self.outcome.metrics.clone(),
            pathways: (pathways.iter().enumerate())
                .map(|(place, pathway)| PathwaySummary {
                    probability: standings[place].probability(),
                    stated: standings[place].is_stated(),
                    part_of: explanation.and_then(|one| one.parts[place]),
                    networks_agree: agree(place),
                    response: response(place),
                    ..pathway.summary()
                })
                .collect(),
            correlation: circuit.map(|circuit| circuit.correlation),
            description: match &self.result {
                Ok(explanation) => explanation.describe(headline),
                Err(why) => why.sentence(&self.outcome),
            },
            details: self
                .result
                .as_ref()
                .ok()
                .map(|explanation| details(explanation)),
        }
    }
}

impl Pathway {
    /// What it is; what is known of it in its cell is left out.
    fn summary(&self) -> PathwaySummary {
        PathwaySummary {
            response: None,
            networks_agree: None,
            probability: None,
            stated: None,
            part_of: None,
            channels: self.channels.clone(),
            polarity: self.polarity,
            sign: self.sign,
            effect: self.effect,
            peak_ms: self.peak.0,
            biphasic_index: self.biphasic_index,
            weight: self.weight,
            threshold: self.threshold,
            threshold_spread: self.threshold_spread,
            share: self.share,
            pool_sd_um: self.pool.sd.0,
            receptive_field_sd_um: self.receptive_field_sd.0,
        }
    }
}

fn details(explanation: &Explanation) -> Details {
    let finite = |value: f64| Some(value).filter(|value| value.is_finite());
    let chosen = &explanation.curve.steps[explanation.choice.step];
    let effective = &explanation.effective;
    Details {
        full_metric: finite(explanation.metric),
        circuit_metric: chosen.metric.and_then(finite),
        networks: explanation.agreement.as_ref().map(|one| one.networks),
        good_enough: explanation.acceptance.is_good(),
        prediction: explanation.prediction.clone(),
        not_stated_because: explanation.not_stated_because(),
        unexplained: chosen.unexplained,
        acceptance: explanation.acceptance.clone(),
        curve: explanation.curve.clone(),
        choice: explanation.choice,
        search: explanation.search,
        effective_channels: effective.channels.clone(),
        effective_types: effective.types.clone(),
        effective_choice: effective.choice,
        terms: effective
            .terms
            .as_ref()
            .map(|curve| [curve.steps.len(), effective.all_terms]),
        candidates: explanation
            .candidates
            .iter()
            .map(|c| c.channels.clone())
            .collect(),
        held_out: explanation.held_out.clone(),
        lesions: explanation.effects.clone(),
        shuffled: explanation.shuffled.clone(),
        hypotheses: explanation.hypotheses.clone(),
        planted: explanation.planting.clone(),
        completeness_gap_hz: explanation.completeness_gap,
    }
}
