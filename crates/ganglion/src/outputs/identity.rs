//! Whether two paths name the same file.

use std::fs;
use std::path::{Path, PathBuf};

/// A file, whatever it is called.
#[derive(Clone, Debug)]
pub struct Identity {
    path: PathBuf,
    inode: Option<(u64, u64)>,
}

impl Identity {
    /// That of a file; none where nothing is.
    pub fn of(path: &Path) -> Option<Self> {
        Some(Self {
            path: fs::canonicalize(path).ok()?,
            inode: inode(path),
        })
    }

    /// Whether both are the same file, also through links.
    pub fn is_same(&self, other: &Self) -> bool {
        let same_inode = self.inode.is_some() && self.inode == other.inode;
        same_inode || self.path == other.path
    }
}

/// Device and number of the file on it; hard links share them.
#[cfg(unix)]
fn inode(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let data = fs::metadata(path).ok()?;
    Some((data.dev(), data.ino()))
}

#[cfg(not(unix))]
fn inode(_: &Path) -> Option<(u64, u64)> {
    None
}
