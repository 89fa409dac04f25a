//! `ganglion reduce`

mod output;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use ganglion_attribution::AttributionConfig;
use ganglion_experiment::{ExperimentConfig, Phenomenon, PreparedExperiment, Responder};
use ganglion_model::model::Model;
use ganglion_model::responder::ModelResponder;
use ganglion_plot::Format;
use ganglion_recording::CellIndex;
use ganglion_reduction::{Reducer, Reduction, ReductionConfig, Subject, Summary};
use ganglion_simulation::Retina;
use serde::{Deserialize, Serialize};

use crate::arguments::Overwrite;
use crate::cell_list::CellList;
use crate::config::{ConfigFile, Override};
use crate::failure::bad_use;
use crate::location::Location;
use crate::outputs::{Outputs, ResultFolder};
use crate::progress::ReductionProgress;
use crate::settings::Settings;
use crate::truth::{self, Plantings};
use crate::{agreement, console};

/// What was typed after `reduce`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model) or a model directory
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Config file with the tables `experiments`, `attribution` and `reduction`
    #[arg(value_name = "CONFIG", required_unless_present = "phenomenon")]
    config: Option<PathBuf>,
    /// Set a key of the config, as in reduction.most_cells=1; may be given several times
    #[arg(long, value_name = "KEY.PATH=VALUE")]
    set: Vec<Override>,
    #[arg(long, value_name = "NAME", help = format!(
        "The phenomenon to explain: {}; with CONFIG, only this experiment of it",
        Phenomenon::choice()
    ))]
    phenomenon: Option<String>,
    /// Cells of the recording, counted from 0, as in 0,3-5 [default: all that show the phenomenon]
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    cells: Option<CellList>,
    /// Circuit of the simulated retina whose recording the model was trained on, to compare with
    /// [default: `circuit.toml` in MODEL, if there is one]
    #[arg(long, value_name = "CIRCUIT")]
    truth: Option<PathBuf>,
    /// Folder for circuits, tables and figures [default: `reduction/NAME` in the run or model]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Format of the figures: svg or png
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: Format,
    #[command(flatten)]
    replacing: Overwrite,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

impl Arguments {
    fn place<'a>(&'a self, folder: &'a Path) -> output::Place<'a> {
        output::Place {
            model: &self.model,
            folder,
            format: self.format,
        }
    }
}

/// The tables that this command reads.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ReduceConfig {
    experiments: Vec<ExperimentConfig>,
    attribution: AttributionConfig,
    reduction: ReductionConfig,
}

/// One document, whatever the number of experiments.
#[derive(Serialize)]
#[serde(untagged)]
enum Document {
    One(Box<Summary>),
    Several { reductions: Vec<Summary> },
}

/// Reduces a network to the circuits behind a phenomenon.
///
/// # Errors
/// Where the model, the config or the stimuli cannot be used, or a file cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let config = read(arguments)?;
    for notice in config.reduction.without_effect() {
        console::complain(&notice);
    }
    let experiments = chosen(arguments, &config)?;
    let folders = folders(arguments, &experiments)?;
    let model = Model::open(&arguments.model, &settings.backend().device()?)?;
    let responder = ModelResponder::new(model)
        .with_context(|| format!("{}: cannot be shown stimuli", arguments.model.display()))?;
    let subject = Subject::new(&responder)
        .with_context(|| format!("{}: cannot be reduced", arguments.model.display()))?;
    let reducer = Reducer {
        subject: &subject,
        source: arguments.model.display().to_string(),
        config: &config.reduction,
        attribution: &config.attribution,
    };
    let cells = cells(arguments, &responder)?;
    let truth = truth::retina(arguments.truth.as_deref(), &arguments.model)?;
    let mut summaries = Vec::with_capacity(experiments.len());
    for (experiment, results) in experiments.iter().zip(&folders) {
        let prepared = experiment.prepare(responder.screen())?;
        let description = &responder.model().description;
        if let Some(text) = agreement::beyond(&prepared, description) {
            tracing::warn!("{}: {text}", experiment.name());
        }
        let mut progress = ReductionProgress::new(settings.quiet, experiment.name());
        let reduction = reducer.run(&prepared, &cells, &mut |step| progress.show(step));
        progress.finish();
        let mut reduction = reduction.with_context(|| experiment.name().to_owned())?;
        if let Some(truth) = &truth {
            let tolerance = config.reduction.metric_tolerance;
            compare(&mut reduction, &prepared, truth, tolerance)?;
        }
        results.write(|folder| {
            let place = arguments.place(folder);
            output::write(&reduction, &prepared, &config.reduction, place)
        })?;
        if !arguments.json {
            console::print(&output::text(&reduction, results.path()))?;
        }
        summaries.push(reduction.summary());
    }
    if arguments.json {
        console::print_json(&document(summaries))?;
    }
    Ok(())
}

