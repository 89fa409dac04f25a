//! What silencing parts does to a retina, beside what predicted circuits say.

use std::collections::BTreeMap;

use ganglion_experiment::{ExperimentConfig, Rates, Responder, Screen, StimulusMovie};
use ganglion_recording::{CellIndex, Microns};
use ganglion_reduction::identify::probe::Probe;
use ganglion_reduction::score::Misfit;
use ganglion_reduction::score::change::{
    self, Change, Intervention, SilencedRates, error_and_size,
};
use ganglion_reduction::truth::matching::Matching;
use ganglion_reduction::{Circuit, CircuitResponder};
use ganglion_simulation::{Polarity, Retina, Silencing};

use super::predictions::{Predicted, Predictions};
use crate::error::{Result, bail};

/// A retina that is shown stimuli, whole and with parts silenced; each is shown once.
pub struct Pharmacology<'a> {
    retina: &'a Retina,
    movies: Vec<StimulusMovie>,
    intact: Vec<Vec<f64>>,
    without: BTreeMap<String, Vec<Vec<f64>>>,
}

/// A circuit beside its cell.
pub struct Beside {
    /// What silencing parts does.
    pub changes: Vec<Change>,
    /// How far it answers as the cell.
    pub misfit: Misfit,
}

/// The stimuli on which changes are predicted.
///
/// Probes are shown over the whole field, with another seed than that of the identification: an
/// identified circuit does not say where the cell's receptive field is.
///
/// # Errors
/// Where an experiment cannot be shown on the screen.
pub fn movies(
    predictions: &Predictions,
    experiments: &[ExperimentConfig],
    screen: Screen,
) -> Result<Vec<StimulusMovie>> {
    let own = &predictions.tables.experiments;
    let experiments = if experiments.is_empty() {
        own
    } else {
        experiments
    };
    if experiments.is_empty() {
        let probe = predictions.tables.reduction.identify.probe;
        let whole = Probe {
            stripe: Microns(screen.width as f64 * screen.microns_per_pixel.0),
            seed: probe.seed + 1,
            ..probe
        };
        return Ok(vec![whole.of(&screen)?.1]);
    }
    let mut movies = Vec::new();
    for experiment in experiments {
        movies.extend(experiment.prepare(screen)?.movies());
    }
    Ok(movies)
}

impl<'a> Pharmacology<'a> {
    /// Shows the stimuli to the whole retina.
    ///
    /// # Errors
    /// Where it does not answer.
    pub fn new(retina: &'a Retina, movies: Vec<StimulusMovie>) -> Result<Self> {
        Ok(Self {
            intact: answers(retina, &movies, retina.screen().history)?,
            without: BTreeMap::new(),
            retina,
            movies,
        })
    }

    /// Puts the circuit of a cell beside it; `matched` pairs planted pathways and those of the circuit.
    /// None where the cell does not answer the stimuli at all.
    ///
    /// # Errors
    /// Where the circuit cannot be shown the stimuli.
    pub fn beside(
        &mut self,
        predicted: &Predicted,
        circuit: &Circuit,
        matched: &Matching,
    ) -> Result<Option<Beside>> {
        let responder = CircuitResponder::new(circuit.clone())?;
        let intact = self.answer_of(&responder)?;
        let truth = &self.intact[predicted.cell.0];
        let Some(misfit) = change::misfit(truth, &intact) else {
            return Ok(None);
        };
        let mut changes = Vec::new();
        for (intervention, silencing) in self.silencings(predicted.cell) {
            let paired = paired(&silencing, matched);
            let held = responder.holding(|place, pathway| {
                paired.contains(&place) || intervention.silences(pathway)
            });
            let predicted_rates = self.answer_of(&held)?;
            let silenced = silencing.to_string();
            let without = self.without(silencing)?[predicted.cell.0].clone();
            let truth = SilencedRates {
                intact: &self.intact[predicted.cell.0],
                without: &without,
            };
            let says = SilencedRates {
                intact: &intact,
                without: &predicted_rates,
            };
            changes.extend(error_and_size(truth, says).map(|[error, size]| Change {
                cell: predicted.cell.0,
                stated: predicted.is_stated(),
                intervention,
                silenced,
                error,
                size,
            }));
        }
        Ok(Some(Beside {
            changes,
            misfit: Misfit {
                cell: predicted.cell.0,
                truth: misfit,
                own: predicted.own.map_or(f64::NAN, |(own, _)| own),
                own_from: predicted.own.map(|(_, from)| from),
                good_enough: predicted.good_enough,
            },
        }))
    }

