//! `ganglion interneurons`

use std::path::PathBuf;

use clap::Args;
use ganglion::plot::Format;
use ganglion::stages::Interneurons;
use ganglion::stages::interneurons::text;

use super::evaluate::RecordingPart;
use crate::console;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `interneurons`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model) or a model directory
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// A recording that holds potentials of interneurons
    #[arg(value_name = "RECORDING")]
    recording: PathBuf,
    /// The part of the recording [default: test, if that holds potentials]
    #[arg(long, value_enum)]
    partition: Option<RecordingPart>,
    /// A network of the same kind, trained with recording.shift_responses and another seed than MODEL;
    /// may be given several times
    #[arg(long, value_name = "MODEL")]
    null: Vec<PathBuf>,
    /// Folder for tables and the figure; only printed if left out
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Format of the figure: svg or png
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: Format,
    #[command(flatten)]
    replacing: Overwrite,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Correlates hidden units with potentials of interneurons, beside networks that know nothing of them.
///
/// # Errors
/// Where the model has no hidden units, the recording no potentials, they do not fit each other, or a file
/// cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let stage = Interneurons {
        model: arguments.model.clone(),
        recording: arguments.recording.clone(),
        partition: arguments.partition.map(Into::into),
        nulls: arguments.null.clone(),
        out: arguments.out.clone(),
        format: arguments.format,
    };
    let compared = stage.run(&settings.replacing(arguments.replacing))?;
    match arguments.json {
        true => console::print_json(&compared.summary),
        false => console::print(&text(&compared)),
    }
}
