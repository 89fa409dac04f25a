//! Files that a model comes from, identified by their content.

use std::path::Path;

use ganglion_recording::{RecordingFile, sha256_of};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A recording, identified by its content.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// The file's name, without its folder.
    pub name: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Other files that hold a part of a recording, behind external links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<SourceFile>,
}

impl SourceFile {
    /// A file by itself.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn of_file(path: &Path) -> Result<Self, Error> {
        let name = path.file_name().unwrap_or_default();
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            sha256: sha256_of(path)?,
            linked: Vec::new(),
        })
    }

    /// A recording, with every other file that is read with it.
    ///
    /// # Errors
    /// Where one of them cannot be read, or the first is no recording.
    pub fn of_recording(path: &Path) -> Result<Self, Error> {
        let files = RecordingFile::open(path)?.linked_files();
        let linked = files.iter().map(|file| Self::of_file(file));
        let mut linked = linked.collect::<Result<Vec<_>, _>>()?;
        // Their folders may move.
        linked.sort_by(|a, b| (&a.name, &a.sha256).cmp(&(&b.name, &b.sha256)));
        Ok(Self {
            linked,
            ..Self::of_file(path)?
        })
    }
}
