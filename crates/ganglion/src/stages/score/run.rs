//! Scoring, retina by retina.

use std::path::{Path, PathBuf};

use ganglion_experiment::StimulusMovie;
use ganglion_reduction::hypothesis::Hypothesis;
use ganglion_reduction::identify::STATED;
use ganglion_reduction::score::calibration::Forecast;
use ganglion_reduction::score::{Misfit, RetinaScore, ScoreSummary};
use ganglion_reduction::truth::matching::{Matching, compare};
use ganglion_reduction::truth::planting::{Planting, Truth};
use ganglion_reduction::{Circuit, CircuitResponder};
use ganglion_simulation::Retina;

use super::pharmacology::{Pharmacology, movies};
use super::predictions::{Predicted, Predictions};
use super::{Score, files};
use crate::error::{Context as _, Error, Result, bail};
use crate::outputs::Outputs;
use crate::runner::Runner;
use crate::truth::{self, Plantings};

/// Predictions that were scored.
#[derive(Clone, Debug)]
pub struct Scored {
    /// The scores, and what each retina adds.
    pub summary: ScoreSummary,
    /// Where they were written.
    pub folder: Option<PathBuf>,
}

impl Score {
    /// Scores the predictions, and writes the scores.
    ///
    /// # Errors
    /// Where predictions or their truth cannot be read or do not belong together, or a file cannot be
    /// written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Scored> {
        let outputs = Outputs::of("score", runner.overwrite)
            .reading_all(&self.truth)
            .reading_all(
                self.predictions
                    .iter()
                    .map(|folder| folder.join("summary.json")),
            );
        let folder = |out: &PathBuf| outputs.folder(out, files::NAMES);
        let results = self.out.as_ref().map(folder).transpose()?;
        let mut all = Vec::new();
        for path in &self.predictions {
            all.extend(Predictions::read(path)?);
        }
        let truths = self.truths(&all)?;
        let mut retinas = Vec::with_capacity(all.len());
        for (predictions, truth) in all.iter().zip(&truths) {
            runner
                .progress
                .log(&format!("scoring {}", predictions.folder.display()));
            retinas.push(self.scored(predictions, truth).with_context(|| {
                let folder = predictions.folder.display();
                format!("{folder} beside {}", truth.display())
            })?);
        }
        let summary = ScoreSummary::of(retinas);
        if let Some(results) = &results {
            results.write(|folder| files::write(&summary, folder))?;
        }
        Ok(Scored {
            summary,
            folder: self.out.clone(),
        })
    }

    /// The file of the truth of each folder.
    fn truths(&self, all: &[Predictions]) -> Result<Vec<PathBuf>> {
        match &self.truth[..] {
            [] => all.iter().map(found_beside).collect(),
            [one] => Ok(vec![one.clone(); all.len()]),
            each if each.len() == all.len() => Ok(each.to_vec()),
            some => Err(Error::request(format!(
                "{} truths for {} retinas; give one for all, one for each in the order of the \
                 predictions, or none where they lie beside them",
                some.len(),
                all.len()
            ))),
        }
    }

    fn scored(&self, predictions: &Predictions, file: &Path) -> Result<RetinaScore> {
        let Some((_, retina)) = truth::retina(Some(file), file)? else {
            bail!("there is no simulated retina");
        };
        let shown = Shown::new(predictions, &retina)?;
        let movies = movies(predictions, &self.experiments, *retina.screen())?;
        let mut pharmacology = Pharmacology::new(&retina, movies)?;
        let circuit = retina.circuit();
        let mut score = RetinaScore {
            group: (predictions.group.clone()).unwrap_or_else(|| circuit.family.clone()),
            predictions: predictions.folder.display().to_string(),
            family: circuit.family.clone(),
            seed: circuit.seed,
            ..RetinaScore::default()
        };
        score.counts.not_predicted = predictions.not_predicted.len();
        for predicted in &predictions.cells {
            let Some(truth) = shown.plantings.of(predicted.cell) else {
                bail!(
                    "there is no cell {} in the retina, which has {}; name the right truth",
                    predicted.cell,
                    circuit.cells.len()
                );
            };
            add(
                &mut score,
                predicted,
                (&truth, &shown.movies),
                &mut pharmacology,
            )?;
        }
        Ok(score)
    }
}

fn found_beside(predictions: &Predictions) -> Result<PathBuf> {
    predictions.truth().ok_or_else(|| {
        Error::request(format!(
            "{}: there is no circuit.toml of a simulated retina beside it; name it with --truth",
            predictions.folder.display()
        ))
    })
}

/// What was planted, with shares under the stimuli that the predictions are of, what claims about them are worth,
/// and these stimuli.
struct Shown<'a> {
    plantings: Plantings<'a>,
    movies: Vec<StimulusMovie>,
}

