//! `ganglion import`

mod flags;
mod recording;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use ganglion::exchange::import::{
    self, BatchNormOrder, FlattenOrder, HiddenActivation, ImportOptions, Report,
};
use ganglion::model::evaluation::{Evaluation, evaluate};
use ganglion::model::model::Model;
use ganglion::outputs::Outputs;
use ganglion::recording::{Partition, RecordingFile, is_nwb};
use ganglion::{agreement, notes, scores};
use serde::Serialize;

use crate::cell_list::CellList;
use crate::config::Override;
use crate::console;
use crate::failure::bad_use;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;
use flags::{Coordinates, FrameSize, MeanAndDeviation, OutputActivation};

/// What was typed after `import`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// PyTorch checkpoint (.pt), Keras model (.h5 or .keras), safetensors, or a recording in NWB
    /// (.nwb)
    #[arg(value_name = "WEIGHTS")]
    weights: PathBuf,
    /// Folder of the model to write; for NWB, the recording's file
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
    /// Side of a pixel on the retina, micrometres: experiments need it
    #[arg(long, value_name = "MICRONS", value_parser = flags::positive)]
    microns_per_pixel: Option<f64>,
    /// Cells of the recording, in the order of the outputs, such as 0,1,4 or 0-4
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    cells: Option<CellList>,
    /// Time from one frame to the next, milliseconds
    #[arg(long, value_name = "MS", value_parser = flags::positive)]
    frame_period: Option<f64>,
    /// Rows and columns of a frame, such as 50x50
    #[arg(long, value_name = "ROWSxCOLUMNS")]
    frame_size: Option<FrameSize>,
    /// Mean and standard deviation of the training movie, in the recording's units
    #[arg(long, value_name = "MEAN,SD", allow_hyphen_values = true)]
    normalisation: Option<MeanAndDeviation>,
    /// Response that the network predicts
    #[arg(long, value_name = "NAME")]
    response: Option<String>,
    /// Added to variances in batch normalisation [default: what the file says, or 1e-3]
    #[arg(long, value_name = "EPSILON", value_parser = flags::positive)]
    batch_norm_epsilon: Option<f64>,
    /// Unit of a convolutional read-out that each cell takes, such as 7,8;3,12 for two cells
    #[arg(long, value_name = "ROW,COLUMN;...")]
    coordinates: Option<Coordinates>,
    /// Find those units by correlation with this recording
    #[arg(long = "match", value_name = "FILE.h5", conflicts_with = "coordinates")]
    match_recording: Option<PathBuf>,
    /// File that lists the layers in order, where names and shapes do not tell
    #[arg(long, value_name = "FILE.toml")]
    mapping: Option<PathBuf>,
    /// Nonlinearity of hidden layers, where the file holds weights alone: relu
    #[arg(long, value_name = "NAME")]
    hidden_activation: Option<HiddenActivation>,
    /// From drive to rate, where the file holds weights alone: softplus or exponential
    #[arg(long, value_name = "NAME")]
    output_activation: Option<OutputActivation>,
    /// Whether hidden layers normalise before-activation or after-activation, where the file holds
    /// weights alone
    #[arg(long, value_name = "ORDER")]
    batch_norm_order: Option<BatchNormOrder>,
    /// Order of the units that the dense layer reads, where the file does not say: channels-first
    /// or channels-last
    #[arg(long, value_name = "ORDER")]
    flatten_order: Option<FlattenOrder>,
    /// Which weights to use of a PyTorch file that holds several: where they are in the file, such
    /// as ema.state_dict, or the beginning of their names
    #[arg(long, value_name = "NAME")]
    weights_at: Option<String>,
    /// Compare the model with this recording, and warn of cells that it does not predict
    #[arg(long, value_name = "FILE.h5")]
    check: Option<PathBuf>,
    /// For NWB: file with the table `[nwb]`, which chooses stimuli and bins
    #[arg(long, value_name = "CONFIG")]
    config: Option<PathBuf>,
    /// For NWB: set a key of that table, such as nwb.bin_ms=10, with --config or without; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<Override>,
    #[command(flatten)]
    replacing: Overwrite,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct ImportDocument<'a> {
    model: &'a Path,
    #[serde(flatten)]
    report: &'a Report,
    check: Option<&'a Evaluation>,
}

