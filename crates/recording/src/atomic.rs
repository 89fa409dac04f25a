//! Files that are either complete or not there.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::Error;

/// Writes a file so that no reader ever sees half of it.
///
/// `write` fills a temporary file in the same folder, which is then flushed to the disk and
/// renamed to `path`, replacing what was there. If anything fails, `path` is left as it was and
/// the temporary file is removed.
///
/// # Errors
/// [`Error::Write`], naming `path`, for a folder that does not exist or is not writable, a full
/// disk, or an error that `write` returns.
pub fn write_atomically(
    path: impl AsRef<Path>,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> Result<(), Error> {
    let path = path.as_ref();
    let attempt = || -> io::Result<()> {
        let aside = temporary_beside(path)?;
        let mut writer = BufWriter::with_capacity(1 << 20, aside.as_file());
        write(&mut writer)?;
        writer.flush()?;
        drop(writer);
        publish(aside, path)
    };
    attempt().map_err(|error| Error::writing(path, error))
}

/// How names of temporary files begin.
const PREFIX: &str = ".ganglion-";
/// How they end.
const SUFFIX: &str = ".tmp";

/// Removes temporary files that killed processes left in a folder, `nested` those in the folders inside it as well.
/// Links are not followed.
///
/// Only for folders that nobody else writes to: what another process is writing would be lost.
///
/// # Errors
/// Where a folder cannot be read or a file cannot be removed.
pub fn remove_leftovers(folder: &Path, nested: bool) -> Result<(), Error> {
    if !folder.is_dir() {
        return Ok(());
    }
    let failed = |error| Error::writing(folder, error);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if kind.is_dir() && nested {
            remove_leftovers(&entry.path(), nested)?;
        } else if kind.is_file() && name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            std::fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}

/// A temporary file in the folder of `path`, removed when dropped.
pub(crate) fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    // Temporary files are private by default; the finished one gets ordinary permissions.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder_of(path))
}

/// Makes a finished temporary file durable and gives it its name.
pub(crate) fn publish(aside: NamedTempFile, path: &Path) -> io::Result<()> {
    aside.as_file().sync_all()?;
    aside.persist(path).map_err(|failure| failure.error)?;
    // The rename itself is durable only once the folder is; not every system can sync one.
    if let Ok(folder) = File::open(folder_of(path)) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Folder that holds `path`.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn the_file_appears_complete_and_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        write_atomically(&path, |writer| writer.write_all(b"whole")).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["out.txt"]);
    }

    #[test]
    fn a_failure_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        std::fs::write(&path, "old").unwrap();
        let full = |writer: &mut BufWriter<&File>| {
            writer.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        };
        let error = write_atomically(&path, full).unwrap_err().to_string();
        assert!(
            error.contains("out.txt") && error.contains("disk is full"),
            "{error}"
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["out.txt"]);
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("inside");
        std::fs::create_dir(&inside).unwrap();
        let kept = temporary_beside(&inside.join("movie.h5")).unwrap();
        let (_, left) = kept.keep().unwrap();
        std::fs::write(inside.join(".ganglion.json"), "{}").unwrap();
        std::fs::write(inside.join("movie.h5"), "whole").unwrap();
        assert!(left.is_file());
        remove_leftovers(folder.path(), true).unwrap();
        let mut names = names(&inside);
        names.sort();
        assert_eq!(names, [".ganglion.json", "movie.h5"]);
        remove_leftovers(&folder.path().join("nowhere"), true).unwrap();
    }

    #[test]
    fn a_missing_folder_is_explained() {
        let error = write_atomically("no-such-folder/out.txt", |_| Ok(())).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("no-such-folder") && text.contains("create it first"),
            "{text}"
        );
    }
}
