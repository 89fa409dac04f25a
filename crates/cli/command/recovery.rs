//! `ganglion recovery`

use std::path::PathBuf;

use clap::Args;
use ganglion::pipeline::Recovery;

use super::reproduce::pipeline_config;
use crate::config::{ConfigFile, Override};
use crate::console;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `recovery`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Config file with the tables of simulation and training, see `configs/recovery.toml`; its
    /// recordings are looked for by name among those that are simulated
    #[arg(value_name = "CONFIG")]
    config: PathBuf,
    /// How many retinas are simulated, each from a seed of its own
    #[arg(long, value_name = "N")]
    retinas: u64,
    /// Seed of the first retina
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    first_seed: u64,
    /// Folder for all retinas; those that it holds complete are not made again
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Remove movies and checkpoints of each retina once it is scored
    #[arg(long)]
    discard_recordings: bool,
    /// Set a key of the config, as in training.epochs=5; may be given several times
    #[arg(long, value_name = "KEY.PATH=VALUE")]
    set: Vec<Override>,
    #[command(flatten)]
    replacing: Overwrite,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Simulates retinas, trains a network on each, identifies its circuits and scores them.
///
/// # Errors
/// Where a stage fails; what was done before is kept, and the same command goes on from there.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let file = ConfigFile::read(&arguments.config, &arguments.set)?;
    file.check()?;
    let recovery = Recovery {
        config: pipeline_config(&file, file.has("recording"))?,
        retinas: arguments.retinas,
        first_seed: arguments.first_seed,
        out: arguments.out.clone(),
        discard_recordings: arguments.discard_recordings,
        document: Some(file.text()?),
        file: Some(arguments.config.clone()),
    };
    let runner = settings.replacing(arguments.replacing);
    let made = recovery.run(&runner, |found| match arguments.json {
        true => Ok(()),
        false => console::tell(found),
    })?;
    match arguments.json {
        true => console::print_json(&made),
        false => console::print(&made.text()),
    }
}
