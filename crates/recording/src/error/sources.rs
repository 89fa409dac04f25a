//! Errors of the operating system and the HDF5 library, as errors of this crate.

use std::io;
use std::path::Path;

use super::Error;

impl Error {
    /// An error of reading a file from the operating system.
    pub(crate) fn reading(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::Missing { path },
            _ => Self::Read { path, source },
        }
    }

    /// An error of writing a file, with a hint by kind.
    pub(crate) fn writing(path: &Path, source: io::Error) -> Self {
        let hint = match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "the disk is full: free some space or write elsewhere"
            }
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                "its folder does not exist: create it first"
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "its folder is not writable: choose another one"
            }
            _ => "nothing was left behind",
        };
        Self::Write {
            path: path.to_owned(),
            source,
            hint,
        }
    }

    /// An error of the HDF5 library while it reads `what`.
    pub(crate) fn hdf5(path: &Path, what: String, source: hdf5_pure::Error) -> Self {
        use hdf5_pure::{Error as Hdf5, FormatError as Format};
        let owned = path.to_owned();
        match source {
            Hdf5::Io(source) => Self::reading(path, source),
            Hdf5::Format(Format::SignatureNotFound) => Self::NotHdf5 { path: owned },
            Hdf5::Format(Format::UnexpectedEof {
                expected,
                available,
            }) => Self::Truncated {
                path: owned,
                detail: format!("{what} needs {expected} bytes where {available} are left"),
            },
            Hdf5::Format(Format::InvalidLayoutVersion(version)) => Self::FormatTooNew {
                path: owned,
                what,
                feature: format!("data layout version {version}"),
            },
            Hdf5::Format(Format::UnsupportedVersion(version)) => Self::FormatTooNew {
                path: owned,
                what,
                feature: format!("superblock version {version}"),
            },
            source => Self::Hdf5 {
                path: owned,
                what,
                source: Box::new(source),
            },
        }
    }
}
