//! Paths in config files.

use std::cell::RefCell;
use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A path that a config file names.
///
/// A relative path in a file starts at the file's folder, wherever the program runs: that is
/// settled while the file is read, within [`reading_in`](Self::reading_in). A key of this type
/// cannot be forgotten when configs are read in another place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("form" = "path"))]
pub struct ConfigPath(PathBuf);

thread_local! {
    static READING: RefCell<Option<Reading>> = const { RefCell::new(None) };
}

/// The file being read.
struct Reading {
    folder: PathBuf,
    /// Paths that it names, as they are written.
    written: Vec<PathBuf>,
}

impl ConfigPath {
    /// Reads a config whose relative paths start at `folder`; returns what `read` returns, and the
    /// paths that it came across, as they are written.
    pub fn reading_in<T>(folder: &Path, read: impl FnOnce() -> T) -> (T, Vec<PathBuf>) {
        let reading = Reading {
            folder: folder.to_owned(),
            written: Vec::new(),
        };
        let outer = READING.replace(Some(reading));
        let result = read();
        let reading = READING.replace(outer);
        (
            result,
            reading.map_or_else(Vec::new, |reading| reading.written),
        )
    }

    /// The absolute path, without `..` where it exists.
    pub fn resolved(folder: &Path, path: &Path) -> PathBuf {
        let joined = folder.join(path);
        std::fs::canonicalize(&joined)
            .or_else(|_| std::path::absolute(&joined))
            .unwrap_or(joined)
    }
}

impl<'de> Deserialize<'de> for ConfigPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = PathBuf::from(String::deserialize(deserializer)?);
        if written.as_os_str().is_empty() {
            return Err(D::Error::custom("an empty path; name a file or folder"));
        }
        if written.to_string_lossy().contains(char::is_control) {
            return Err(D::Error::custom(format!(
                "{written:?}, with a character that no path has: in double quotes a backslash \
                 begins one, as \\t a tab; write / for it, or put the path in single quotes"
            )));
        }
        let path = READING.with_borrow_mut(|reading| match reading {
            None => written,
            Some(reading) => {
                reading.written.push(written.clone());
                Self::resolved(&reading.folder, &written)
            }
        });
        Ok(Self(path))
    }
}

impl Deref for ConfigPath {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl AsRef<Path> for ConfigPath {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl From<PathBuf> for ConfigPath {
    fn from(path: PathBuf) -> Self {
        Self(path)
    }
}

impl From<&Path> for ConfigPath {
    fn from(path: &Path) -> Self {
        Self(path.to_owned())
    }
}

impl fmt::Display for ConfigPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ConfigPath, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn relative_paths_start_at_the_folder_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let folder = std::fs::canonicalize(folder.path()).unwrap();
        let (path, written) = ConfigPath::reading_in(&folder, || read("\"a/b.h5\"").unwrap());
        assert_eq!(*path, *folder.join("a/b.h5"));
        assert_eq!(written, [Path::new("a/b.h5")]);
        let (path, _) = ConfigPath::reading_in(&folder, || read("\"/elsewhere/b.h5\"").unwrap());
        assert_eq!(*path, *Path::new("/elsewhere/b.h5"));
    }

    #[test]
    fn outside_a_file_a_path_stays_as_it_is_and_is_never_empty() {
        assert_eq!(*read("\"a.h5\"").unwrap(), *Path::new("a.h5"));
        assert!(read("\"\"").is_err());
        let backslash = read("\"C:\\temp\\new.h5\"").unwrap_err().to_string();
        assert!(backslash.contains("single quotes"), "{backslash}");
    }
}
