//! `ganglion train`

use std::path::{Path, PathBuf};

use clap::Args;
use ganglion_model::training::{Outcome, RunDirectory, TrainOptions, read_history, train};

use crate::config::{self, Override};
use crate::progress::TrainingProgress;
use crate::settings::Settings;
use crate::table::decimal;
use crate::{arguments, console};

/// What was typed after `train`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Config file of the run, see `configs/`
    #[arg(value_name = "CONFIG")]
    config: PathBuf,
    /// Set a key of the config, as in training.epochs=5; may be given several times
    #[arg(long, value_name = "KEY.PATH=VALUE")]
    set: Vec<Override>,
    /// Folder for the run [default: a folder in `runs`, named as the config]
    #[arg(long, value_name = "RUN")]
    out: Option<PathBuf>,
    /// Continue the run that --out holds from its last checkpoint
    #[arg(long)]
    resume: bool,
}

/// Trains, and tells where the model is.
///
/// # Errors
/// Where the config, the recording or the run directory cannot be used.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let mut config = config::load(&arguments.config, &arguments.set)?;
    if let Some(backend) = settings.backend {
        config.device.backend = backend;
    }
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| default_run(&arguments.config));
    let directory = RunDirectory::new(&out);
    let options = TrainOptions {
        resume: arguments.resume,
        revision: arguments::revision().map(ToOwned::to_owned),
    };
    let mut progress = TrainingProgress::new(settings.quiet);
    let outcome = train(&config, &directory, &options, &mut progress);
    progress.finish();
    console::print(&summary(&outcome?, &directory, &out)?)
}

fn default_run(config: &Path) -> PathBuf {
    Path::new("runs").join(config.file_stem().unwrap_or_default())
}

fn summary(outcome: &Outcome, directory: &RunDirectory, out: &Path) -> anyhow::Result<String> {
    let history = read_history(&directory.history())?;
    let best = history.iter().find(|row| row.epoch == outcome.best_epoch);
    let correlation = decimal(best.and_then(|row| row.validation_correlation));
    let (epochs, best_epoch) = (outcome.epochs, outcome.best_epoch);
    let early = if outcome.stopped_early {
        ", stopped early"
    } else {
        ""
    };
    let run = out.display();
    Ok(format!(
        "trained {epochs} epochs{early}; best epoch {best_epoch}, validation r {correlation}\n\
         model    {}\n\
         history  {}\n\
         next     ganglion evaluate {run} --recording FILE.h5\n         \
                  ganglion plot {run}\n",
        directory.model().display(),
        directory.history().display(),
    ))
}
