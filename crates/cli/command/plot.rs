//! `ganglion plot`

use std::path::PathBuf;

use clap::Args;
use ganglion::plot::Format;
use ganglion::stages::{Plot, PlotFamilies};

use crate::console;
use crate::failure::bad_use;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `plot`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory, a model directory, a model's name (owner/name), or a folder that `experiment --out` wrote;
    /// several runs or models, with --recording and --out, have their scores drawn side by side
    #[arg(value_name = "FOLDER", required = true, num_args = 1..)]
    paths: Vec<PathBuf>,
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
    let [path] = &arguments.paths[..] else {
        return run_families(arguments, settings);
    };
    let stage = Plot {
        path: path.clone(),
        recording: arguments.recording.clone(),
        out: arguments.out.clone(),
        format: arguments.format,
    };
    stage.run_each(&settings.replacing(arguments.replacing), |files| {
        tell(&files)
    })?;
    Ok(())
}

/// Names files, a line each.
fn tell(files: &[PathBuf]) -> ganglion::Result<()> {
    let line = |file: &PathBuf| format!("{}\n", file.display());
    console::tell(&files.iter().map(line).collect::<String>())
}

/// Draws the scores of several models side by side.
fn run_families(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let (Some(recording), Some(out)) = (&arguments.recording, &arguments.out) else {
        return Err(bad_use(
            "several models are drawn side by side, compared with one recording: give --recording FILE.h5 and \
             --out DIR",
        ));
    };
    let stage = PlotFamilies {
        models: arguments.paths.clone(),
        recording: recording.clone(),
        out: out.clone(),
        format: arguments.format,
    };
    tell(&stage.run(&settings.replacing(arguments.replacing))?)?;
    Ok(())
}