    /// What is silenced for a cell: ON, each type that it pools from, inhibition.
    fn silencings(&self, cell: CellIndex) -> Vec<(Intervention, Silencing)> {
        let mut types: Vec<&str> = Vec::new();
        for pathway in &self.retina.cells()[cell.0].pathways {
            if !types.contains(&pathway.interneuron.as_str()) {
                types.push(&pathway.interneuron);
            }
        }
        let one = types.into_iter().map(|name| {
            (
                Intervention::OneType,
                Silencing::Interneuron(name.to_owned()),
            )
        });
        [(Intervention::OnBipolars, Silencing::Polarity(Polarity::On))]
            .into_iter()
            .chain(one)
            .chain([(Intervention::Inhibition, Silencing::Inhibition)])
            .collect()
    }

    /// Rates `[cell][bin]` with a part silenced.
    fn without(&mut self, silencing: Silencing) -> Result<&Vec<Vec<f64>>> {
        let name = silencing.to_string();
        if !self.without.contains_key(&name) {
            let silenced = self.retina.without(&silencing)?;
            let rates = answers(&silenced, &self.movies, self.retina.screen().history)?;
            self.without.insert(name.clone(), rates);
        }
        Ok(&self.without[&name])
    }

    fn answer_of(&self, circuit: &CircuitResponder) -> Result<Vec<f64>> {
        let history = self.retina.screen().history;
        Ok(answers(circuit, &self.movies, history)?.remove(0))
    }

    /// Refuses a circuit that sees other frames than the retina.
    pub fn check(&self, circuit: &Circuit) -> Result<()> {
        let (seen, shown) = (circuit.screen, self.retina.screen());
        if seen == *shown {
            return Ok(());
        }
        let told = |screen: &Screen| {
            format!(
                "{} x {} pixels of {} um, frames of {} ms, {} of them",
                screen.height,
                screen.width,
                screen.microns_per_pixel.0,
                screen.frame_period.0,
                screen.history
            )
        };
        bail!(
            "the circuit of cell {} sees {}, but the retina {}; predictions and truth are not of one \
             recording: name the right truth",
            circuit.cell,
            told(&seen),
            told(shown)
        )
    }
}

/// Pathways of the circuit that take the places of those of a silenced type; a type may drive a cell more
/// than once.
fn paired(silencing: &Silencing, matched: &Matching) -> Vec<usize> {
    let Silencing::Interneuron(name) = silencing else {
        return Vec::new();
    };
    let planted = matched.pathways.iter().filter(|one| one.name == *name);
    planted.filter_map(|one| one.found).collect()
}

/// Rates `[cell][bin]` over all movies, one after the other.
fn answers(
    responder: &dyn Responder,
    movies: &[StimulusMovie],
    history: usize,
) -> Result<Vec<Vec<f64>>> {
    let rates = responder.respond(movies);
    let rates = rates.map_err(ganglion_reduction::Error::Responder)?;
    let of = |cell: usize| {
        let bins = rates.iter().flat_map(|rates: &Rates| {
            let first = history.saturating_sub(rates.bins().start);
            &rates.cell(cell)[first..]
        });
        bins.map(|&rate| f64::from(rate)).collect()
    };
    Ok((0..responder.cells().len()).map(of).collect())
}

#[cfg(test)]
mod tests {
    use ganglion_reduction::truth::matching::Recovered;

    use super::*;

    /// A type that drives a cell from two places is silenced in both.
    #[test]
    fn all_pathways_of_a_type_are_silenced() {
        let recovered = |name: &str, found| Recovered {
            name: name.to_owned(),
            share: 0.3,
            found,
            polarity: true,
            sign: true,
            kernel: 1.0,
        };
        let matched = Matching {
            planted: 4,
            found: 3,
            pathways: vec![
                recovered("off-fast", Some(2)),
                recovered("on-slow", Some(1)),
                recovered("off-fast", Some(0)),
                recovered("off-fast", None),
            ],
        };
        let of = |silencing| paired(&silencing, &matched);
        let kind = Silencing::Interneuron("off-fast".to_owned());
        assert_eq!(of(kind), [2, 0]);
        assert_eq!(of(Silencing::Inhibition), [0; 0]);
    }
}
