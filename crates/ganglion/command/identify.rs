//! `ganglion identify`

mod output;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use ganglion_model::model::Model;
use ganglion_model::responder::ModelResponder;
use ganglion_plot::Format;
use ganglion_recording::CellIndex;
use ganglion_reduction::identify::{Identified, Identifier, IdentifyConfig};
use ganglion_reduction::truth::planting::Planting;
use ganglion_reduction::{ReductionConfig, Subject};
use serde::Deserialize;

use self::output::Place;
use crate::arguments::Overwrite;
use crate::cell_list::CellList;
use crate::config::{ConfigFile, Override};
use crate::location::Location;
use crate::outputs::Outputs;
use crate::settings::Settings;
use crate::steps::Steps;
use crate::truth::{self, Plantings};
use crate::{agreement, console};

/// What was typed after `identify`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model) or a model directory
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Config file with the table `reduction.identify`
    #[arg(value_name = "CONFIG")]
    config: Option<PathBuf>,
    /// Set a key of the config, as in reduction.identify.starts=1; may be given several times
    #[arg(long, value_name = "KEY.PATH=VALUE")]
    set: Vec<Override>,
    /// Cells of the recording, counted from 0, as in 0,3-5 [default: all]
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    cells: Option<CellList>,
    /// Circuit of the simulated retina whose recording the model was trained on, to compare with
    /// [default: `circuit.toml` in MODEL, if there is one]
    #[arg(long, value_name = "CIRCUIT")]
    truth: Option<PathBuf>,
    /// Folder for circuits, tables and figures [default: `identification` in the run or model]
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

/// The tables that this command reads.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Tables {
    reduction: ReductionConfig,
}

/// What was found for one cell.
pub struct Found {
    /// The circuit, and how much circuits of each size explain.
    pub identified: Identified,
    /// It beside what was planted, if that is known.
    pub planting: Option<Planting>,
}

/// Identifies the circuits of a network's cells.
///
/// # Errors
/// Where the model, the config or the cells cannot be used, or a file cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let config = read(arguments)?;
    let outputs = Outputs::of("identify", arguments.replacing.overwrite)
        .reading_model(&arguments.model)
        .reading_all(&arguments.config)
        .reading_all(&arguments.truth);
    let results = outputs.folder(&folder(arguments), output::NAMES)?;
    let model = Model::open(&arguments.model, &settings.backend().device()?)?;
    let responder = ModelResponder::new(model)
        .with_context(|| format!("{}: cannot be shown stimuli", arguments.model.display()))?;
    let subject = Subject::new(&responder)
        .with_context(|| format!("{}: cannot be reduced", arguments.model.display()))?;
    let cells = cells(arguments, &subject)?;
    let probe = config.probe.of(&subject.screen())?.1;
    if let Some(text) = agreement::movie_beyond(&probe, &responder.model().description) {
        tracing::warn!("the probe: {text}");
    }
    let identifier = Identifier {
        subject: &subject,
        source: arguments.model.display().to_string(),
        config: &config,
    };
    let steps = Steps::new("identifying circuits", cells.len(), "cell", settings.quiet);
    let identified = identifier.network(&cells, &|| steps.done(1))?;
    steps.finish();
    let found = compared(arguments, &config, &subject, identified)?;
    results.write(|folder| {
        let place = Place {
            model: &arguments.model,
            folder,
            format: arguments.format,
        };
        output::write(&found, &config, &place)
    })?;
    match arguments.json {
        true => console::print_json(&output::summary(&found)),
        false => console::print(&output::text(&found, results.path())),
    }
}

fn read(arguments: &Arguments) -> anyhow::Result<IdentifyConfig> {
    let file = ConfigFile::read_if_given(arguments.config.as_deref(), &arguments.set)?;
    let tables: Tables = file.parse()?;
    Ok(tables.reduction.identify)
}

fn cells(arguments: &Arguments, subject: &Subject<'_>) -> anyhow::Result<Vec<CellIndex>> {
    Ok(match &arguments.cells {
        Some(list) => list.of(subject.cells())?.to_vec(),
        None => subject.cells().to_vec(),
    })
}

/// The circuits beside those of the simulated retina, if that is at hand.
fn compared(
    arguments: &Arguments,
    config: &IdentifyConfig,
    subject: &Subject<'_>,
    identified: Vec<Identified>,
) -> anyhow::Result<Vec<Found>> {
    let truth = truth::retina(arguments.truth.as_deref(), &arguments.model)?;
    let movie = config.probe.of(&subject.screen())?.1;
    let plantings = match &truth {
        Some((file, retina)) => Some(Plantings::new(retina, &[movie]).with_context(|| {
            let file = file.display();
            format!("{file}: this simulated retina cannot be compared with the model")
        })?),
        None => None,
    };
    let found = |identified: Identified| {
        let circuit = &identified.circuit;
        let truth = plantings.as_ref().and_then(|all| all.of(circuit.cell));
        Found {
            planting: truth.map(|truth| Planting::new(&truth, circuit)),
            identified,
        }
    };
    Ok(identified.into_iter().map(found).collect())
}

/// Where the results go.
fn folder(arguments: &Arguments) -> PathBuf {
    let beside = || {
        let location = Location::of(&arguments.model);
        let root: Option<&Path> = location.run().map(|run| run.root());
        root.unwrap_or(&arguments.model).join("identification")
    };
    arguments.out.clone().unwrap_or_else(beside)
}
