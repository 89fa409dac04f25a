//! Several models side by side.

use std::path::{Path, PathBuf};

use ganglion_model::evaluation::{Evaluation, evaluate};
use ganglion_model::model::Model;
use ganglion_plot::Format;
use ganglion_recording::Partition;
use serde::Serialize;

use super::plot::{Named, save};
use crate::error::{Result, bail};
use crate::outputs::Outputs;
use crate::runner::Runner;
use crate::{agreement, figures, notes};

/// A figure of the scores of several models of the same cells.
#[derive(Clone, Debug, Serialize)]
pub struct PlotFamilies {
    /// Run directories or model directories.
    pub models: Vec<PathBuf>,
    /// The recording whose test part all are compared with.
    pub recording: PathBuf,
    /// Folder for the figure.
    pub out: PathBuf,
    /// Format of the figure.
    #[serde(skip)]
    pub format: Format,
}

impl PlotFamilies {
    /// Scores every model, then draws all scores side by side; returns the files.
    ///
    /// # Errors
    /// Where a model or the recording cannot be read, models are of different cells, or the figure cannot be written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Vec<PathBuf>> {
        let models = self.models.iter().map(|path| runner.model(path));
        let models: Vec<Model> = models.collect::<Result<_>>()?;
        self.check_cells(&models)?;
        notes::tell(&self.recording);
        let names = names(&self.models, &models);
        let score = |(name, model): (String, &Model)| -> Result<(String, Evaluation)> {
            let evaluation = evaluate(model, &self.recording, Partition::Test)?.with_intervals();
            agreement::tell(&self.recording, &evaluation);
            Ok((name, evaluation))
        };
        let scored = names.into_iter().zip(&models).map(score);
        let scored: Vec<(String, Evaluation)> = scored.collect::<Result<_>>()?;
        if let Some(line) = different_bins(&scored) {
            runner.progress.say(&line);
        }
        let drawn: Named = ("families".into(), Box::new(figures::families(&scored)));
        let outputs = Outputs::of("plot", runner.overwrite).reading(&self.recording);
        let outputs =
            (self.models.iter()).fold(outputs, |outputs, model| outputs.reading_model(model));
        save(&[drawn], &self.out, self.format, &outputs)
    }

    /// Medians over different cells would not be comparable.
    fn check_cells(&self, models: &[Model]) -> Result<()> {
        let cells = |model: &Model| {
            let mut cells = model.description.cells.clone();
            cells.sort_unstable();
            cells
        };
        let Some(first) = models.first().map(cells) else {
            return Ok(());
        };
        match models.iter().position(|model| cells(model) != first) {
            None => Ok(()),
            Some(other) => bail!(
                "{} and {} are models of different cells, whose scores are not comparable side by side: name models \
                 of the same cells, or compare two on the cells that both predict, evaluate A --against B",
                self.models[0].display(),
                self.models[other].display()
            ),
        }
    }
}

/// What models are called: by their kind, or by their folder where several are of one kind.
fn names(paths: &[PathBuf], models: &[Model]) -> Vec<String> {
    let kind = |model: &Model| model.description.architecture.kind();
    let of = |(path, model): (&PathBuf, &Model)| {
        let alike = models
            .iter()
            .filter(|other| kind(other) == kind(model))
            .count();
        match alike {
            1 => kind(model).to_owned(),
            _ => folder_name(path),
        }
    };
    let names: Vec<String> = paths.iter().zip(models).map(of).collect();
    let is_clear = |name: &String| names.iter().filter(|other| *other == name).count() == 1;
    match names.iter().all(is_clear) {
        true => names,
        false => paths
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
    }
}

/// The last part of a path that is not `model`, which every run has.
fn folder_name(path: &Path) -> String {
    let parts = path
        .components()
        .rev()
        .map(|part| part.as_os_str().to_string_lossy());
    let own = parts
        .into_iter()
        .find(|part| part != "model" && part != ".");
    own.map_or_else(|| path.display().to_string(), |part| part.into_owned())
}

/// A sentence where models have histories of different length, so that the first scored bins differ.
fn different_bins(scored: &[(String, Evaluation)]) -> Option<String> {
    let first = scored.first()?.1.first_bin;
    let differs = scored
        .iter()
        .any(|(_, evaluation)| evaluation.first_bin != first);
    let told = scored
        .iter()
        .map(|(name, evaluation)| format!("{name} {}", evaluation.first_bin));
    let told: Vec<String> = told.collect();
    differs.then(|| {
        format!(
            "models have histories of different length, so that the first bin that is scored differs ({})",
            told.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_in_runs_are_called_by_the_run() {
        assert_eq!(folder_name(Path::new("runs/seed2/model")), "seed2");
        assert_eq!(folder_name(Path::new("runs/seed2/")), "seed2");
        assert_eq!(folder_name(Path::new("model")), "model");
    }
}
