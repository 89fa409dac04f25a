//! What the user typed, checked for form only.

use clap::{Args, Parser};

use crate::command::Command;
use crate::device::DeviceChoice;
use crate::failure::bad_use;

/// From recordings of retinal ganglion cells to the circuits behind their responses.
#[derive(Debug, Parser)]
#[command(name = "ganglion", version = version().leak() as &str, max_term_width = 100)]
pub struct Arguments {
    /// Options of every command.
    #[command(flatten)]
    pub global: GlobalArguments,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalArguments {
    /// Where to compute: flex (default), ndarray, wgpu or cuda; `list` tells what there is
    #[arg(long, global = true, value_name = "NAME")]
    pub device: Option<DeviceChoice>,
    /// Processor threads to use [default: one for each core]
    #[arg(long, global = true, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// Print results and errors only: no progress, no warnings
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The option of every command that writes results.
#[derive(Clone, Copy, Debug, Args)]
pub struct Overwrite {
    /// Replace files that are in the way; never a model, a run, or what the command reads
    #[arg(long)]
    pub overwrite: bool,
}

impl Arguments {
    /// Whether the devices are to be listed, which needs no command.
    pub fn lists_devices(&self) -> bool {
        self.global.device == Some(DeviceChoice::List)
    }

    /// The command given.
    ///
    /// # Errors
    /// Where there is none.
    pub fn command(&self) -> anyhow::Result<&Command> {
        self.command.as_ref().ok_or_else(|| {
            bad_use("no command given; `ganglion --help` lists them, for example `ganglion train`")
        })
    }
}

/// More threads than any single computer has cores.
const MOST_THREADS: usize = 1024;

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if (1..=MOST_THREADS).contains(&count) => Ok(count),
        _ => Err(format!(
            "give a whole number from 1 to {MOST_THREADS}, or leave --threads out to use every core"
        )),
    }
}

/// The program's version, with the git revision where the build was told it.
fn version() -> String {
    match revision() {
        Some(revision) => format!("{} ({revision})", env!("CARGO_PKG_VERSION")),
        None => env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Git revision of the program, from the environment variable `GANGLION_REVISION` at build time.
pub fn revision() -> Option<&'static str> {
    option_env!("GANGLION_REVISION")
}
