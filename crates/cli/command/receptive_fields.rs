//! `ganglion receptive-fields`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ganglion::plot::Format;
use ganglion::recording::Milliseconds;
use ganglion::reverse_correlation::FieldEstimate;
use ganglion::stages::ReceptiveFields;
use ganglion::stages::receptive_fields::text;

use super::evaluate::RecordingPart;
use crate::cell_list::CellList;
use crate::console;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `receptive-fields`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The recording
    #[arg(value_name = "RECORDING")]
    recording: PathBuf,
    /// Its part
    #[arg(long, value_enum, default_value_t = RecordingPart::Train)]
    partition: RecordingPart,
    /// Cells of the recording, counted from 0, as in 0,3-5 [default: all]
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    cells: Option<CellList>,
    /// The dataset of responses, such as firing_rate_10ms [default: spikes where they are known, or else
    /// the least smoothed rates]
    #[arg(long, value_name = "NAME")]
    response: Option<String>,
    /// How far back the fields reach, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = ReceptiveFields::HISTORY.0)]
    history: f64,
    /// The plain average, or the field without the movie's own correlations [default: the average where the
    /// movie is white]
    #[arg(long, value_enum)]
    estimate: Option<EstimateChoice>,
    /// Folder for the fields, the table and the figure; only printed if left out
    #[arg(long, value_name = "FOLDER")]
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

/// What fields are estimated by.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum EstimateChoice {
    /// The average of what was shown before spikes
    Average,
    /// Ridge regression
    Decorrelated,
}

impl From<EstimateChoice> for FieldEstimate {
    fn from(choice: EstimateChoice) -> Self {
        match choice {
            EstimateChoice::Average => Self::Average,
            EstimateChoice::Decorrelated => Self::Decorrelated,
        }
    }
}

/// Finds the receptive fields of a recording's cells.
///
/// # Errors
/// Where the recording cannot be read, is too short, holds no responses or not the cells asked for; or a
/// file cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let stage = ReceptiveFields {
        recording: arguments.recording.clone(),
        partition: arguments.partition.into(),
        cells: arguments.cells.as_ref().map(|list| list.cells().to_vec()),
        response: arguments.response.clone(),
        history: Milliseconds(arguments.history),
        estimate: arguments.estimate.map(Into::into),
        out: arguments.out.clone(),
        format: arguments.format,
    };
    let found = stage.run(&settings.replacing(arguments.replacing))?;
    match arguments.json {
        true => console::print_json(&found.summary),
        false => console::print(&text(&found)),
    }
}
