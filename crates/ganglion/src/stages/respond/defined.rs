//! Responses to a stimulus that a TOML file defines.

use std::path::Path;

use super::run::{Places, Responded, provenance, write};
use super::{Respond, fields};
use crate::agreement;
use crate::error::{Context as _, Error};
use crate::runner::Runner;
use crate::stimulus_file;
use crate::subject::Subject;

/// Shows the stimulus, grey first, and writes the rates and, where asked for, the movie.
///
/// # Errors
/// Where the definition makes no sense on the subject's screen, or a file cannot be written.
pub fn respond(
    path: &Path,
    settings: &Respond,
    places: &Places,
    runner: &Runner<'_>,
) -> crate::Result<Responded> {
    let stimulus = stimulus_file::read(path)?;
    let subject = Subject::open(&settings.model, runner)?;
    let responder = subject.responder();
    let screen = responder.screen();
    let prepared = (stimulus.prepare(screen)).with_context(|| path.display().to_string())?;
    for warning in prepared.warnings() {
        tracing::warn!("{}: {warning}", path.display());
    }
    if let Some(model) = subject.description() {
        let text = agreement::movie_beyond(&prepared.movie(), model);
        if let Some(text) = text {
            tracing::warn!("{}: {text}", path.display());
        }
    }
    if let Some(movie) = &places.movie {
        stimulus_file::write(&prepared, movie)?;
    }
    let answers = responder.respond(&[prepared.movie()]);
    let answers = answers.map_err(|error| Error::input(format!("{}: {error}", path.display())))?;
    let rates = answers
        .first()
        .ok_or_else(|| Error::input("the subject did not answer"))?;
    let first_bin = rates.bins().start;
    // A row a frame, as for movies of files: the bin after the last frame is none.
    let frames = prepared.frames() - first_bin;
    let rows: Vec<Vec<f32>> = (0..rates.cells())
        .map(|cell| rates.cell(cell)[..frames].to_vec())
        .collect();
    let cells: Vec<usize> = responder.cells().iter().map(|cell| cell.0).collect();
    let mut file = provenance(settings, "normalised", &cells, screen.frame_period.0)
        .attribute("first_bin", i64::try_from(first_bin)?)
        .attribute("zero_frame", i64::try_from(prepared.zero())?);
    if !settings.fields_at.is_empty() {
        let Subject::Model(model) = &subject else {
            return Err(Error::request(format!(
                "--fields-at needs a network, whose gradient it takes; {} is a {}",
                settings.model.display(),
                subject.kind()
            )));
        };
        file = fields::add(file, model, &prepared.movie(), &settings.fields_at)?;
    }
    write(file, &rows, "frame", &places.rates)
}
