//! Options that several commands have.

use clap::Args;

use crate::device::DeviceChoice;

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalArguments {
    /// Where to compute: flex (default), ndarray, wgpu, vulkan or cuda; `list` tells what there is
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