/// Correlations below this look like a wrong import rather than a poor fit.
const NEAR_ZERO: f64 = 0.1;

/// Writes the model, and prints what was mapped, ignored and missing.
///
/// # Errors
/// Where the weights cannot be read or do not fit, or the model cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    if is_nwb(&arguments.weights) {
        return recording::run(arguments);
    }
    if arguments.config.is_some() || !arguments.set.is_empty() {
        return Err(bad_use("--config and --set are for recordings in NWB"));
    }
    arguments.outputs().model(&arguments.out)?;
    let device = settings.backend().device()?;
    arguments
        .check
        .iter()
        .chain(&arguments.match_recording)
        .for_each(|recording| notes::tell(recording));
    let imported = import::import(&arguments.weights, &arguments.options(), &device)?;
    let (model, report) = (&imported.model, &imported.report);
    let check = match &arguments.check {
        Some(recording) => Some(check(model, recording)?),
        None => None,
    };
    if let Some(recording) = &arguments.match_recording {
        agreement::tell_of_file(recording, &model.description);
    }
    model.save(&arguments.out)?;
    if arguments.json {
        return console::print_json(&ImportDocument {
            model: &arguments.out,
            report,
            check: check.as_ref(),
        });
    }
    console::print(&text(arguments, model, report, check.as_ref()))
}

impl Arguments {
    /// Nothing that is read may be replaced.
    fn outputs(&self) -> Outputs {
        let recordings = self.check.iter().chain(&self.match_recording);
        Outputs::of("import", self.replacing.overwrite)
            .reading(&self.weights)
            .reading_all(recordings)
            .reading_all(self.mapping.iter().chain(&self.config))
    }

    fn options(&self) -> ImportOptions {
        ImportOptions {
            microns_per_pixel: self.microns_per_pixel,
            cells: self.cells.as_ref().map(CellList::numbers),
            frame_period_ms: self.frame_period,
            frame_size: self.frame_size.map(|size| size.0),
            normalisation: self.normalisation.map(|constants| constants.0),
            response: self.response.clone(),
            batch_norm_epsilon: self.batch_norm_epsilon,
            coordinates: self.coordinates.clone().map(|places| places.0),
            match_recording: self.match_recording.clone(),
            mapping: self.mapping.clone(),
            hidden_activation: self.hidden_activation,
            output_activation: self.output_activation.map(|chosen| chosen.0),
            batch_norm_order: self.batch_norm_order,
            flatten_order: self.flatten_order,
            weights_at: self.weights_at.clone(),
        }
    }
}

/// Judges the model on the test partition, or on the only one there is.
fn check(model: &Model, recording: &Path) -> anyhow::Result<Evaluation> {
    let context = || format!("--check {}", recording.display());
    let file = RecordingFile::open(recording).with_context(context)?;
    let partition = match file.partition(Partition::Test) {
        Ok(_) => Partition::Test,
        Err(_) => Partition::Train,
    };
    let evaluation = evaluate(model, recording, partition).with_context(context)?;
    agreement::tell(recording, &evaluation);
    for cell in &evaluation.cells {
        if let Some(note) = &cell.score_note {
            tracing::warn!("cell {}: no scores: {note}", cell.cell);
        } else if cell.pearson.is_none_or(|r| r < NEAR_ZERO) {
            let r = cell
                .pearson
                .map_or("not defined".to_owned(), |r| format!("{r:.3}"));
            tracing::warn!(
                "cell {}: r = {r}: the model does not predict this cell; check --cells, \
                 --normalisation and --coordinates, and that the recording is of this retina",
                cell.cell
            );
        }
    }
    Ok(evaluation)
}

fn text(
    arguments: &Arguments,
    model: &Model,
    report: &Report,
    check: Option<&Evaluation>,
) -> String {
    let movie = &model.description.movie;
    let checked = check.map(scores::text).unwrap_or_default();
    format!(
        "{report}{checked}{}: {} of {} cells, {} frames of {} x {} pixels\n",
        arguments.out.display(),
        model.description.architecture.kind(),
        movie.cells,
        movie.history,
        movie.height,
        movie.width
    )
}
