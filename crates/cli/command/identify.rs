//! `ganglion identify`

use std::path::PathBuf;

use clap::Args;
use ganglion::plot::Format;
use ganglion::stages::Identify;
use ganglion::stages::identify::{IdentifyTables, text};

use crate::cell_list::CellList;
use crate::config::{ConfigFile, Override};
use crate::console;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `identify`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model), a model directory, or a model's name (owner/name)
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// Another network of the same recording, such as a training with another seed; may be given several
    /// times. Circuits are those of the mean of their rates
    #[arg(long, value_name = "MODEL")]
    with: Vec<PathBuf>,
    /// A recording of the cells; may be given several times. Circuits have to follow the spikes of its training
    /// partition as well, wherever it shows a full field, or stripes as the probe does
    #[arg(long, value_name = "RECORDING", group = "spikes")]
    recording: Vec<PathBuf>,
    /// The same for the recordings that the network was trained on, as its run names them, as far as they can be
    /// followed
    #[arg(long, group = "spikes")]
    training_recordings: bool,
    /// Circuits follow the spikes of the recordings alone: what they say without the network, for comparison
    #[arg(long, requires = "spikes")]
    without_network: bool,
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
    /// For each cell with several probable circuits, also write the stimulus that would tell them apart, with the
    /// rates that each predicts
    #[arg(long)]
    next_experiment: bool,
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

/// Identifies the circuits of a network's cells.
///
/// # Errors
/// Where the model, the config or the cells cannot be used, or a file cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let file = ConfigFile::read_if_given(arguments.config.as_deref(), &arguments.set)?;
    let tables: IdentifyTables = file.parse()?;
    let stage = Identify {
        model: arguments.model.clone(),
        with: arguments.with.clone(),
        recordings: arguments.recording.clone(),
        training_recordings: arguments.training_recordings,
        without_network: arguments.without_network,
        next_experiment: arguments.next_experiment,
        identify: tables.reduction.identify,
        cells: arguments.cells.as_ref().map(|list| list.cells().to_vec()),
        truth: arguments.truth.clone(),
        out: arguments.out.clone(),
        format: arguments.format,
        config: arguments.config.clone(),
    };
    let identification = stage.run(&settings.replacing(arguments.replacing))?;
    match arguments.json {
        true => console::print_json(&identification.summary),
        false => console::print(&text(&identification)),
    }
}
