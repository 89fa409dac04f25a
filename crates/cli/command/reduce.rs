//! `ganglion reduce`

use std::path::PathBuf;

use clap::Args;
use ganglion::experiment::ExperimentConfig;
use ganglion::plot::Format;
use ganglion::results::Reductions;
use ganglion::stages::Reduce;
use ganglion::stages::experiment::named;
use ganglion::stages::reduce::{ReduceTables, text};

use crate::cell_list::CellList;
use crate::config::{ConfigFile, Override};
use crate::console;
use crate::failure::bad_use;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `reduce`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model), a model directory, or a model's name (owner/name)
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Another network of the same recording, such as a training with another seed; may be given several times. Of
    /// each pathway it is told in how many networks it is found, and verdicts are those of all together
    #[arg(long, value_name = "MODEL")]
    with: Vec<PathBuf>,
    /// Config file with the tables `experiments`, `attribution` and `reduction`
    #[arg(value_name = "CONFIG", required_unless_present = "phenomenon")]
    config: Option<PathBuf>,
    /// Set a key of the config, as in reduction.most_cells=1; may be given several times
    #[arg(long, value_name = "KEY.PATH=VALUE")]
    set: Vec<Override>,
    #[arg(long, value_name = "NAME", help = format!(
        "The phenomenon to explain: {}; with CONFIG, only this experiment of it",
        ganglion::experiment::Phenomenon::choice()
    ))]
    phenomenon: Option<String>,
    /// Cells of the recording, counted from 0, as in 0,3-5 [default: all that show the phenomenon]
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    cells: Option<CellList>,
    /// Circuit of the simulated retina whose recording the model was trained on, to compare with
    /// [default: `circuit.toml` in MODEL, if there is one]
    #[arg(long, value_name = "CIRCUIT")]
    truth: Option<PathBuf>,
    /// Folder of `ganglion identify` for this model: what is known of the cells' circuits. Without it circuits are
    /// identified here, from the network's answers to the probe
    #[arg(long, value_name = "DIR")]
    circuits: Option<PathBuf>,
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

/// Reduces a network to the circuits behind a phenomenon.
///
/// # Errors
/// Where the model, the config or the stimuli cannot be used, or a file cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let file = ConfigFile::read_if_given(arguments.config.as_deref(), &arguments.set)?;
    let mut tables: ReduceTables = file.parse()?;
    tables.experiments = chosen(arguments, &tables.experiments)?;
    let stage = Reduce {
        model: arguments.model.clone(),
        with: arguments.with.clone(),
        tables,
        cells: arguments.cells.as_ref().map(|list| list.cells().to_vec()),
        truth: arguments.truth.clone(),
        circuits: arguments.circuits.clone(),
        out: arguments.out.clone(),
        format: arguments.format,
        config: arguments.config.clone(),
    };
    let mut summaries = Vec::with_capacity(stage.tables.experiments.len());
    stage.run_each(&settings.replacing(arguments.replacing), |reduced| {
        if !arguments.json {
            console::tell(&text(&reduced))?;
        }
        summaries.push(reduced.reduction.summary());
        Ok(())
    })?;
    if arguments.json {
        console::print_json(&Reductions::new(summaries))?;
    }
    Ok(())
}

/// The experiments of the config, or the phenomenon asked for.
fn chosen(
    arguments: &Arguments,
    all: &[ExperimentConfig],
) -> anyhow::Result<Vec<ExperimentConfig>> {
    let Some(name) = &arguments.phenomenon else {
        if all.is_empty() {
            return Err(bad_use(
                "the config has no experiments; add them, or give --phenomenon",
            ));
        }
        return Ok(all.to_vec());
    };
    if arguments.config.is_none() || all.is_empty() {
        let preset = ExperimentConfig::preset(name, None);
        let preset = preset.map_err(|error| bad_use(format!("--phenomenon: {error}")))?;
        return Ok(vec![preset]);
    }
    Ok(named(all, name, arguments.config.as_deref())?)
}
