//! A stage of a reproduction, with its settings.

use std::path::{Path, PathBuf};

use ganglion_model::hub;
use ganglion_model::training::RunDirectory;
use serde::Serialize;

use crate::error::Result;
use crate::runner::Runner;
use crate::scores;
use crate::stages::{
    Evaluate, Experiment, Identify, Plot, Reduce, Simulate, Train, experiment, identify, reduce,
    simulate, train,
};

/// One stage.
#[derive(Clone, Debug, Serialize)]
pub enum Task {
    Simulate(Box<Simulate>),
    Train(Box<Train>),
    Evaluate(Evaluate),
    Plot(Plot),
    Identify(Box<Identify>),
    Experiment(Box<Experiment>),
    Reduce(Box<Reduce>),
}

impl Task {
    /// Files of others that it reads: recordings, the weights of a model, circuits. Their names are among the
    /// settings; what they hold may change.
    pub fn inputs(&self) -> Vec<PathBuf> {
        match self {
            Self::Simulate(_) => Vec::new(),
            Self::Train(stage) => {
                let files = stage.config.recording.files.iter();
                files.map(|file| file.to_path_buf()).collect()
            }
            Self::Evaluate(stage) => {
                [vec![stage.recording.clone()], weights(&stage.model)].concat()
            }
            Self::Plot(stage) => stage.recording.iter().cloned().collect(),
            Self::Identify(stage) => {
                let with = stage.with.iter().flat_map(|model| weights(model));
                let own = [stage.recordings.clone(), weights(&stage.model)].concat();
                own.into_iter().chain(with).collect()
            }
            Self::Experiment(stage) => weights(&stage.model),
            Self::Reduce(stage) => {
                let with = stage.with.iter().flat_map(|model| weights(model));
                let circuits = stage
                    .circuits
                    .iter()
                    .map(|folder| folder.join("summary.json"));
                let own = weights(&stage.model).into_iter();
                own.chain(with).chain(circuits).collect()
            }
        }
    }

    /// Runs it, and tells what it found; returns the same in a sentence, if it finds anything.
    ///
    /// # Errors
    /// Those of the stage and of `tell`.
    pub fn run(
        &self,
        runner: &Runner<'_>,
        tell: &mut dyn FnMut(&str) -> Result<()>,
    ) -> Result<Option<String>> {
        let mut found = Vec::new();
        match self {
            Self::Simulate(stage) => {
                let outcome = stage.run(runner)?;
                tell(&simulate::text(&outcome))?;
                found.push(simulate::sentence(&outcome));
            }
            Self::Train(stage) => {
                // What was interrupted goes on from its last checkpoint.
                let resume = stage.out.join("checkpoints").exists();
                let stage = Train {
                    resume,
                    ..stage.as_ref().clone()
                };
                let trained = stage.run(runner)?;
                tell(&train::text(&trained)?)?;
                found.push(train::sentence(&trained)?);
            }
            Self::Evaluate(stage) => {
                let evaluated = stage.run(runner)?;
                tell(&scores::text(&evaluated.evaluation))?;
                found.push(scores::sentence(&evaluated.evaluation));
                if let Some(path) = &evaluated.saved {
                    let line = format!("saved in {}", path.display());
                    runner.progress.say(&line);
                }
            }
            Self::Plot(stage) => stage.run_each(runner, |files| {
                let line = |file: &PathBuf| format!("{}\n", file.display());
                tell(&files.iter().map(line).collect::<String>())
            })?,
            Self::Identify(stage) => {
                let identification = stage.run(runner)?;
                tell(&identify::text(&identification))?;
                found.push(identify::sentence(&identification));
            }
            Self::Experiment(stage) => stage.run_each(runner, |made| {
                found.push(experiment::sentence(&made.summary));
                tell(&experiment::text(&made.summary, true))
            })?,
            Self::Reduce(stage) => stage.run_each(runner, |reduced| {
                found.push(reduce::sentence(&reduced));
                tell(&reduce::text(&reduced))
            })?,
        }
        Ok((!found.is_empty()).then(|| found.join("; ")))
    }
}

/// Weights of a run's best model, or of a model.
fn weights(model: &Path) -> Vec<PathBuf> {
    let model = &hub::locate(model).unwrap_or_else(|_| model.to_owned());
    let folders = [
        RunDirectory::new(model).model().to_path_buf(),
        model.clone(),
    ];
    let files = folders.map(|folder| folder.join("model.safetensors"));
    files.into_iter().filter(|file| file.is_file()).collect()
}
