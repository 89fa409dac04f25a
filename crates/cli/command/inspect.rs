//! `ganglion inspect`

use std::path::PathBuf;

use clap::Args;

use crate::console;

/// What was typed after `inspect`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Any HDF5 file
    #[arg(value_name = "FILE.h5")]
    file: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Prints what the file holds.
///
/// # Errors
/// Where the file cannot be read.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let summary = ganglion::recording::inspect(&arguments.file)?;
    if arguments.json {
        console::print_json(&summary)
    } else {
        console::print(&summary.to_string())
    }
}
