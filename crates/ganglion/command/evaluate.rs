//! `ganglion evaluate`

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use ganglion_model::evaluation::{Evaluation, evaluate};
use ganglion_model::model::{Model, Provenance, Source};
use ganglion_recording::{Partition, write_atomically};
use serde::Serialize;

use crate::location::Location;
use crate::outputs::Outputs;
use crate::settings::Settings;
use crate::{agreement, console, notes, scores};

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
    model_epoch: usize,
    recording: &'a Path,
    recording_name: &'a str,
    recording_sha256: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    recording_linked: Vec<Source>,
    partition: Partition,
    #[serde(flatten)]
    evaluation: &'a Evaluation,
}

/// Prints the scores of every cell, and leaves them in the run if that can be written.
///
/// # Errors
/// Where the model does not fit the recording, or one of them cannot be read.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let partition = Partition::from(arguments.partition);
    let model = Model::open(&arguments.model, &settings.backend().device()?)?;
    notes::tell(&arguments.recording);
    let evaluation = evaluate(&model, &arguments.recording, partition)?;
    agreement::tell(&arguments.recording, &evaluation);
    let source = Source::of_recording(&arguments.recording)?;
    let provenance = &model.description.provenance;
    let report = Report {
        model: &arguments.model,
        model_epoch: provenance.epoch,
        recording: &arguments.recording,
        recording_name: &source.name,
        recording_sha256: source.sha256.clone(),
        recording_linked: source.linked.clone(),
        partition,
        evaluation: &evaluation,
    };
    let document = console::json(&report)?;
    if arguments.json {
        console::print(&document)?;
    } else {
        console::print(&scores::text(&evaluation))?;
    }
    if let Some(run) = Location::of(&arguments.model).run() {
        save(
            &document,
            &run.root().join(file_name(&report, provenance)),
            settings,
        );
    }
    Ok(())
}

/// `evaluation.json` holds test scores on a recording of the run; others must not pass for them.
fn file_name(report: &Report<'_>, provenance: &Provenance) -> String {
    let mut sources = provenance.recordings.iter();
    let other = match sources.any(|source| source.name == report.recording_name) {
        true => String::new(),
        false => {
            let stem = report.recording.file_stem().unwrap_or_default();
            format!("-{}", stem.to_string_lossy())
        }
    };
    let part = match report.partition {
        Partition::Test => "",
        Partition::Train => "-train",
    };
    format!("evaluation{other}{part}.json")
}

/// Whether a file holds scores of an earlier evaluation.
fn is_evaluation(path: &Path) -> bool {
    let text = fs::read_to_string(path).ok();
    let document = text.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
    document.is_some_and(|document| {
        ["model_epoch", "recording_sha256", "cells"]
            .iter()
            .all(|key| document.get(key).is_some())
    })
}

/// A run that cannot be written to still has scores.
fn save(document: &str, path: &Path, settings: &Settings) {
    let mut outputs = Outputs::of("evaluate", false);
    let written = outputs.file(path, is_evaluation).and_then(|path| {
        Ok(write_atomically(&path, |writer| {
            writer.write_all(document.as_bytes())
        })?)
    });
    match written {
        Ok(()) if settings.quiet => (),
        Ok(()) => console::complain(&format!("saved in {}", path.display())),
        Err(error) => tracing::warn!("the scores were not saved: {error}"),
    }
}
