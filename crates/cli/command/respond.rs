//! `ganglion respond`

use std::path::PathBuf;

use clap::Args;
use ganglion::stages::Respond;
use ganglion::stages::respond::Source;

use crate::console;
use crate::global_arguments::Overwrite;
use crate::settings::Settings;

/// What was typed after `respond`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model), a model directory, or a model's name (owner/name); with FILE.toml also a simulated retina
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    /// A movie [frame, y, x] or clips [clip, frame, y, x], in the model's normalised units; or a
    /// definition in milliseconds, microns and contrast
    #[arg(long, value_name = "FILE.h5:DATASET|FILE.toml")]
    stimulus: Source,
    /// Also write the movie of FILE.toml, frame by frame, with its manifest beside it
    #[arg(long, value_name = "FILE.h5")]
    movie: Option<PathBuf>,
    /// The stimulus is in the recording's units: normalise it as the model's training movie was
    ///
    /// With per-pixel normalisation these are the training movie's constants, while `evaluate`
    /// takes the recording's own.
    #[arg(long)]
    raw: bool,
    /// Also write the receptive field of every cell in these bins of the movie, as
    /// `receptive_field` [moment, cell, frame, y, x]: how the rate changes with each pixel before it
    #[arg(long, value_name = "BINS", value_delimiter = ',')]
    fields_at: Vec<usize>,
    /// File to write, with the dataset `response` [frame or clip, cell] in Hz
    #[arg(long, value_name = "FILE.h5")]
    out: PathBuf,
    #[command(flatten)]
    replacing: Overwrite,
}

/// Writes the model's firing rates.
///
/// # Errors
/// Where the stimulus does not fit the model, or a file cannot be read or written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let stage = Respond {
        model: arguments.model.clone(),
        stimulus: arguments.stimulus.clone(),
        movie: arguments.movie.clone(),
        raw: arguments.raw,
        fields_at: arguments.fields_at.clone(),
        out: arguments.out.clone(),
    };
    let responded = stage.run(&settings.replacing(arguments.replacing))?;
    console::print(&responded.text())
}
