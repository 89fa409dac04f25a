//! Showing it, and writing the answers.

use std::path::{Path, PathBuf};

use ganglion_model::model::ModelDescription;
use ganglion_model::responder::ModelResponder;
use ganglion_recording::{ArrayInfo, DatasetSpec, Normalisation, ResultFile};

use super::{Respond, Source, defined, fields};
use crate::error::{Error, Result};
use crate::outputs::{Outputs, is_by};
use crate::program::PROGRAM;
use crate::runner::Runner;
use crate::stimulus::Stimulus;
use crate::stimulus_file;

/// Where the results go, once it is known that nothing of others is replaced.
pub(super) struct Places {
    pub(super) rates: PathBuf,
    pub(super) movie: Option<PathBuf>,
}

/// Answers that were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responded {
    /// The file.
    pub file: PathBuf,
    /// What rows of the dataset `response` are: `frame` or `clip`.
    pub rows: &'static str,
    /// Rows and cells.
    pub shape: [usize; 2],
}

impl Responded {
    /// What was written, for people.
    pub fn text(&self) -> String {
        let Self { file, rows, shape } = self;
        let path = file.display();
        format!("{path}: response [{rows}, cell] {shape:?} in Hz\n")
    }
}

impl Respond {
    /// Writes firing rates, and the movie and receptive fields where they are asked for.
    ///
    /// # Errors
    /// Where the stimulus does not fit the model, or a file cannot be read or written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Responded> {
        respond(self, runner)
    }
}

fn respond(settings: &Respond, runner: &Runner<'_>) -> Result<Responded> {
    let places = places(settings, runner)?;
    match &settings.stimulus {
        Source::Dataset(_) if settings.movie.is_some() => Err(Error::request(
            "--movie is for stimuli defined in a TOML file; this one is a movie already",
        )),
        Source::Dataset(spec) => respond_to_dataset(spec, settings, &places, runner),
        Source::Definition(_) if settings.raw => Err(Error::request(
            "--raw is for movies in a recording's units; contrasts in a TOML file are normalised",
        )),
        Source::Definition(path) => defined::respond(path, settings, &places, runner),
    }
}

fn respond_to_dataset(
    spec: &DatasetSpec,
    settings: &Respond,
    places: &Places,
    runner: &Runner<'_>,
) -> Result<Responded> {
    let model = runner.model(&settings.model)?;
    let stimulus = Stimulus::read(spec, &model.description.movie)?;
    if !settings.raw {
        stimulus.warn_if_raw(spec)?;
    }
    stimulus.tell_disagreements(spec, &model.description, settings.raw);
    let normalisation = match settings.raw {
        true => model.description.normalisation.clone(),
        false => Normalisation::identity(),
    };
    let is_movie = stimulus.is_movie();
    let rates = stimulus.responses(&model, &normalisation)?;
    let mut file = described(settings, &model.description);
    if is_movie {
        let first_bin = i64::try_from(model.description.movie.history)?;
        file = file.attribute("first_bin", first_bin);
    }
    if !settings.fields_at.is_empty() {
        let movie = Stimulus::read(spec, &model.description.movie)?;
        let Ok(movie) = movie.into_frames(&normalisation) else {
            return Err(Error::request(format!(
                "--fields-at counts the bins of a movie, but {spec} holds clips"
            )));
        };
        let responder = ModelResponder::new(model)?;
        file = fields::add(file, &responder, &movie, &settings.fields_at)?;
    }
    write(
        file,
        &rates,
        if is_movie { "frame" } else { "clip" },
        &places.rates,
    )
}

/// Writes rates, a list a cell.
pub(super) fn write(
    file: ResultFile,
    rates: &[Vec<f32>],
    rows: &'static str,
    out: &Path,
) -> Result<Responded> {
    let shape = [rates.first().map_or(0, Vec::len), rates.len()];
    let info = ArrayInfo {
        shape: &shape,
        dimensions: &[rows, "cell"],
        units: "Hz",
    };
    file.f32("response", info, transposed(rates)).write(out)?;
    Ok(Responded {
        file: out.to_owned(),
        rows,
        shape,
    })
}

/// Checks that the results replace nothing but earlier ones.
fn places(settings: &Respond, runner: &Runner<'_>) -> Result<Places> {
    let mut outputs = Outputs::of("respond", runner.overwrite)
        .reading_model(&settings.model)
        .reading(settings.stimulus.path());
    let rates = outputs.file(&settings.out, |path| is_by(path, CONTENT))?;
    let movie = match &settings.movie {
        Some(movie) => Some(stimulus_file::place(&mut outputs, movie)?),
        None => None,
    };
    Ok(Places { rates, movie })
}

/// What an HDF5 file of this command says that it holds.
const CONTENT: &str = "responses of ganglion respond";

fn described(settings: &Respond, description: &ModelDescription) -> ResultFile {
    let units = if settings.raw {
        "recording"
    } else {
        "normalised"
    };
    provenance(
        settings,
        units,
        &description.cells,
        description.frame_period_ms,
    )
}

pub(super) fn provenance(
    settings: &Respond,
    units: &str,
    cells: &[usize],
    frame_period_ms: f64,
) -> ResultFile {
    ResultFile::new()
        .attribute("program", PROGRAM)
        .attribute("content", CONTENT)
        .attribute("model", settings.model.display().to_string().as_str())
        .attribute("stimulus", settings.stimulus.to_string().as_str())
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
