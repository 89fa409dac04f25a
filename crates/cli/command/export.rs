//! `ganglion export`

use std::path::PathBuf;

use clap::Args;
use ganglion::exchange::export::{ExportFormat, export, is_export};
use ganglion::model::model::Model;
use ganglion::outputs::Outputs;

use crate::console;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `export`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model), a model directory, or a model's name (owner/name)
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// safetensors (loads with PyTorch's load_state_dict), npz, h5, or onnx (runs by itself)
    #[arg(long, value_name = "FORMAT")]
    format: ExportFormat,
    /// File to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    replacing: Overwrite,
}

/// Writes the weights in PyTorch's naming, or the network as ONNX.
///
/// # Errors
/// Where the model cannot be read or the file cannot be written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let mut outputs =
        Outputs::of("export", arguments.replacing.overwrite).reading_model(&arguments.model);
    let out = outputs.file(&arguments.out, is_export)?;
    let model = Model::open(&arguments.model, &settings.backend().device()?)?;
    let arrays = export(&model, arguments.format, &out)?;
    let width = arrays
        .iter()
        .map(|named| named.name.len())
        .max()
        .unwrap_or(0);
    let lines: String = arrays
        .iter()
        .map(|named| format!("  {:width$}  {:?}\n", named.name, named.array.shape))
        .collect();
    let (path, format) = (arguments.out.display(), arguments.format);
    console::print(&format!(
        "{path}: {} arrays as {format}\n{lines}",
        arrays.len()
    ))
}
