//! `ganglion plot`

use std::path::PathBuf;

use clap::Args;
use ganglion::plot::Format;
use ganglion::stages::Plot;

use crate::console;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `plot`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory, a model directory, a model's name (owner/name), or a folder that `experiment --out` wrote
    #[arg(value_name = "FOLDER")]
    path: PathBuf,
    /// The recording whose test part is compared [default: those the run was trained on]
    #[arg(long, value_name = "FILE.h5")]
    recording: Option<PathBuf>,
    /// Format of the figures: svg or png
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: Format,
    /// Folder for the figures [default: `plots` in the run or model, the experiment's own folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    replacing: Overwrite,
}

/// Draws figures, and prints the names of their files.
///
/// # Errors
/// Where the run, model or recording cannot be read, or the figures cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let stage = Plot {
        path: arguments.path.clone(),
        recording: arguments.recording.clone(),
        out: arguments.out.clone(),
        format: arguments.format,
    };
    stage.run_each(&settings.replacing(arguments.replacing), |files| {
        let line = |file: &PathBuf| format!("{}\n", file.display());
        console::tell(&files.iter().map(line).collect::<String>())
    })?;
    Ok(())
}
