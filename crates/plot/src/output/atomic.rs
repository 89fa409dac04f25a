//! Files that are whole or absent.

use crate::Error;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Lets `write` fill a file beside `path`, brings it to the disk, then puts it in place in one step:
/// after a power cut, too, the file is the old one or the new one.
pub(crate) fn write_aside(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |source| Error::Write {
        path: path.to_owned(),
        source,
    };
    let aside = aside(path);
    let written = write(&aside).and_then(|()| publish(&aside, path).map_err(failed));
    if written.is_err() {
        // The error worth reporting is the one above.
        let _ = fs::remove_file(&aside);
    }
    written
}

/// Makes a finished file durable and gives it its name.
fn publish(aside: &Path, path: &Path) -> io::Result<()> {
    // Opened for writing: some systems sync no other files.
    File::options().write(true).open(aside)?.sync_all()?;
    fs::rename(aside, path)?;
    // The rename itself is durable only once the folder is; not every system can sync one.
    if let Ok(folder) = File::open(folder_of(path)) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("figure.svg");
        write_bytes(&path, b"old").unwrap();
        let full = |aside: &Path| {
            fs::write(aside, "half").unwrap();
            Err(Error::Write {
                path: path.clone(),
                source: io::ErrorKind::StorageFull.into(),
            })
        };
        assert!(write_aside(&path, full).is_err());
        // A writer that makes nothing fails as well.
        assert!(write_aside(&path, |_| Ok(())).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
