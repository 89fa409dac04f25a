//! `ganglion simulate`

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use ganglion_recording::write_atomically;
use ganglion_simulation::SimulationConfig;
use ganglion_simulation::session::{CellReport, ClassReport, Outcome, simulate};
use serde::{Deserialize, Serialize};

use crate::arguments::Overwrite;
use crate::config::{ConfigFile, Override};
use crate::console;
use crate::outputs::Outputs;
use crate::part_progress::PartProgress;
use crate::settings::Settings;
use crate::table::{TextTable, decimal};

/// What was typed after `simulate`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Config file with a table `[simulation]`, see `configs/`
    #[arg(value_name = "CONFIG")]
    config: PathBuf,
    /// Set a key of the config, as in simulation.repeats=10; may be given several times; paths are
    /// relative to the config file
    #[arg(long, value_name = "KEY.PATH=VALUE")]
    set: Vec<Override>,
    /// Folder for the recordings [default: a folder in `recordings`, named as the config]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    replacing: Overwrite,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// The tables of a config that this command reads.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default = "one")]
    seed: u64,
    simulation: SimulationConfig,
}

fn one() -> u64 {
    1
}

/// Simulates recordings, and tells what the cells did.
///
/// # Errors
/// Where the config makes no sense or the folder cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let config: Config = ConfigFile::read(&arguments.config, &arguments.set)?.parse()?;
    let out = (arguments.out.clone()).unwrap_or_else(|| default_folder(&arguments.config));
    let outputs = Outputs::of("simulate", arguments.replacing.overwrite)
        .reading(&arguments.config)
        .reading_all(config.simulation.family_file());
    let recordings = config.simulation.recordings().into_iter();
    let others = ["circuit.toml", "config.toml", "summary.json"].map(ToOwned::to_owned);
    let results = outputs.folder(&out, recordings.chain(others))?;
    let outcome = results.write(|out| {
        let mut progress = PartProgress::new(settings.quiet);
        let outcome = simulate(&config.simulation, config.seed, out, &mut progress);
        progress.finish();
        let outcome = outcome.with_context(|| arguments.config.display().to_string())?;
        write(&out.join("config.toml"), &toml::to_string(&config)?)?;
        write(&out.join("summary.json"), &console::json(&outcome)?)?;
        Ok(outcome)
    })?;
    for class in &outcome.classes {
        if let Some(note) = &class.note {
            tracing::warn!("{}: {note}", class.file.display());
        }
    }
    if arguments.json {
        return console::print_json(&outcome);
    }
    console::print(&summary(&outcome))
}

fn default_folder(config: &Path) -> PathBuf {
    Path::new("recordings").join(config.file_stem().unwrap_or_default())
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    Ok(write_atomically(path, |writer| {
        writer.write_all(text.as_bytes())
    })?)
}

fn summary(outcome: &Outcome) -> String {
    let recordings: String = outcome.classes.iter().map(recording_summary).collect();
    format!(
        "simulated retina of the family {}, seed {}\ncircuit  {}\n{recordings}",
        outcome.family,
        outcome.seed,
        outcome.circuit.display(),
    )
}

/// What the cells of each class did in one recording.
fn recording_summary(report: &ClassReport) -> String {
    let headings = [
        "class",
        "cells",
        "mean rate, Hz",
        "peak rate, Hz",
        "Fano factor",
    ];
    let mut table = TextTable::new(headings);
    for cells in report.cells.chunk_by(|one, next| one.class == next.class) {
        let mean = |value: fn(&CellReport) -> Option<f64>| {
            let known: Vec<f64> = cells.iter().filter_map(value).collect();
            (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
        };
        table.push([
            cells[0].class.clone(),
            cells.len().to_string(),
            decimal(mean(|cell| Some(cell.mean_rate_hz))),
            decimal(mean(|cell| Some(cell.peak_rate_hz))),
            decimal(mean(|cell| cell.fano_factor)),
        ]);
    }
    let (file, shown) = (report.file.display(), &report.stimulus_class);
    let frames = (report.train_frames, report.test_frames);
    format!(
        "\n{file}\n{shown}; frames: train {}, test {}\n{table}",
        frames.0, frames.1
    )
}
