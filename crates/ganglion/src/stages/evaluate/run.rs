//! Scores of every cell.

use std::fs;
use std::path::{Path, PathBuf};

use ganglion_exchange::export::{ClipPrediction, ClipPredictions, write_sensorium};
use ganglion_model::evaluation::{Evaluation, evaluate};
use ganglion_model::model::{Model, Provenance, SourceFile, WEIGHTS, folder};
use ganglion_model::training::read_fit_report;
use ganglion_recording::{Partition, sha256_of};

use super::Evaluate;
use crate::error::Result;
use crate::location::Location;
use crate::outputs::Outputs;
use crate::results::{EvaluationSummary, write_json};
use crate::runner::Runner;
use crate::{agreement, notes};

/// A model that was judged.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// Scores, with predicted and recorded rates.
    pub evaluation: Evaluation,
    /// Scores, and what they are of.
    pub summary: EvaluationSummary,
    /// The file in the run that they were written into, if the model is that of a run and it can be
    /// written.
    pub saved: Option<PathBuf>,
}

impl Evaluate {
    /// Judges every cell, and leaves the scores in the run if that can be written.
    ///
    /// # Errors
    /// Where the model does not fit the recording, or one of them cannot be read.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Evaluated> {
        let model = runner.model(&self.model)?;
        notes::tell(&self.recording);
        let evaluation = evaluate(&model, &self.recording, self.partition)?.with_intervals();
        agreement::tell(&self.recording, &evaluation);
        let report = read_fit_report(&folder(&self.model)?)?;
        let spikes = model.spike_by_spike(report.as_ref(), &self.recording, self.partition)?;
        let trials = model.simulated_trials(&self.recording, self.partition)?;
        if let Some(trials) = &trials {
            agreement::tell_stability(&self.recording, &trials.stability);
        }
        let summary = EvaluationSummary {
            spike_by_spike: spikes,
            variability: trials.map(|trials| trials.variability()),
            ..self.summary(&model, &evaluation)?
        };
        if let Some(path) = &self.predictions {
            let path = Outputs::of("evaluate", runner.overwrite).file(path, |_| false)?;
            self.write_predictions(&model, &evaluation, &path)?;
        }
        let run = Location::of(&self.model);
        let saved = run.run().and_then(|run| {
            let name = file_name(&summary, &model.description.provenance);
            save(&summary, run.root().join(name))
        });
        Ok(Evaluated {
            evaluation,
            summary,
            saved,
        })
    }

    /// Rates of all bins with a prediction, as one clip.
    fn write_predictions(&self, model: &Model, evaluation: &Evaluation, path: &Path) -> Result<()> {
        let stem = self.recording.file_stem().unwrap_or_default();
        let neurons = model.description.cells.iter().map(|&cell| cell as i64);
        let clip = ClipPrediction {
            name: format!("{}.npy", self.partition),
            rates: evaluation.predicted.clone(),
        };
        let predictions = ClipPredictions {
            recording: stem.to_string_lossy().into_owned(),
            neurons: neurons.collect(),
            clips: vec![clip],
        };
        Ok(write_sensorium(&predictions, path)?)
    }

    fn summary(&self, model: &Model, evaluation: &Evaluation) -> Result<EvaluationSummary> {
        let source = SourceFile::of_recording(&self.recording)?;
        Ok(EvaluationSummary {
            model: self.model.clone(),
            model_epoch: model.description.provenance.epoch,
            weights_sha256: Some(sha256_of(folder(&self.model)?.join(WEIGHTS))?),
            recording: self.recording.clone(),
            recording_name: source.name,
            recording_sha256: source.sha256,
            recording_linked: source.linked,
            partition: self.partition,
            cells: evaluation.cells.clone(),
            median_pearson: Some(evaluation.median_pearson).filter(|median| median.is_finite()),
            median_normalised: evaluation.median_normalised,
            n: evaluation.n,
            population: evaluation.population.clone(),
            bootstrap: evaluation.bootstrap,
            spike_by_spike: None,
            variability: None,
            scored_bins: evaluation.scored_bins,
            notes: evaluation.notes.clone(),
            warnings: (evaluation.disagreements.iter())
                .map(ToString::to_string)
                .collect(),
            first_bin: evaluation.first_bin,
            frame_period_ms: evaluation.frame_period_ms,
        })
    }
}

/// `evaluation.json` holds test scores on a recording of the run; others must not pass for them.
fn file_name(summary: &EvaluationSummary, provenance: &Provenance) -> String {
    let mut sources = provenance.recordings.iter();
    let other = match sources.any(|source| source.name == summary.recording_name) {
        true => String::new(),
        false => {
            let stem = summary.recording.file_stem().unwrap_or_default();
            format!("-{}", stem.to_string_lossy())
        }
    };
    let part = match summary.partition {
        Partition::Test => "",
        Partition::Train => "-train",
    };
    format!("evaluation{other}{part}.json")
}

/// Whether a file holds scores of an earlier evaluation.
fn is_evaluation(path: &Path) -> bool {
    let text = fs::read_to_string(path).ok();
    let document = text.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
    document.is_some_and(|document| {
        ["model_epoch", "recording_sha256", "cells"]
            .iter()
            .all(|key| document.get(key).is_some())
    })
}

/// A run that cannot be written to still has scores.
fn save(summary: &EvaluationSummary, path: PathBuf) -> Option<PathBuf> {
    let mut outputs = Outputs::of("evaluate", false);
    let written = outputs
        .file(&path, is_evaluation)
        .and_then(|path| write_json(&path, summary));
    match written {
        Ok(()) => Some(path),
        Err(error) => {
            tracing::warn!("the scores were not saved: {error}");
            None
        }
    }
}
