//! `ganglion train`

use std::path::{Path, PathBuf};

use clap::Args;
use ganglion_model::Error;
use ganglion_model::training::{Outcome, RunDirectory, TrainOptions, read_history, train};

use crate::config::{ConfigFile, Override};
use crate::outputs::Outputs;
use crate::progress::TrainingProgress;
use crate::settings::Settings;
use crate::table::decimal;
use crate::{arguments, console, notes};

/// What was typed after `train`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Config file of the run, see `configs/`
    #[arg(value_name = "CONFIG")]
    config: PathBuf,
    /// Set a key of the config, as in training.epochs=5; may be given several times; paths are
    /// relative to the config file
    #[arg(long, value_name = "KEY.PATH=VALUE")]
    set: Vec<Override>,
    /// Folder for the run [default: a folder in `runs`, named as the config]
    #[arg(long, value_name = "RUN")]
    out: Option<PathBuf>,
    /// Continue the run that --out holds from its last checkpoint
    #[arg(long)]
    resume: bool,
    /// Continue although a recording has changed since the run was begun; the model's provenance
    /// says so
    #[arg(long, requires = "resume")]
    accept_changed_recordings: bool,
}

/// Trains, and tells where the model is.
///
/// # Errors
/// Where the config, the recording or the run directory cannot be used.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let mut config = ConfigFile::read(&arguments.config, &arguments.set)?.run()?;
    if let Some(backend) = settings.backend {
        config.device.backend = backend;
    }
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| default_run(&arguments.config));
    let outputs = Outputs::of("train", false);
    // A run may be resumed with the config that it keeps itself.
    let outputs = match arguments.resume {
        true => outputs,
        false => outputs.reading(&arguments.config),
    };
    outputs.run(&out)?;
    let directory = RunDirectory::new(&out);
    let options = TrainOptions {
        resume: arguments.resume,
        accept_changed_recordings: arguments.accept_changed_recordings,
        revision: arguments::revision().map(ToOwned::to_owned),
    };
    config
        .recording
        .files
        .iter()
        .for_each(|file| notes::tell(file));
    let mut progress = TrainingProgress::new(settings.quiet);
    let outcome = train(&config, &directory, &options, &mut progress);
    progress.finish();
    let outcome = outcome.map_err(|error| told_where(error, &arguments.config))?;
    console::print(&summary(&outcome, &directory, &out)?)
}

/// Adds to an error about a missing recording where its path comes from.
fn told_where(error: Error, config: &Path) -> anyhow::Error {
    let is_missing = matches!(
        error,
        Error::Recording(ganglion_recording::Error::Missing { .. })
    );
    let error = anyhow::Error::from(error);
    if !is_missing {
        return error;
    }
    error.context(format!(
        "recording.files in {}: relative paths start at the config's folder",
        config.display()
    ))
}

fn default_run(config: &Path) -> PathBuf {
    Path::new("runs").join(config.file_stem().unwrap_or_default())
}

fn summary(outcome: &Outcome, directory: &RunDirectory, out: &Path) -> anyhow::Result<String> {
    let history = read_history(&directory.history())?;
    let best = history.iter().find(|row| row.epoch == outcome.best_epoch);
    let kept = match best.filter(|row| row.validation_loss.is_some()) {
        Some(row) => format!(
            "best epoch {}, mean validation r {}",
            row.epoch,
            decimal(row.validation_correlation)
        ),
        None => "kept the last one (no validation data)".to_owned(),
    };
    let epochs = match outcome.epochs {
        1 => "1 epoch".to_owned(),
        epochs => format!("{epochs} epochs"),
    };
    let early = if outcome.stopped_early {
        ", stopped early"
    } else {
        ""
    };
    let run = out.display();
    Ok(format!(
        "trained {epochs}{early}; {kept}\n\
         model    {}\n\
         history  {}\n\
         next     ganglion evaluate {run} --recording FILE.h5\n         \
                  ganglion plot {run}\n",
        directory.model().display(),
        directory.history().display(),
    ))
}
