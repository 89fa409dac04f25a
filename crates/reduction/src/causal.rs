//! Causal checks: what the full network does when pathways are silenced.

use ganglion_attribution::{Layer, Part, Replacement};
use ganglion_experiment::{CellOutcome, PreparedExperiment, Rates, StimulusMovie};
use ganglion_recording::CellIndex;
use serde::Serialize;

use crate::correlation::correlation;
use crate::error::Error;
use crate::subject::Subject;

/// What is silenced.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lesion {
    /// What it is called in tables.
    pub name: String,
    /// Channels that are held at their value for grey.
    pub silenced: Vec<usize>,
}

/// What a lesion does to one cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The lesion.
    #[serde(flatten)]
    pub lesion: Lesion,
    /// Correlation of the rates with the intact network's, over all conditions.
    pub correlation: Option<f64>,
    /// Mean rate as a share of the intact network's.
    pub rate: f64,
    /// The phenomenon's headline metric.
    pub metric: Option<f64>,
    /// Whether the phenomenon is still there.
    pub present: bool,
    /// Why, in the experiment's words.
    pub reason: String,
    /// All metrics.
    pub outcome: CellOutcome,
}

/// Runs the experiment on the network under each lesion.
///
/// # Errors
/// If a channel does not exist, or rates cannot be measured.
pub fn lesioned(
    subject: &Subject<'_>,
    experiment: &PreparedExperiment,
    movies: &[StimulusMovie],
    cell: CellIndex,
    lesions: &[Lesion],
) -> Result<Vec<Effect>, Error> {
    let output = subject.output_of(cell)?;
    let mut parts = vec![Part::Channels(Vec::new())];
    parts.extend(
        lesions
            .iter()
            .map(|lesion| Part::Channels(lesion.silenced.clone())),
    );
    let rates = rates_of_parts(subject, movies, output, &parts)?;
    let intact = &rates[0];
    let mut effects = Vec::with_capacity(lesions.len());
    for (lesion, rates) in lesions.iter().zip(&rates[1..]) {
        let outcome = experiment.measure(rates, &[cell])?.cells.remove(0);
        let metric = outcome.metrics.get(experiment.config().headline());
        effects.push(Effect {
            lesion: lesion.clone(),
            correlation: correlation(&joined(rates), &joined(intact)),
            rate: mean(&joined(rates)) / mean(&joined(intact)).max(f64::MIN_POSITIVE),
            metric: Some(metric).filter(|metric| metric.is_finite()),
            present: outcome.present,
            reason: outcome.reason.clone(),
            outcome,
        });
    }
    Ok(effects)
}

/// Rates of one output, `[part][movie]`.
fn rates_of_parts(
    subject: &Subject<'_>,
    movies: &[StimulusMovie],
    output: usize,
    parts: &[Part],
) -> Result<Vec<Vec<Rates>>, Error> {
    let attributor = &subject.attributor;
    let (path, histories) = attributor.movies(movies, None)?;
    let rates = attributor.without(&path, Layer::default(), parts, Replacement::Baseline)?;
    let (distinct, cells, history) = (path.samples(), attributor.cells(), histories.history());
    let of_part = |part: usize| {
        let mut rest = histories.index();
        let of_movie = |movie: &StimulusMovie| {
            let (own, others) = rest.split_at(movie.frames() + 1 - history);
            rest = others;
            let rate = |&sample: &usize| rates[(part * distinct + sample) * cells + output];
            Rates::new(history, own.len(), own.iter().map(rate).collect())
        };
        movies.iter().map(of_movie).collect()
    };
    Ok((0..parts.len()).map(of_part).collect())
}

/// One cell's rates over all conditions.
fn joined(rates: &[Rates]) -> Vec<f64> {
    let values = rates.iter().flat_map(|rates| rates.cell(0));
    values.map(|&rate| f64::from(rate)).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
