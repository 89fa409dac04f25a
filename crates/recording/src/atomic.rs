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

/// A temporary file in the folder of `path`, removed when dropped.
pub(crate) fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".ganglion-").suffix(".tmp");
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
    fn a_missing_folder_is_explained() {
        let error = write_atomically("no-such-folder/out.txt", |_| Ok(())).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("no-such-folder") && text.contains("create it first"),
            "{text}"
        );
    }
}
