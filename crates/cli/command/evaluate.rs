//! `ganglion evaluate`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ganglion::plot::Format;
use ganglion::recording::Partition;
use ganglion::scores;
use ganglion::stages::evaluate::Evaluated;
use ganglion::stages::{Compare, Evaluate, compare};

use crate::cell_list::CellList;
use crate::console;
use crate::failure::bad_use;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `evaluate`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model), a model directory, or a model's name (owner/name); with --against also several, trained with
    /// different seeds, whose scores are averaged
    #[arg(value_name = "MODEL", required = true, num_args = 1..)]
    models: Vec<PathBuf>,
    /// Another model, or several trainings of it: the same cells are scored in the same bins, and
    /// differences told
    #[arg(long, value_name = "MODEL", num_args = 1..)]
    against: Vec<PathBuf>,
    /// The recording to judge against
    #[arg(long, value_name = "FILE.h5")]
    recording: PathBuf,
    /// The part of the recording to judge against
    #[arg(long, value_enum, default_value_t = RecordingPart::Test)]
    partition: RecordingPart,
    /// Cells to compare, counted from 0, as in 0,3-5 [default: all that both models predict]
    #[arg(
        long,
        value_name = "LIST",
        allow_hyphen_values = true,
        requires = "against"
    )]
    cells: Option<CellList>,
    /// Folder for the comparison and its figure; only printed if left out
    #[arg(long, value_name = "DIR", requires = "against")]
    out: Option<PathBuf>,
    /// Format of the figure: svg or png
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: Format,
    /// Write the predicted rates as the Sensorium challenges take them
    #[arg(long, value_name = "FILE.parquet", conflicts_with = "against")]
    predictions: Option<PathBuf>,
    #[command(flatten)]
    replacing: Overwrite,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// A part of a recording.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RecordingPart {
    /// What is held back from training
    Test,
    /// What is trained on
    Train,
}

impl From<RecordingPart> for Partition {
    fn from(part: RecordingPart) -> Self {
        match part {
            RecordingPart::Test => Self::Test,
            RecordingPart::Train => Self::Train,
        }
    }
}

/// Prints the scores of every cell, and leaves them in the run if that can be written; or compares two models.
///
/// # Errors
/// Where a model does not fit the recording, or one of them cannot be read; where models cannot be compared.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    if !arguments.against.is_empty() {
        return run_comparison(arguments, settings);
    }
    let [model] = &arguments.models[..] else {
        return Err(bad_use(
            "several models are named; name one, or those to compare it with after --against",
        ));
    };
    let stage = Evaluate {
        model: model.clone(),
        recording: arguments.recording.clone(),
        partition: arguments.partition.into(),
        predictions: arguments.predictions.clone(),
    };
    let evaluated = stage.run(&settings.replacing(arguments.replacing))?;
    match arguments.json {
        true => console::print_json(&evaluated.summary)?,
        false => console::print(&told(&evaluated))?,
    }
    if let Some(path) = evaluated.saved.filter(|_| !settings.quiet) {
        console::complain(&format!("saved in {}", path.display()));
    }
    Ok(())
}

fn told(evaluated: &Evaluated) -> String {
    let mut text = scores::text(&evaluated.evaluation);
    if let Some(spikes) = &evaluated.summary.spike_by_spike {
        let cells: Vec<usize> = evaluated
            .summary
            .cells
            .iter()
            .map(|cell| cell.cell)
            .collect();
        text.push_str(&scores::spike_by_spike(spikes, &cells));
    }
    if let Some(variability) = &evaluated.summary.variability {
        text.push_str(&scores::variability(variability));
    }
    text
}

fn run_comparison(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let stage = Compare {
        a: arguments.models.clone(),
        b: arguments.against.clone(),
        recording: arguments.recording.clone(),
        partition: arguments.partition.into(),
        cells: arguments.cells.as_ref().map(|list| list.cells().to_vec()),
        out: arguments.out.clone(),
        format: arguments.format,
    };
    let compared = stage.run(&settings.replacing(arguments.replacing))?;
    match arguments.json {
        true => console::print_json(&compared.summary),
        false => console::print(&compare::text(&compared)),
    }
}
