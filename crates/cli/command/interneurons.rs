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
    /// Run directories (their best models) or model directories: trainings of one network with different
    /// seeds
    #[arg(value_name = "MODEL", required = true, num_args = 1..)]
    models: Vec<PathBuf>,
    /// A recording that holds potentials of interneurons
    #[arg(value_name = "RECORDING", required = true)]
    recording: PathBuf,
    /// The part of the recording [default: test, if that holds potentials]
    #[arg(long, value_enum)]
    partition: Option<RecordingPart>,
    /// A network trained as MODEL, but with recording.shift_responses and another seed; may be given several
    /// times
    #[arg(long, value_name = "MODEL", visible_alias = "shifted")]
    null: Vec<PathBuf>,
    /// Results (of --out) of another recording, which means are also taken over; may be given several times
    #[arg(long, value_name = "DIR")]
    with: Vec<PathBuf>,
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
/// Where a model has no hidden units, the recording no potentials, they do not fit each other, a null is none,
/// or a file cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let stage = Interneurons {
        models: arguments.models.clone(),
        recording: arguments.recording.clone(),
        partition: arguments.partition.map(Into::into),
        nulls: arguments.null.clone(),
        with: arguments.with.clone(),
        out: arguments.out.clone(),
        format: arguments.format,
    };
    let compared = stage.run(&settings.replacing(arguments.replacing))?;
    match arguments.json {
        true => console::print_json(&compared.summary),
        false => console::print(&text(&compared)),
    }
}
