//! `ganglion reproduce`

use std::path::PathBuf;

use clap::Args;
use ganglion::attribution::AttributionConfig;
use ganglion::reduction::ReductionConfig;
use ganglion::stages::experiment::ExperimentTables;
use ganglion::{Pipeline, PipelineConfig, Runner};
use serde::Deserialize;

use crate::config::{ConfigFile, Override};
use crate::console;
use crate::global_arguments::Overwrite;
use crate::log_file;
use crate::settings::Settings;
use crate::stage_lines::{Found, StageLines};

/// What was typed after `reproduce`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Config file with the tables of every stage, see `configs/quickstart.toml`
    #[arg(value_name = "CONFIG")]
    config: PathBuf,
    /// Start from a trained model: a run directory, a model directory or a model's name (owner/name);
    /// nothing is trained
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Networks to train, with consecutive seeds. Circuits are identified from their mean; those behind phenomena are the
    /// first one's, with in how many networks each pathway is found; verdicts are those of all together
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "model",
        value_parser = clap::value_parser!(u64).range(1..=32))]
    networks: u64,
    /// Set a key of the config, as in training.epochs=5; may be given several times
    #[arg(long, value_name = "KEY.PATH=VALUE")]
    set: Vec<Override>,
    /// Folder for everything [default: a folder in `reports`, named as the config]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Tell what every stage tells and every warning, as it happens; otherwise that is in log.txt
    #[arg(long, short)]
    verbose: bool,
    #[command(flatten)]
    replacing: Overwrite,
}

/// Name of the log, in the folder of everything.
const LOG: &str = "log.txt";

/// Tables that have defaults.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ReproduceTables {
    attribution: Option<AttributionConfig>,
    reduction: Option<ReductionConfig>,
}

/// Runs every stage that is not done yet, and writes the report.
///
/// Each stage is a command that can be run by hand; a stage is run again when its settings, the
/// program, or a stage that it needs has changed.
///
/// # Errors
/// Where a stage fails; those before it are kept, and the next call goes on from there.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let file = ConfigFile::read(&arguments.config, &arguments.set)?;
    file.check()?;
    let out = arguments.out.clone().unwrap_or_else(|| {
        PathBuf::from("reports").join(arguments.config.file_stem().unwrap_or_default())
    });
    let pipeline = Pipeline {
        config: pipeline_config(&file, arguments.model.is_none())?,
        model: arguments.model.clone(),
        networks: usize::try_from(arguments.networks)?,
        out,
        document: Some(file.text()?),
        file: Some(arguments.config.clone()),
    };
    let runner = settings.replacing(arguments.replacing);
    let report = match arguments.verbose {
        true => pipeline.run(&runner, console::tell)?,
        false => run_in_short(&pipeline, &runner, settings)?,
    };
    console::print(&format!("report {}\n", report.display()))
}

/// Runs the stages with a line for each, keeps a log of all else, and tells at the end what was found.
fn run_in_short(
    pipeline: &Pipeline,
    runner: &Runner<'_>,
    settings: &Settings,
) -> anyhow::Result<PathBuf> {
    let log = log_file::keep(&pipeline.out.join(LOG), "reproduce", runner.overwrite)?;
    let lines = StageLines::new(settings.bars, log);
    let runner = Runner {
        progress: &lines,
        ..*runner
    };
    let ran = pipeline.run(&runner, |found| {
        log.line(found);
        Ok(())
    });
    let found = lines.found();
    drop(lines);
    if let Some(told) = log.summary().filter(|_| !settings.quiet) {
        console::complain(&told);
    }
    if let Err(error) = &ran {
        log.line(&format!("error: {error}"));
    }
    let report = ran?;
    let width = found.iter().map(|one| one.stage.chars().count()).max();
    let width = width.unwrap_or_default();
    let line = |Found { stage, sentence }: &Found| format!("{stage:width$}  {sentence}\n");
    console::print(&found.iter().map(line).collect::<String>())?;
    Ok(report)
}

/// The tables of every stage; those of the retina and of training only if there is no model yet.
pub fn pipeline_config(file: &ConfigFile, trains: bool) -> anyhow::Result<PipelineConfig> {
    let tables: ReproduceTables = file.parse()?;
    let simulates = trains && file.has("simulation");
    Ok(PipelineConfig {
        simulation: simulates.then(|| file.parse()).transpose()?,
        training: trains.then(|| file.run()).transpose()?,
        experiments: match file.has("experiments") {
            true => Some(file.parse::<ExperimentTables>()?.experiments),
            false => None,
        },
        attribution: tables.attribution,
        reduction: tables.reduction,
    })
}
