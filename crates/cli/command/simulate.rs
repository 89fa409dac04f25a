//! `ganglion simulate`

use std::path::{Path, PathBuf};

use clap::Args;
use ganglion::stages::{Simulate, simulate};

use crate::config::{ConfigFile, Override};
use crate::console;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `simulate`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Config file with a table `[simulation]`, see `configs/`
    #[arg(value_name = "CONFIG")]
    config: PathBuf,
    /// Set a key of the config, as in simulation.repeats=10; may be given several times; paths are
    /// relative to the config file
    #[arg(long, value_name = "KEY.PATH=VALUE")]
    set: Vec<Override>,
    /// Folder for the recordings [default: a folder in `recordings`, named as the config]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    replacing: Overwrite,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Simulates recordings, and tells what the cells did.
///
/// # Errors
/// Where the config makes no sense or the folder cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let out = arguments.out.clone();
    let stage = Simulate {
        tables: ConfigFile::read(&arguments.config, &arguments.set)?.parse()?,
        out: out.unwrap_or_else(|| default_folder(&arguments.config)),
        config: Some(arguments.config.clone()),
    };
    let outcome = stage.run(&settings.replacing(arguments.replacing))?;
    for class in &outcome.classes {
        if let Some(note) = &class.note {
            tracing::warn!("{}: {note}", class.file.display());
        }
    }
    match arguments.json {
        true => console::print_json(&outcome),
        false => console::print(&simulate::text(&outcome)),
    }
}

fn default_folder(config: &Path) -> PathBuf {
    Path::new("recordings").join(config.file_stem().unwrap_or_default())
}
