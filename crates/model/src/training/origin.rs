//! Whether a run's recordings are still what they were when it was begun.

use std::io::Write;

use ganglion_recording::write_atomically;
use serde::{Deserialize, Serialize};

use super::directory::RunDirectory;
use crate::error::Error;
use crate::model::{ModelDescription, Provenance, RecordingChange, SourceFile};

/// What `recordings.toml` says.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Origin {
    recordings: Vec<SourceFile>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changed: Vec<RecordingChange>,
}

/// A recording, by its place, or a file that it links to, which is not what it was.
pub(super) struct Changed {
    pub(super) place: usize,
    pub(super) is_linked: bool,
    pub(super) change: RecordingChange,
}

/// Compares the recordings of a description with those that a run was begun with. With `accept`,
/// what has changed is written into its provenance, and the place of each change is returned.
///
/// # Errors
/// The first change, without `accept`.
pub(super) fn compare(
    directory: &RunDirectory,
    provenance: &mut Provenance,
    accept: bool,
) -> Result<Vec<usize>, Box<Changed>> {
    let Some(origin) = begun_with(directory) else {
        return Ok(Vec::new());
    };
    provenance.recordings_changed = origin.changed;
    let pairs = origin.recordings.iter().zip(&provenance.recordings);
    let pairs = pairs.enumerate();
    let changed: Vec<Changed> = pairs
        .flat_map(|(place, (before, now))| changes(place, before, now))
        .collect();
    let places = changed.iter().map(|changed| changed.place).collect();
    for changed in changed {
        if !accept {
            return Err(Box::new(changed));
        }
        provenance.recordings_changed.push(changed.change);
    }
    Ok(places)
}

/// What is not as it was about one recording and the files that it links to.
fn changes(place: usize, before: &SourceFile, now: &SourceFile) -> Vec<Changed> {
    let changed =
        |is_linked, name: &str, before: Option<&SourceFile>, after: Option<&SourceFile>| {
            let sha256 = |source: Option<&SourceFile>| {
                source.map_or_else(|| "not known".to_owned(), |source| source.sha256.clone())
            };
            Changed {
                place,
                is_linked,
                change: RecordingChange {
                    name: name.to_owned(),
                    before: sha256(before),
                    after: sha256(after),
                    after_epoch: 0,
                },
            }
        };
    let own =
        (before.sha256 != now.sha256).then(|| changed(false, &now.name, Some(before), Some(now)));
    let mut gone: Vec<&SourceFile> = missing(&before.linked, &now.linked);
    let mut found: Vec<Changed> = own.into_iter().collect();
    for new in missing(&now.linked, &before.linked) {
        let same_name = gone.iter().position(|old| old.name == new.name);
        let old = same_name.map(|place| gone.remove(place));
        found.push(changed(true, &new.name, old, Some(new)));
    }
    found.extend(
        gone.into_iter()
            .map(|old| changed(true, &old.name, Some(old), None)),
    );
    found
}

/// Those sources that are not among others.
fn missing<'a>(sources: &'a [SourceFile], others: &[SourceFile]) -> Vec<&'a SourceFile> {
    let is_missing = |source: &&SourceFile| !others.contains(source);
    sources.iter().filter(is_missing).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, sha256: &str, linked: Vec<SourceFile>) -> SourceFile {
        let (name, sha256) = (name.to_owned(), sha256.to_owned());
        SourceFile {
            name,
            sha256,
            linked,
        }
    }

    #[test]
    fn a_change_is_of_the_recording_or_of_a_file_that_it_links_to() {
        let linked = |names: &[(&str, &str)]| {
            let of = |(name, sha256): &(&str, &str)| source(name, sha256, Vec::new());
            source("main", "m", names.iter().map(of).collect())
        };
        let found = |before: &SourceFile, now: &SourceFile| -> Vec<String> {
            let text = |one: Changed| {
                let RecordingChange {
                    name,
                    before,
                    after,
                    ..
                } = one.change;
                format!("{name} {} {before} {after}", one.is_linked)
            };
            changes(0, before, now).into_iter().map(text).collect()
        };
        let before = linked(&[("a", "1"), ("b", "2")]);
        assert!(found(&before, &before).is_empty());
        assert_eq!(
            found(&before, &linked(&[("a", "1"), ("b", "3")])),
            ["b true 2 3"]
        );
        assert_eq!(
            found(&before, &linked(&[("a", "1"), ("c", "2")])),
            ["c true not known 2", "b true 2 not known"]
        );
        assert_eq!(
            found(&before, &source("main", "n", before.linked.clone())),
            ["main false m n"]
        );
    }
}
