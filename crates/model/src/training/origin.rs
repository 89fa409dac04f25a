//! Whether a run's recordings are still what they were when it was begun.

use std::io::Write;

use ganglion_recording::write_atomically;
use serde::{Deserialize, Serialize};

use super::directory::RunDirectory;
use crate::error::Error;
use crate::model::{ModelDescription, Provenance, RecordingChange, Source};

/// What `recordings.toml` says.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Origin {
    recordings: Vec<Source>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changed: Vec<RecordingChange>,
}

/// Compares the recordings of a description with those that a run was begun with. With `accept`,
/// those that have changed are written into its provenance and returned by their place.
///
/// # Errors
/// The place of the first that has changed, and its SHA-256 before, without `accept`.
pub(super) fn compare(
    directory: &RunDirectory,
    provenance: &mut Provenance,
    accept: bool,
) -> Result<Vec<usize>, (usize, String)> {
    let Some(origin) = begun_with(directory) else {
        return Ok(Vec::new());
    };
    provenance.recordings_changed = origin.changed;
    let pairs = origin.recordings.iter().zip(&provenance.recordings);
    let pairs = pairs.enumerate();
    let changed: Vec<(usize, RecordingChange)> = pairs
        .filter(|(_, (before, now))| before.sha256 != now.sha256)
        .map(|(place, (before, now))| {
            let change = RecordingChange {
                name: now.name.clone(),
                before: before.sha256.clone(),
                after: now.sha256.clone(),
                after_epoch: 0,
            };
            (place, change)
        })
        .collect();
    match changed.first() {
        Some((place, change)) if !accept => return Err((*place, change.before.clone())),
        _ => (),
    }
    let (places, changes): (Vec<_>, Vec<_>) = changed.into_iter().unzip();
    provenance.recordings_changed.extend(changes);
    Ok(places)
}

/// Keeps what the recordings are.
///
/// # Errors
/// Where that cannot be written.
pub(super) fn keep(directory: &RunDirectory, description: &ModelDescription) -> Result<(), Error> {
    let provenance = &description.provenance;
    let origin = Origin {
        recordings: provenance.recordings.clone(),
        changed: provenance.recordings_changed.clone(),
    };
    let text = toml::to_string(&origin).map_err(|error| Error::Unwritable {
        message: error.to_string(),
    })?;
    Ok(write_atomically(directory.recordings(), |file| {
        file.write_all(text.as_bytes())
    })?)
}

/// What a run was begun with; runs of older versions say so only in their model.
fn begun_with(directory: &RunDirectory) -> Option<Origin> {
    if let Ok(text) = std::fs::read_to_string(directory.recordings()) {
        return toml::from_str(&text).ok();
    }
    let text = std::fs::read_to_string(directory.model().join("model.toml")).ok()?;
    let description: ModelDescription = toml::from_str(&text).ok()?;
    Some(Origin {
        recordings: description.provenance.recordings,
        changed: description.provenance.recordings_changed,
    })
}
