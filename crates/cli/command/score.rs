//! `ganglion score`

use std::path::PathBuf;

use clap::Args;
use ganglion::experiment::ExperimentConfig;
use ganglion::stages::Score;
use ganglion::stages::score::text;

use crate::console;
use crate::failure::bad_use;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `score`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folders of `ganglion identify` or `ganglion reduce`, one a simulated retina; or a folder of
    /// `ganglion recovery`, for all of its retinas
    #[arg(value_name = "PREDICTIONS", required = true)]
    predictions: Vec<PathBuf>,
    /// Circuit of the simulated retina; given once for all predictions, or once for each in their order
    /// [default: `circuit.toml` beside the predictions]
    #[arg(long, value_name = "CIRCUIT")]
    truth: Vec<PathBuf>,
    /// Predict the changes of responses to the stimuli of a phenomenon; may be given several times
    /// [default: those that the circuits were reduced for, or the probe over the whole field]
    #[arg(long, value_name = "NAME")]
    phenomenon: Vec<String>,
    /// Folder for scores and tables; only printed if left out
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    replacing: Overwrite,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Scores predicted circuits of simulated retinas against their truth.
///
/// # Errors
/// Where predictions or their truth cannot be read or do not belong together, or a file cannot be
/// written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let experiments = arguments.phenomenon.iter().map(|name| {
        let preset = ExperimentConfig::preset(name, None);
        preset.map_err(|error| bad_use(error.to_string()))
    });
    let stage = Score {
        predictions: arguments.predictions.clone(),
        truth: arguments.truth.clone(),
        experiments: experiments.collect::<anyhow::Result<_>>()?,
        out: arguments.out.clone(),
    };
    let scored = stage.run(&settings.replacing(arguments.replacing))?;
    match arguments.json {
        true => console::print_json(&scored.summary),
        false => console::print(&text(&scored)),
    }
}
