//! `ganglion respond`

mod defined;
mod fields;
mod source;

use std::path::{Path, PathBuf};

use clap::Args;
use ganglion_model::model::{Model, ModelDescription};
use ganglion_model::responder::ModelResponder;
use ganglion_recording::{ArrayInfo, DatasetSpec, Normalisation, ResultFile};

use crate::arguments::Overwrite;
use crate::console;
use crate::failure::bad_use;
use crate::outputs::{Outputs, is_by};
use crate::settings::Settings;
use crate::stimulus::Stimulus;
use crate::stimulus_file;
use source::Source;

/// What was typed after `respond`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A run directory (its best model) or a model directory; with FILE.toml also a simulated retina
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

/// Where the results go, once it is known that nothing of others is replaced.
struct Places {
    rates: PathBuf,
    movie: Option<PathBuf>,
}

/// Writes the model's firing rates.
///
/// # Errors
/// Where the stimulus does not fit the model, or a file cannot be read or written.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let places = places(arguments)?;
    match &arguments.stimulus {
        Source::Dataset(_) if arguments.movie.is_some() => Err(bad_use(
            "--movie is for stimuli defined in a TOML file; this one is a movie already",
        )),
        Source::Dataset(spec) => respond_to_dataset(spec, arguments, &places, settings),
        Source::Definition(_) if arguments.raw => Err(bad_use(
            "--raw is for movies in a recording's units; contrasts in a TOML file are normalised",
        )),
        Source::Definition(path) => defined::respond(path, arguments, &places, settings),
    }
}

fn respond_to_dataset(
    spec: &DatasetSpec,
    arguments: &Arguments,
    places: &Places,
    settings: &Settings,
) -> anyhow::Result<()> {
    let model = Model::open(&arguments.model, &settings.backend().device()?)?;
    let stimulus = Stimulus::read(spec, &model.description.movie)?;
    if !arguments.raw {
        stimulus.warn_if_raw(spec)?;
    }
    stimulus.tell_disagreements(spec, &model.description, arguments.raw);
    let normalisation = match arguments.raw {
        true => model.description.normalisation.clone(),
        false => Normalisation::identity(),
    };
    let is_movie = stimulus.is_movie();
    let rates = stimulus.responses(&model, &normalisation)?;
    let mut file = described(arguments, &model.description);
    if is_movie {
        let first_bin = i64::try_from(model.description.movie.history)?;
        file = file.attribute("first_bin", first_bin);
    }
    if !arguments.fields_at.is_empty() {
        let movie = Stimulus::read(spec, &model.description.movie)?;
        let Ok(movie) = movie.into_frames(&normalisation) else {
            return Err(bad_use(format!(
                "--fields-at counts the bins of a movie, but {spec} holds clips"
            )));
        };
        let responder = ModelResponder::new(model)?;
        file = fields::add(file, &responder, &movie, &arguments.fields_at)?;
    }
    write(
        file,
        &rates,
        if is_movie { "frame" } else { "clip" },
        &places.rates,
    )
}

/// Writes rates, a list a cell, and says so.
fn write(
    file: ResultFile,
    rates: &[Vec<f32>],
    rows: &'static str,
    out: &Path,
) -> anyhow::Result<()> {
    let shape = [rates.first().map_or(0, Vec::len), rates.len()];
    let info = ArrayInfo {
        shape: &shape,
        dimensions: &[rows, "cell"],
        units: "Hz",
    };
    file.f32("response", info, transposed(rates)).write(out)?;
    let path = out.display();
    console::print(&format!(
        "{path}: response [{rows}, cell] {shape:?} in Hz\n"
    ))
}

/// Checks that the results replace nothing but earlier ones.
fn places(arguments: &Arguments) -> anyhow::Result<Places> {
    let mut outputs = Outputs::of("respond", arguments.replacing.overwrite)
        .reading_model(&arguments.model)
        .reading(arguments.stimulus.path());
    let rates = outputs.file(&arguments.out, |path| is_by(path, CONTENT))?;
    let movie = match &arguments.movie {
        Some(movie) => Some(stimulus_file::place(&mut outputs, movie)?),
        None => None,
    };
    Ok(Places { rates, movie })
}

/// What an HDF5 file of this command says that it holds.
const CONTENT: &str = "responses of ganglion respond";

fn described(arguments: &Arguments, description: &ModelDescription) -> ResultFile {
    let units = if arguments.raw {
        "recording"
    } else {
        "normalised"
    };
    provenance(
        arguments,
        units,
        &description.cells,
        description.frame_period_ms,
    )
}

fn provenance(
    arguments: &Arguments,
    units: &str,
    cells: &[usize],
    frame_period_ms: f64,
) -> ResultFile {
    ResultFile::new()
        .attribute("program", concat!("ganglion ", env!("CARGO_PKG_VERSION")))
        .attribute("content", CONTENT)
        .attribute("model", arguments.model.display().to_string().as_str())
        .attribute("stimulus", arguments.stimulus.to_string().as_str())
        .attribute("stimulus_units", units)
        .attribute("cells", format!("{cells:?}").as_str())
        .attribute("frame_period_ms", frame_period_ms)
}

/// From rows a cell to `[row, cell]`.
fn transposed(rates: &[Vec<f32>]) -> Vec<f32> {
    let rows = rates.first().map_or(0, Vec::len);
    (0..rows)
        .flat_map(|row| rates.iter().map(move |cell| cell[row]))
        .collect()
}