fn read(arguments: &Arguments) -> anyhow::Result<ReduceConfig> {
    ConfigFile::read_if_given(arguments.config.as_deref(), &arguments.set)?.parse()
}

/// Puts the circuits beside those of the simulated retina.
fn compare(
    reduction: &mut Reduction,
    experiment: &PreparedExperiment,
    (file, retina): &(PathBuf, Retina),
    tolerance: f64,
) -> anyhow::Result<()> {
    let plantings = Plantings::of_experiment(retina, experiment, tolerance).with_context(|| {
        let file = file.display();
        format!("{file}: this simulated retina cannot be compared with the model")
    })?;
    reduction.compare(|cell| plantings.of(cell));
    Ok(())
}

/// The experiments of the config, or the phenomenon asked for.
fn chosen(arguments: &Arguments, config: &ReduceConfig) -> anyhow::Result<Vec<ExperimentConfig>> {
    let all = &config.experiments;
    let Some(name) = &arguments.phenomenon else {
        if all.is_empty() {
            return Err(bad_use(
                "the config has no experiments; add them, or give --phenomenon",
            ));
        }
        return Ok(all.clone());
    };
    if arguments.config.is_none() || all.is_empty() {
        let preset = ExperimentConfig::preset(name, None);
        let preset = preset.map_err(|error| bad_use(format!("--phenomenon: {error}")))?;
        return Ok(vec![preset]);
    }
    super::experiment::named(all, name, arguments.config.as_deref())
}

fn cells(arguments: &Arguments, responder: &ModelResponder) -> anyhow::Result<Vec<CellIndex>> {
    Ok(match &arguments.cells {
        Some(list) => list.of(responder.cells())?.to_vec(),
        None => responder.cells().to_vec(),
    })
}

/// Names of the files of an experiment, in which `*` stands for anything.
const NAMES: [&str; 6] = [
    "summary.json",
    "config.toml",
    "pathways.csv",
    "lesions.csv",
    "planted.csv",
    "cell*-*.*",
];

/// Where the results go, once it is known that nothing of others is replaced.
fn folders(
    arguments: &Arguments,
    experiments: &[ExperimentConfig],
) -> anyhow::Result<Vec<ResultFolder>> {
    let outputs = Outputs::of("reduce", arguments.replacing.overwrite)
        .reading_model(&arguments.model)
        .reading_all(&arguments.config)
        .reading_all(&arguments.truth);
    let count = experiments.len();
    let folder = |one| outputs.folder(&folder(arguments, one, count), NAMES);
    experiments.iter().map(folder).collect()
}

/// Where the results of an experiment go.
fn folder(arguments: &Arguments, experiment: &ExperimentConfig, count: usize) -> PathBuf {
    let inside = |folder: &Path| folder.join(experiment.name());
    match &arguments.out {
        Some(folder) if count == 1 => folder.clone(),
        Some(folder) => inside(folder),
        None => {
            let location = Location::of(&arguments.model);
            let root = location
                .run()
                .map_or(arguments.model.as_path(), |run| run.root());
            inside(&root.join("reduction"))
        }
    }
}

fn document(mut summaries: Vec<Summary>) -> Document {
    if summaries.len() == 1 {
        return Document::One(Box::new(summaries.remove(0)));
    }
    Document::Several {
        reductions: summaries,
    }
}

/// Whether a reduction explained any cell.
fn explained(reduction: &Reduction) -> bool {
    reduction.cells.iter().any(|cell| cell.result.is_ok())
}
