//! How well networks predict their cells, as far as is known without asking for it.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ganglion_model::evaluation::{CellScore, Score, evaluate};
use ganglion_model::model::{Model, WEIGHTS, folder};
use ganglion_model::score_record::MetricRecord;
use ganglion_recording::{CellIndex, Partition, sha256_of};
use ganglion_reduction::prediction::{CellPrediction, Of, Verdict};

use crate::error::{Context as _, Result};
use crate::results::{EvaluationSummary, read};
use crate::stages::each_once::is_same;
use crate::stages::identify::of_training;

/// How well the cells are predicted of which that is known, on recordings that their network was not trained on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictions(BTreeMap<CellIndex, CellPrediction>);

impl Predictions {
    /// Those of networks of the same cells: of each cell, that of the network that predicts it worst, because
    /// what is wrong with one is in the mean of their rates. `recordings` are those that were named for them.
    ///
    /// # Errors
    /// Where a run or its weights cannot be read.
    pub fn of_networks<'a>(
        networks: impl Iterator<Item = (&'a Path, &'a Model)>,
        recordings: &[PathBuf],
    ) -> Result<Self> {
        let mut worst: Option<Self> = None;
        for (path, model) in networks {
            let found = Self::of(path, model, recordings)?;
            worst = Some(match worst {
                None => found,
                Some(known) => known.joined(found, Ordering::Less),
            });
        }
        Ok(worst.unwrap_or_default())
    }

    /// Those of one network: what `evaluate` left in its run; else the parts `test` of the recordings that were
    /// named and of those that the run names; else what the model says of all its cells.
    fn of(path: &Path, model: &Model, recordings: &[PathBuf]) -> Result<Self> {
        let saved = saved(path, model)?;
        if !saved.0.is_empty() {
            return Ok(saved);
        }
        let mut recordings = recordings.to_vec();
        for file in of_training::config(path)?
            .iter()
            .flat_map(|config| &config.recording.files)
        {
            if !recordings.iter().any(|named| is_same(named, file)) {
                recordings.push(file.to_path_buf());
            }
        }
        let found = judged(model, &recordings);
        if !found.0.is_empty() {
            return Ok(found);
        }
        Ok(of_all_cells(model))
    }

    /// Those of circuits that were identified before.
    pub fn of_identified(cells: impl Iterator<Item = (CellIndex, CellPrediction)>) -> Self {
        Self(cells.collect())
    }

    /// That of a cell, if it is known.
    pub fn of_cell(&self, cell: CellIndex) -> Option<CellPrediction> {
        self.0.get(&cell).cloned()
    }

    /// Both; of cells that are in both, the better one (`Greater`) or the worse one (`Less`).
    #[must_use]
    pub fn joined(mut self, other: Self, kept: Ordering) -> Self {
        for (cell, one) in other.0 {
            match self.0.get(&cell) {
                Some(known) if compared(&one, known) != kept => {}
                _ => {
                    self.0.insert(cell, one);
                }
            }
        }
        self
    }

    /// The scores of one recording.
    fn of_scores(recording: &str, cells: &[CellScore]) -> Self {
        let one = |score: &CellScore| {
            let prediction = CellPrediction {
                recording: recording.to_owned(),
                pearson: score.pearson,
                pearson_interval: score.intervals.of(Score::Pearson),
                normalised: score.normalised,
                normalised_interval: score.intervals.of(Score::Normalised),
                nothing_repeats: score.has_nothing_that_repeats(),
                ..CellPrediction::default()
            };
            (CellIndex(score.cell), prediction)
        };
        Self(cells.iter().map(one).collect())
    }
}

/// Which of two predictions of a cell is worth more.
fn compared(one: &CellPrediction, other: &CellPrediction) -> Ordering {
    let value = |of: &CellPrediction| of.normalised.or(of.pearson).unwrap_or(f64::NEG_INFINITY);
    let verdicts = one.verdict().cmp(&other.verdict());
    verdicts.then(value(one).total_cmp(&value(other)))
}

/// What evaluations left in the run of a network, of these weights and of parts that are held back.
fn saved(path: &Path, model: &Model) -> Result<Predictions> {
    let Some(run) = of_training::run_of(path) else {
        return Ok(Predictions::default());
    };
    let weights = sha256_of(folder(path)?.join(WEIGHTS))?;
    let epoch = model.description.provenance.epoch;
    let mut found = Predictions::default();
    for file in evaluations(run.root())? {
        let summary: EvaluationSummary = match read(&file) {
            Ok(Some(summary)) => summary,
            Ok(None) => continue,
            Err(error) => {
                tracing::warn!("what was evaluated is not used: {error}");
                continue;
            }
        };
        let is_same = match &summary.weights_sha256 {
            Some(sha256) => *sha256 == weights,
            None => summary.model_epoch == epoch,
        };
        if is_same && summary.partition == Partition::Test {
            let scores = Predictions::of_scores(&summary.recording_name, &summary.cells);
            found = found.joined(scores, Ordering::Greater);
        }
    }
    Ok(found)
}

