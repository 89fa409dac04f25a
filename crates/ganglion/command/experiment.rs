//! `ganglion experiment`

mod output;
mod report;
mod stored;

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use ganglion_experiment::{
    ExperimentConfig, Outcome, Phenomenon, PreparedExperiment, Rates, Responder, Selected,
};
use ganglion_model::model::ModelDescription;
use ganglion_plot::Format;
use serde::{Deserialize, Serialize};

use crate::arguments::Overwrite;
use crate::cell_list::CellList;
use crate::config::{ConfigFile, Override};
use crate::failure::bad_use;
use crate::outputs::{Outputs, ResultFolder};
use crate::settings::Settings;
use crate::showing::ShowingProgress;
use crate::subject::Subject;
use crate::{agreement, console};
use report::Report;
pub use stored::Stored;

/// What was typed after `experiment`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model), a model directory or a simulated retina
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Config file with the experiments to make, each a table `[[experiments]]`
    #[arg(value_name = "CONFIG", required_unless_present = "phenomenon")]
    config: Option<PathBuf>,
    #[arg(long, value_name = "NAME", help = format!(
        "The phenomenon to look for: {}; any other experiment by its name; with CONFIG, only this \
         one of it",
        Phenomenon::choice()
    ))]
    phenomenon: Option<String>,
    /// Cells of the recording, counted from 0, as in 0,3-5 [default: all of MODEL]
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    cells: Option<CellList>,
    /// Published parameters to use, such as poster-2019, later-code or original
    #[arg(
        long,
        value_name = "NAME",
        requires = "phenomenon",
        conflicts_with = "config"
    )]
    preset: Option<String>,
    /// Overrides a key of the config: KEY.PATH=VALUE
    #[arg(long = "set", value_name = "KEY=VALUE", requires = "config")]
    overrides: Vec<Override>,
    /// Folder for responses, tables, summary and figures; only printed if left out
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Also write every stimulus as a movie with its manifest into the folder
    #[arg(long, requires = "out")]
    movies: bool,
    /// Format of the figures: svg or png
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: Format,
    #[command(flatten)]
    replacing: Overwrite,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// The tables that this command reads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExperimentTables {
    experiments: Vec<ExperimentConfig>,
}

/// One document, whatever the number of experiments.
#[derive(Serialize)]
#[serde(untagged)]
enum Document {
    One(Box<Report>),
    Several { experiments: Vec<Report> },
}

/// An experiment that was made.
struct Made {
    /// What there is to say of light that the model has not seen.
    beyond: Option<String>,
    prepared: PreparedExperiment,
    rates: Vec<Rates>,
    outcome: Outcome,
}

/// Shows the stimuli, measures the answers, and writes and prints what was found.
///
/// # Errors
/// Where the model or the config cannot be used, a stimulus cannot be shown, or a file cannot be
/// written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let experiments = chosen(arguments)?;
    let subject = Subject::open(&arguments.model, settings)?;
    let selected = match &arguments.cells {
        Some(list) => Some(Selected::new(subject.responder(), list.cells())?),
        None => None,
    };
    let responder: &dyn Responder = match &selected {
        Some(selected) => selected,
        None => subject.responder(),
    };
    let screen = responder.screen();
    let prepared = (experiments.iter())
        .map(|experiment| Ok(experiment.prepare(screen)?))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let folders = folders(arguments, &prepared)?;
    let mut reports = Vec::with_capacity(prepared.len());
    for (prepared, folder) in prepared.into_iter().zip(folders) {
        let made = make(prepared, responder, subject.description(), settings)?;
        let report = Report::new(arguments.model.display().to_string(), &subject, &made);
        if let Some(folder) = folder {
            folder.write(|folder| output::write(&made, &report, folder, arguments))?;
        }
        if !arguments.json {
            console::print(&report.text(arguments.out.is_some()))?;
        }
        reports.push(report);
    }
    if arguments.json {
        console::print_json(&document(reports))?;
    }
    Ok(())
}

/// The experiments of the config, or the one asked for.
fn chosen(arguments: &Arguments) -> anyhow::Result<Vec<ExperimentConfig>> {
    let Some(path) = &arguments.config else {
        let name = arguments.phenomenon.as_deref().unwrap_or_default();
        let chosen = ExperimentConfig::preset(name, arguments.preset.as_deref());
        return Ok(vec![chosen.map_err(|error| bad_use(error.to_string()))?]);
    };
    let tables: ExperimentTables = ConfigFile::read(path, &arguments.overrides)?.parse()?;
    let all = tables.experiments;
    ensure!(
        !all.is_empty(),
        "{}: `experiments` is empty; add a table [[experiments]] with `phenomenon`",
        path.display()
    );
    match &arguments.phenomenon {
        Some(name) => named(&all, name, Some(path)),
        None => Ok(all),
    }
}

/// The experiments of a config that have a name.
///
/// # Errors
/// Where there is none, with the names that there are.
pub fn named(
    all: &[ExperimentConfig],
    name: &str,
    config: Option<&Path>,
) -> anyhow::Result<Vec<ExperimentConfig>> {
    let chosen = all.iter().filter(|one| one.name() == name).cloned();
    let chosen: Vec<ExperimentConfig> = chosen.collect();
    let names: Vec<_> = all.iter().map(ExperimentConfig::name).collect();
    ensure!(
        !chosen.is_empty(),
        "{}: there is no experiment {name:?} in it; use one of {}",
        config.unwrap_or(Path::new("the config")).display(),
        names.join(", ")
    );
    Ok(chosen)
}

/// Where each experiment goes, if anywhere.
fn folders(
    arguments: &Arguments,
    prepared: &[PreparedExperiment],
) -> anyhow::Result<Vec<Option<ResultFolder>>> {
    let Some(out) = &arguments.out else {
        return Ok(prepared.iter().map(|_| None).collect());
    };
    let outputs = Outputs::of("experiment", arguments.replacing.overwrite)
        .and_those_of("plot")
        .reading_model(&arguments.model)
        .reading_all(&arguments.config);
    let folder = |(number, one): (usize, &PreparedExperiment)| {
        let name = one.config().name();
        let folder = match prepared.len() {
            1 => out.clone(),
            _ => out.join(format!("{}-{name}", number + 1)),
        };
        let names = output::names(name, arguments);
        outputs.folder(&folder, names).map(Some)
    };
    prepared.iter().enumerate().map(folder).collect()
}

fn make(
    prepared: PreparedExperiment,
    responder: &dyn Responder,
    description: Option<&ModelDescription>,
    settings: &Settings,
) -> anyhow::Result<Made> {
    for warning in prepared.warnings() {
        tracing::warn!("{}: {warning}", prepared.config().name());
    }
    let beyond = description.and_then(|model| agreement::beyond(&prepared, model));
    if let Some(text) = &beyond {
        tracing::warn!("{}: {text}", prepared.config().name());
    }
    let progress = ShowingProgress::new(settings, prepared.config().name(), prepared.frames());
    let rates = prepared.responses(responder, |frames| progress.shown(frames));
    progress.finish();
    let rates = rates?;
    let outcome = prepared
        .measure(&rates, responder.cells())
        .with_context(|| prepared.config().name().to_owned())?;
    Ok(Made {
        beyond,
        prepared,
        rates,
        outcome,
    })
}

fn document(mut reports: Vec<Report>) -> Document {
    match reports.len() {
        1 => Document::One(Box::new(reports.remove(0))),
        _ => Document::Several {
            experiments: reports,
        },
    }
}
