//! Stimuli on disk: read from TOML, written as movies.

use std::path::{Path, PathBuf};

use ganglion_experiment::Stimulus;
use ganglion_experiment::stimulus::PreparedStimulus;
use ganglion_recording::{ArrayInfo, ResultFile};

use crate::error::Context as _;
use crate::outputs::{Outputs, is_by};
use crate::program::PROGRAM;
use crate::results::write_json;
use crate::text;

/// Reads a stimulus from a TOML file.
///
/// # Errors
/// Naming the file, and the line where TOML has one.
pub fn read(path: &Path) -> crate::Result<Stimulus> {
    let name = || path.display().to_string();
    let text = text::read(path, "stimulus")?;
    toml::from_str(&text).with_context(name)
}

/// What the file of a movie says that it holds.
const CONTENT: &str = "stimulus movie of ganglion";

/// Where a movie may be written, with its manifest beside it.
///
/// # Errors
/// Where something else is there.
pub fn place(outputs: &mut Outputs, path: &Path) -> crate::Result<PathBuf> {
    let movie = outputs.file(path, |path| is_by(path, CONTENT))?;
    outputs.file(&movie.with_extension("json"), |_| is_by(&movie, CONTENT))?;
    Ok(movie)
}

/// Writes a movie `[frame, y, x]`, frame by frame as it is shown, and `PATH` with the ending
/// `.json` that tells what happens in it.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(stimulus: &PreparedStimulus, path: &Path) -> crate::Result<()> {
    let movie = stimulus.movie();
    let manifest = stimulus.manifest();
    let screen = stimulus.screen();
    let info = ArrayInfo {
        shape: &[movie.frames(), movie.height(), movie.width()],
        dimensions: &["frame", "y", "x"],
        units: "standard deviations of the training stimulus, 0 its mean",
    };
    ResultFile::new()
        .attribute("program", PROGRAM)
        .attribute("content", CONTENT)
        .attribute("stimulus", stimulus.stimulus().name.as_str())
        .attribute("frame_period_ms", screen.frame_period.0)
        .attribute("microns_per_pixel", screen.microns_per_pixel.0)
        .attribute("zero_frame", i64::try_from(stimulus.zero())?)
        .f32("stimulus", info, movie.values().to_vec())
        .write(path)?;
    write_json(&path.with_extension("json"), &manifest)
}
