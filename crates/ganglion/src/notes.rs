//! Telling what a user ought to know of a recording before it is used.
//!
//! Every command that opens a recording tells the same.

use std::path::Path;

use ganglion_recording::RecordingFile;

/// Warns of what is unusual about a recording; a file that is none, or cannot be opened, fails
/// where it is used.
pub fn tell(path: &Path) {
    let Ok(file) = RecordingFile::open(path) else {
        return;
    };
    for note in file.notes() {
        tracing::warn!("{}: {note}", path.display());
    }
}
