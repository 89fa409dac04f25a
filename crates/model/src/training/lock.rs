//! One process at a time in a run's folder.
//!
//! The lock is one of the operating system's (`flock` and its like) on the file `run.lock`: it goes
//! with its process, however that ends, and needs no cleaning up. The file also says who holds it,
//! for the message that the next one gets. It stays behind when a run ends, and means nothing then.

mod holder;
mod mount;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;
pub use holder::Holder;
pub use mount::network_file_system;

/// Name of the lock's file.
pub const LOCK: &str = "run.lock";

/// The right to write in a folder, until it is dropped.
///
/// Unless [`keep`](Self::keep) is called, dropping it removes the file and the folders that were
/// made for it, so that a run which could not begin leaves nothing.
#[derive(Debug)]
pub struct RunLock {
    file: File,
    path: PathBuf,
    promise: Promise,
    /// Folders that were made, the innermost first.
    made: Vec<PathBuf>,
    is_new: bool,
    kept: bool,
}

/// What a lock can keep out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Every other process.
    All,
    /// Processes of this computer, and those of others only where this kind of network file system
    /// passes locks on.
    Network(String),
    /// Nobody: the file system cannot lock files.
    Nobody(String),
}

impl RunLock {
    /// Takes a folder, which is made where it is missing.
    ///
    /// # Errors
    /// [`Error::InUse`] where another process has it, saying which; [`Error::File`] where the folder
    /// cannot be written.
    pub fn take(root: &Path) -> Result<Self, Error> {
        let made = missing(root);
        fs::create_dir_all(root).map_err(failed(root))?;
        let path = root.join(LOCK);
        loop {
            let (file, is_new) = opened(&path).map_err(failed(&path))?;
            let promise = match file.try_lock() {
                Ok(()) => promise(root),
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::InUse {
                        path: root.into(),
                        holder: Holder::read(&path),
                    });
                }
                Err(TryLockError::Error(error)) => Promise::Nobody(error.to_string()),
            };
            // The one before may have removed the file between our opening and locking it.
            if !is_still(&file, &path) {
                continue;
            }
            let mut lock = Self {
                file,
                path,
                promise,
                made,
                is_new,
                kept: false,
            };
            lock.sign()?;
            return Ok(lock);
        }
    }

    /// What it can keep out.
    pub fn promise(&self) -> &Promise {
        &self.promise
    }

    /// Lets the file stay when the lock is dropped, for there is something in the folder now.
    pub fn keep(&mut self) {
        self.kept = true;
    }

    fn sign(&mut self) -> Result<(), Error> {
        let text = Holder::this().to_text();
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(text.as_bytes())
        };
        write(&mut self.file).map_err(failed(&self.path))
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // Nothing can be done about a failure here, and nothing depends on success.
        if self.kept || !self.is_new {
            let _ = self.file.set_len(0);
        } else if can_tell() {
            let _ = fs::remove_file(&self.path);
            for folder in &self.made {
                let _ = fs::remove_dir(folder);
            }
        }
        let _ = self.file.unlock();
    }
}

/// Opens the file, and tells whether it was made.
fn opened(path: &Path) -> std::io::Result<(File, bool)> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    match options.clone().create_new(true).open(path) {
        Ok(file) => Ok((file, true)),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Ok((options.create(true).truncate(false).open(path)?, false))
        }
        Err(error) => Err(error),
    }
}

/// Folders that are not there yet, the innermost first.
fn missing(root: &Path) -> Vec<PathBuf> {
    let ancestors = root.ancestors();
    let missing = ancestors.take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    missing.map(Path::to_owned).collect()
}

fn promise(root: &Path) -> Promise {
    match network_file_system(root) {
        Some(kind) => Promise::Network(kind),
        None => Promise::All,
    }
}

/// Whether this system tells a removed file from one of the same name.
const fn can_tell() -> bool {
    cfg!(unix)
}

/// Whether an open file is what its path names.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |data: fs::Metadata| (data.dev(), data.ino());
    let open = file.metadata().map(identity).ok();
    open.is_some() && open == fs::metadata(path).map(identity).ok()
}

#[cfg(not(unix))]
fn is_still(_: &File, _: &Path) -> bool {
    true
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Error {
    let path = path.to_path_buf();
    move |source| Error::File {
        path: path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_belongs_to_one_at_a_time() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().join("runs/one");
        let mut first = RunLock::take(&root).unwrap();
        first.keep();
        let error = RunLock::take(&root).unwrap_err().to_string();
        let pid = std::process::id().to_string();
        assert!(error.contains("another process"), "{error}");
        assert!(error.contains(&pid) && error.contains("UTC"), "{error}");
        drop(first);
        RunLock::take(&root).unwrap();
        assert!(root.exists());
    }

    #[cfg(unix)]
    #[test]
    fn what_did_not_begin_leaves_nothing() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().join("runs/one");
        drop(RunLock::take(&root).unwrap());
        assert!(!scratch.path().join("runs").exists());
        std::fs::create_dir_all(&root).unwrap();
        std::fs::write(root.join("notes.txt"), "mine").unwrap();
        drop(RunLock::take(&root).unwrap());
        assert_eq!(std::fs::read_dir(&root).unwrap().count(), 1);
    }
}
