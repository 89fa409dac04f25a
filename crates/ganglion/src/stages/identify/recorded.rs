//! What the cells themselves answered to full fields and to the probe's stripes.

use std::fs;
use std::path::{Path, PathBuf};

use ganglion_model::agreement::{Facts, Light, disagreements};
use ganglion_model::model::{Model, ModelDescription};
use ganglion_recording::{
    CellIndex, LoadOptions, Milliseconds, Movie, Normalisation, Partition, RecordingFile,
};
use ganglion_reduction::identify::RecordedAnswers;

use crate::agreement::{facts_of, tell_all};
use crate::error::{Context as _, Error, Result, ensure};

/// The spikes of the recordings in answer to such light, with stripes of a width in pixels; `are_named` by the user, who is then warned of those that say nothing. None where no recording is given, or none has any.
///
/// # Errors
/// Where a recording is given twice, cannot be read, has no spike counts, or has other frames, pixels, light or cells
/// than the network; where a full field is none for the network.
pub fn read(
    (recordings, are_named): (&[PathBuf], bool),
    model: &Model,
    cells: &[CellIndex],
    stripe: usize,
) -> Result<Option<RecordedAnswers>> {
    if recordings.is_empty() {
        return Ok(None);
    }
    let description = &model.description;
    ensure!(
        matches!(description.normalisation, Normalisation::Global { .. }),
        "the network normalises each pixel by itself, so that light that is the same everywhere is not the same for \
         it; --recording needs a network with one normalisation for all pixels"
    );
    refuse_twice(recordings)?;
    let mut silent = Vec::new();
    let mut recorded = RecordedAnswers::new(cells, description.movie.history, stripe);
    for recording in recordings {
        let name = || recording.display().to_string();
        let bins = add(&mut recorded, recording, description).with_context(name)?;
        if bins == 0 {
            silent.push(name());
        }
    }
    if recorded.is_empty() {
        let told = format!(
            "none of the recordings shows a full field, or vertical stripes of {stripe} pixels of two values in turn \
             from the left edge, for three histories of {} frames",
            description.movie.history
        );
        match are_named {
            true => tracing::warn!("{told}"),
            false => tracing::info!("{told}"),
        }
        return Ok(None);
    }
    if !silent.is_empty() {
        let told = format!(
            "circuits do not follow the spikes of {}: no full field there, and no vertical stripes of {stripe} pixels of two \
             values in turn from the left edge, for three histories",
            silent.join(", ")
        );
        // Of recordings that nobody named, no more is expected.
        match are_named {
            true => tracing::warn!("{told}"),
            false => tracing::info!("{told}"),
        }
    }
    Ok(Some(recorded))
}

fn add(
    recorded: &mut RecordedAnswers,
    recording: &Path,
    description: &ModelDescription,
) -> Result<usize> {
    let file = RecordingFile::open(recording)?;
    let movie = file.load_movie(Partition::Train, LoadOptions::MEMORY_LIMIT)?;
    refuse_other(&movie, recording, description)?;
    let bin = Milliseconds(description.frame_period_ms);
    Ok(recorded.add_recording((&file, &movie), &description.normalisation, bin)?)
}

/// Refuses what would make light, frames or pixels mean something else, and tells what is only unusual.
fn refuse_other(movie: &Movie, recording: &Path, description: &ModelDescription) -> Result<()> {
    let facts = Facts {
        light: Some(Light::of(movie)?),
        ..facts_of(recording)
    };
    let found = disagreements(&Facts::of_model(description), &facts);
    let (told, refused): (Vec<_>, Vec<_>) =
        (found.into_iter()).partition(|disagreement| disagreement.is_tolerable_in_training());
    tell_all(&recording.display().to_string(), &told);
    match refused.first() {
        Some(disagreement) => Err(Error::input(disagreement.to_string())),
        None => Ok(()),
    }
}

/// Spikes that are counted twice would count for more than they say.
fn refuse_twice(recordings: &[PathBuf]) -> Result<()> {
    let real = |path: &PathBuf| fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    let files: Vec<PathBuf> = recordings.iter().map(real).collect();
    for (place, file) in files.iter().enumerate() {
        ensure!(
            !files[..place].contains(file),
            "{}: is given twice; give each recording once",
            recordings[place].display()
        );
    }
    Ok(())
}
