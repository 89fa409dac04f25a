//! `ganglion evaluate`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ganglion::recording::Partition;
use ganglion::scores;
use ganglion::stages::Evaluate;

use crate::console;
use crate::settings::Settings;

/// What was typed after `evaluate`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model), a model directory, or a model's name (owner/name)
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// The recording to judge against
    #[arg(long, value_name = "FILE.h5")]
    recording: PathBuf,
    /// The part of the recording to judge against
    #[arg(long, value_enum, default_value_t = RecordingPart::Test)]
    partition: RecordingPart,
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

/// Prints the scores of every cell, and leaves them in the run if that can be written.
///
/// # Errors
/// Where the model does not fit the recording, or one of them cannot be read.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let stage = Evaluate {
        model: arguments.model.clone(),
        recording: arguments.recording.clone(),
        partition: arguments.partition.into(),
    };
    let evaluated = stage.run(&settings.runner())?;
    match arguments.json {
        true => console::print_json(&evaluated.summary)?,
        false => console::print(&scores::text(&evaluated.evaluation))?,
    }
    if let Some(path) = evaluated.saved.filter(|_| !settings.quiet) {
        console::complain(&format!("saved in {}", path.display()));
    }
    Ok(())
}
