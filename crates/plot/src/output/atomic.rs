//! Files that are whole or absent.

use crate::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// Lets `write` fill a file beside `path`, then puts it in place in one step.
pub(crate) fn write_aside(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |source| Error::Write {
        path: path.to_owned(),
        source,
    };
    let aside = aside(path);
    let written = write(&aside).and_then(|()| fs::rename(&aside, path).map_err(failed));
    if written.is_err() {
        // The error worth reporting is the one above.
        let _ = fs::remove_file(&aside);
    }
    written
}

/// Writes bytes to a file that is whole or absent.
pub(crate) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_aside(path, |aside| {
        fs::write(aside, bytes).map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })
    })
}

/// A name in the same folder with the same extension, which tells plotters the format.
fn aside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".writing-{}-{name}", std::process::id()))
}