impl<'a> Shown<'a> {
    fn new(predictions: &Predictions, retina: &'a Retina) -> Result<Self> {
        let config = &predictions.tables.reduction;
        let screen = retina.screen();
        let Some(experiment) = predictions.tables.experiments.first() else {
            let movies = vec![config.identify.probe.of(screen)?.1];
            return Ok(Self {
                plantings: Plantings::new(retina, &movies)?,
                movies,
            });
        };
        let prepared = experiment.prepare(*screen)?;
        Ok(Self {
            plantings: Plantings::of_experiment(retina, &prepared, config.metric_tolerance)?,
            movies: prepared.movies(),
        })
    }
}

/// Adds a cell to the score of its retina.
fn add(
    score: &mut RetinaScore,
    predicted: &Predicted,
    (truth, movies): (&Truth, &[StimulusMovie]),
    pharmacology: &mut Pharmacology<'_>,
) -> Result<()> {
    let Some(circuit) = &predicted.circuit else {
        add_without_circuit(score, predicted, truth);
        return Ok(());
    };
    pharmacology.check(circuit)?;
    let linear = CircuitResponder::new(circuit.clone())?.never_rectified(movies)?;
    let planting = Planting::new(truth, circuit, &linear);
    score.counts.add(&planting, &judged(predicted, truth));
    score.add_kernels(&planting);
    if let Some([stated, probable]) = of_probable(predicted, circuit, truth) {
        score.counts.add_stated(&stated, &probable);
    }
    let matched = compare(&truth.pathways, circuit, 0.0);
    score.forecasts.extend(forecasts(predicted, &matched));
    if let Some(beside) = pharmacology.beside(predicted, circuit, &matched)? {
        score.changes.extend(beside.changes);
        score.misfits.push(beside.misfit);
    }
    Ok(())
}

/// The stated pathways of a circuit, and those that are more probable than not, beside the planted ones; nothing
/// where the prediction has no probabilities.
fn of_probable(predicted: &Predicted, circuit: &Circuit, truth: &Truth) -> Option<[Planting; 2]> {
    let known: Option<Vec<f64>> = predicted.probabilities.iter().copied().collect();
    let known = known.filter(|all| !all.is_empty())?;
    let above = |least: f64| {
        let pathways = circuit
            .pathways
            .iter()
            .zip(known.iter().zip(&predicted.parts));
        let kept =
            pathways.filter(|(_, (probability, is_part))| **probability > least && !**is_part);
        let circuit = Circuit {
            pathways: kept.map(|(pathway, _)| pathway.clone()).collect(),
            ..circuit.clone()
        };
        // Whether what is left is rectified matters to equivalence alone, which is not asked for.
        let unknown = vec![false; circuit.pathways.len()];
        Planting::new(truth, &circuit, &unknown)
    };
    // Probabilities are at most 1: above that there is nothing.
    let stated = if predicted.states_nothing {
        1.0
    } else {
        STATED
    };
    Some([above(stated), above(0.5)])
}

/// Adds a cell of which the prediction is that there is no circuit of its class: what was planted in it was
/// not found, and no circuit answers beside the retina.
fn add_without_circuit(score: &mut RetinaScore, predicted: &Predicted, truth: &Truth) {
    let planting = Planting::without_circuit(truth);
    let hypotheses = judged(predicted, truth);
    score.counts.add_without_circuit(&planting, &hypotheses);
    score.misfits.push(Misfit {
        cell: predicted.cell.0,
        truth: f64::NAN,
        own: f64::NAN,
        own_from: None,
        good_enough: predicted.good_enough,
    });
}

/// The claims of a prediction, each with what it is worth in the retina.
fn judged(predicted: &Predicted, truth: &Truth) -> Vec<Hypothesis> {
    let mut hypotheses = predicted.hypotheses.clone();
    for hypothesis in &mut hypotheses {
        let mut known = truth.hypotheses.iter();
        let known = known.find(|one| one.claim == hypothesis.claim);
        hypothesis.truth = known.map(|one| one.verdict);
    }
    hypotheses
}

/// The probability of each pathway, and whether it was planted.
fn forecasts<'a>(
    predicted: &'a Predicted,
    matched: &'a Matching,
) -> impl Iterator<Item = Forecast> + 'a {
    let all = predicted.probabilities.iter().enumerate();
    let all = all.filter(|(place, _)| predicted.parts.get(*place) != Some(&true));
    all.filter_map(|(place, probability)| {
        let mut right = matched
            .pathways
            .iter()
            .filter(|one| one.polarity && one.sign);
        Some(Forecast {
            probability: (*probability)?,
            is_true: right.any(|one| one.found == Some(place)),
        })
    })
}
