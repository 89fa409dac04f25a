//! Scores of both sides, paired.

use std::path::PathBuf;

use ganglion_model::evaluation::{Evaluation, compare, evaluate};
use ganglion_model::model::SourceFile;

use super::cells::ComparedCells;
use super::{Compare, comparable, files};
use crate::error::{Result, bail};
use crate::outputs::Outputs;
use crate::results::ComparisonSummary;
use crate::runner::Runner;
use crate::trained::Trained;
use crate::{agreement, notes};

/// Models that were compared.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Paired scores, and what they are of.
    pub summary: ComparisonSummary,
    /// Where they were written.
    pub folder: Option<PathBuf>,
}

impl Compare {
    /// Scores both models on the same bins of the same cells: those that all networks predict.
    ///
    /// # Errors
    /// Where a model or the recording cannot be read, they do not fit each other, the models are not
    /// comparable, or a file cannot be written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Compared> {
        let models = self.a.iter().chain(&self.b);
        let outputs = Outputs::of("evaluate", runner.overwrite).reading(&self.recording);
        let outputs = models.fold(outputs, |outputs, model| outputs.reading_model(model));
        let folder = |out: &PathBuf| outputs.folder(out, files::NAMES);
        let results = self.out.as_ref().map(folder).transpose()?;
        let open = |paths: &[PathBuf]| -> Result<Vec<Trained>> {
            paths
                .iter()
                .map(|path| Trained::open(path, runner))
                .collect()
        };
        let (a, b) = (open(&self.a)?, open(&self.b)?);
        comparable::check(&a, &b)?;
        let networks: Vec<&Trained> = a.iter().chain(&b).collect();
        let cells = ComparedCells::of(&networks, self.cells.as_deref())?;
        notes::tell(&self.recording);
        let sides = [self.evaluations(&a, runner)?, self.evaluations(&b, runner)?];
        let Some(found) = compare(sides.each_ref().map(Vec::as_slice), &cells.compared) else {
            bail!(
                "{}: no cell is scored by all models in the same bins",
                self.recording.display()
            );
        };
        let mut notes = sides[0][0].notes.clone();
        notes.extend(cells.note());
        notes.extend(single(&self.a, "A"));
        notes.extend(single(&self.b, "B"));
        let summary = ComparisonSummary {
            a: self.a.clone(),
            b: self.b.clone(),
            recording: self.recording.clone(),
            source: SourceFile::of_recording(&self.recording)?,
            partition: self.partition,
            frame_period_ms: sides[0][0].frame_period_ms,
            notes,
            cells_left_out: cells.left_out,
            comparison: found,
        };
        if let Some(results) = &results {
            results.write(|folder| files::write(&summary, folder, self.format))?;
        }
        Ok(Compared {
            summary,
            folder: self.out.clone(),
        })
    }

    fn evaluations(&self, side: &[Trained], runner: &Runner<'_>) -> Result<Vec<Evaluation>> {
        let of = |trained: &Trained| {
            runner
                .progress
                .log(&format!("evaluating {}", trained.path.display()));
            let evaluation = evaluate(&trained.model, &self.recording, self.partition)?;
            agreement::tell(&self.recording, &evaluation);
            Ok(evaluation)
        };
        side.iter().map(of).collect()
    }
}

/// That a difference may be one of seeds.
fn single(networks: &[PathBuf], side: &str) -> Option<String> {
    (networks.len() == 1).then(|| {
        format!(
            "{side} is one network: intervals do not hold how much trainings with other seeds differ; name several \
             networks for that"
        )
    })
}
