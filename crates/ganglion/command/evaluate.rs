//! `ganglion evaluate`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use ganglion_model::evaluation::{Evaluation, evaluate};
use ganglion_model::model::Model;
use ganglion_model::training::RunDirectory;
use ganglion_recording::{Partition, write_atomically};
use serde::Serialize;

use crate::location::Location;
use crate::settings::Settings;
use crate::{console, scores};

/// What was typed after `evaluate`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model) or a model directory
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// The recording to judge against
    #[arg(long, value_name = "FILE.h5")]
    recording: PathBuf,
    /// The part of the recording to judge against
    #[arg(long, value_enum, default_value_t = Part::Test)]
    partition: Part,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// A part of a recording.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    Test,
    Train,
}

impl From<Part> for Partition {
    fn from(part: Part) -> Self {
        match part {
            Part::Test => Self::Test,
            Part::Train => Self::Train,
        }
    }
}

/// An evaluation and what it is of.
#[derive(Serialize)]
struct Report<'a> {
    model: &'a Path,
    recording: &'a Path,
    partition: Partition,
    #[serde(flatten)]
    evaluation: &'a Evaluation,
}

/// Prints the scores of every cell, and leaves them in the run.
///
/// # Errors
/// Where the model does not fit the recording, or one of them cannot be read.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let partition = Partition::from(arguments.partition);
    let model = Model::open(&arguments.model, &settings.backend().device()?)?;
    let evaluation = evaluate(&model, &arguments.recording, partition)?;
    let report = Report {
        model: &arguments.model,
        recording: &arguments.recording,
        partition,
        evaluation: &evaluation,
    };
    if let Some(run) = Location::of(&arguments.model).run() {
        save(&report, run)?;
    }
    if arguments.json {
        console::print_json(&report)
    } else {
        console::print(&scores::text(&evaluation))
    }
}

/// Test scores are `evaluation.json`; training scores must not pass for them.
fn save(report: &Report<'_>, run: &RunDirectory) -> anyhow::Result<()> {
    let path = match report.partition {
        Partition::Test => run.evaluation().to_path_buf(),
        Partition::Train => run.root().join("evaluation-train.json"),
    };
    let text = console::json(report)?;
    Ok(write_atomically(path, |writer| {
        writer.write_all(text.as_bytes())
    })?)
}
