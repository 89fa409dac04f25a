//! `ganglion experiment`

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;
use ganglion::experiment::ExperimentConfig;
use ganglion::plot::Format;
use ganglion::results::Experiments;
use ganglion::stages::Experiment;
use ganglion::stages::experiment::{ExperimentTables, named, text};

use crate::cell_list::CellList;
use crate::config::{ConfigFile, Override};
use crate::console;
use crate::failure::bad_use;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `experiment`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model), a model directory, a model's name (owner/name) or a simulated
    /// retina
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Config file with the experiments to make, each a table `[[experiments]]`
    #[arg(value_name = "CONFIG", required_unless_present = "phenomenon")]
    config: Option<PathBuf>,
    #[arg(long, value_name = "NAME", help = format!(
        "The phenomenon to look for: {}; any other experiment by its name; with CONFIG, only this \
         one of it",
        ganglion::experiment::Phenomenon::choice()
    ))]
    phenomenon: Option<String>,
    /// Part of a simulated retina that is held at what it gives for grey: a type of interneuron,
    /// CLASS/INTERNEURON for a pathway of a class, ON, OFF or inhibition; may be given several times
    #[arg(long, value_name = "PART")]
    without: Vec<String>,
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

/// Shows the stimuli, measures the answers, and writes and prints what was found.
///
/// # Errors
/// Where the model or the config cannot be used, a stimulus cannot be shown, or a file cannot be
/// written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let stage = Experiment {
        model: arguments.model.clone(),
        experiments: chosen(arguments)?,
        without: arguments.without.clone(),
        cells: arguments.cells.as_ref().map(|list| list.cells().to_vec()),
        out: arguments.out.clone(),
        movies: arguments.movies,
        format: arguments.format,
        config: arguments.config.clone(),
    };
    let mut summaries = Vec::with_capacity(stage.experiments.len());
    stage.run_each(&settings.replacing(arguments.replacing), |made| {
        if !arguments.json {
            console::tell(&text(&made.summary, arguments.out.is_some()))?;
        }
        summaries.push(made.summary);
        Ok(())
    })?;
    if arguments.json {
        console::print_json(&Experiments::new(summaries))?;
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
        Some(name) => Ok(named(&all, name, Some(path))?),
        None => Ok(all),
    }
}
