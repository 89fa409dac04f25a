//! Where a stimulus comes from.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use ganglion_recording::DatasetSpec;

/// A dataset of an HDF5 file, or a definition in TOML.
#[derive(Clone, Debug)]
pub enum Source {
    /// `FILE.h5:DATASET`.
    Dataset(DatasetSpec),
    /// `FILE.toml`.
    Definition(PathBuf),
}

impl Source {
    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Dataset(spec) => &spec.path,
            Self::Definition(path) => path,
        }
    }
}

impl FromStr for Source {
    type Err = <DatasetSpec as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let path = Path::new(text);
        if path.extension().is_some_and(|ending| ending == "toml") {
            return Ok(Self::Definition(path.to_owned()));
        }
        text.parse().map(Self::Dataset)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dataset(spec) => spec.fmt(f),
            Self::Definition(path) => path.display().fmt(f),
        }
    }
}
