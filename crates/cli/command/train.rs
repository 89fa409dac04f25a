//! `ganglion train`

use std::path::{Path, PathBuf};

use clap::Args;
use ganglion::stages::{Train, train};

use crate::config::{ConfigFile, Override};
use crate::console;
use crate::settings::Settings;

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
    let out = arguments.out.clone();
    let stage = Train {
        config: ConfigFile::read(&arguments.config, &arguments.set)?.run()?,
        out: out.unwrap_or_else(|| default_run(&arguments.config)),
        resume: arguments.resume,
        accept_changed_recordings: arguments.accept_changed_recordings,
        file: Some(arguments.config.clone()),
    };
    let trained = stage.run(&settings.runner())?;
    console::print(&train::text(&trained)?)
}

fn default_run(config: &Path) -> PathBuf {
    Path::new("runs").join(config.file_stem().unwrap_or_default())
}