/// The files of a run that evaluations wrote, in the order of their names.
fn evaluations(run: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(run).with_context(|| run.display().to_string())?;
    let is_one = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("evaluation") && name.ends_with(".json")
    };
    let files = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = files.filter(is_one).collect();
    files.sort();
    Ok(files)
}

/// The scores on the parts `test` of recordings, as far as there are any.
fn judged(model: &Model, recordings: &[PathBuf]) -> Predictions {
    let mut found = Predictions::default();
    for recording in recordings {
        let name = recording.file_name().unwrap_or_default().to_string_lossy();
        match evaluate(model, recording, Partition::Test) {
            Ok(evaluation) => {
                let scores = Predictions::of_scores(&name, &evaluation.with_intervals().cells);
                found = found.joined(scores, Ordering::Greater);
            }
            // It was not asked for: a recording without a part that is held back is no error.
            Err(error) => {
                let path = recording.display();
                tracing::info!("{path}: has no part that is held back: {error}");
                found = found.joined(poor_on_training(model, recording), Ordering::Greater);
            }
        }
    }
    found
}

/// Cells that are not predicted on the part `train` of a recording either, on which they would be if anywhere; what is
/// predicted there says nothing.
fn poor_on_training(model: &Model, recording: &Path) -> Predictions {
    let Ok(evaluation) = evaluate(model, recording, Partition::Train) else {
        return Predictions::default();
    };
    let name = recording.file_name().unwrap_or_default().to_string_lossy();
    let found = Predictions::of_scores(&name, &evaluation.with_intervals().cells).0;
    let on_training = found.into_iter().map(|(cell, prediction)| {
        let prediction = CellPrediction {
            on_training: true,
            ..prediction
        };
        (cell, prediction)
    });
    let is_poor =
        |(_, prediction): &(CellIndex, CellPrediction)| prediction.verdict() == Verdict::Poor;
    Predictions(on_training.filter(is_poor).collect())
}

/// What a model without its run says of its cells: where the worst of them is predicted well enough, all are, and where
/// the best is not, none.
fn of_all_cells(model: &Model) -> Predictions {
    let description = &model.description;
    let Some(record) = &description.evaluation else {
        return Predictions::default();
    };
    let metric = |score: Score| -> Option<&MetricRecord> {
        let mut metrics = record.metrics.iter();
        metrics.find(|one| one.name == score.key() && one.cells == description.cells.len())
    };
    let of = |of: Of, value: fn(&MetricRecord) -> f64| CellPrediction {
        recording: record.recording.name.clone(),
        pearson: metric(Score::Pearson).map(value),
        normalised: metric(Score::Normalised).map(value),
        of,
        ..CellPrediction::default()
    };
    let worst = of(Of::WorstCell, |metric| metric.lowest);
    let best = of(Of::BestCell, |metric| metric.highest);
    let known = match (worst.verdict(), best.verdict()) {
        _ if record.partition != Partition::Test => return Predictions::default(),
        (Verdict::Enough, _) => worst,
        (_, Verdict::Poor) => best,
        _ => return Predictions::default(),
    };
    let cells = description.cells.iter();
    Predictions(
        cells
            .map(|&cell| (CellIndex(cell), known.clone()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(normalised: f64) -> Predictions {
        Predictions::of_scores(
            "natural.h5",
            &[CellScore {
                cell: 3,
                normalised: Some(normalised),
                ..CellScore::default()
            }],
        )
    }

    #[test]
    fn of_recordings_the_better_counts_and_of_networks_the_worse() {
        let normalised = |kept: Ordering| {
            [[0.9, 0.2], [0.2, 0.9]].map(|[one, other]| {
                let both = of(one).joined(of(other), kept);
                both.of_cell(CellIndex(3)).unwrap().normalised.unwrap()
            })
        };
        assert_eq!(normalised(Ordering::Greater), [0.9, 0.9]);
        assert_eq!(normalised(Ordering::Less), [0.2, 0.2]);
        assert_eq!(of(0.9).of_cell(CellIndex(0)), None);
    }
}
