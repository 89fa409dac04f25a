//! One named array of any HDF5 file.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::Error;
use crate::container::{Container, Stored};

/// An array in memory, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Extent of each dimension.
    pub shape: Vec<usize>,
    /// The values, last dimension fastest.
    pub values: Vec<f32>,
}

/// Reads a dataset of rank 3 (a movie `[frame, y, x]`) or 4 (clips `[clip, frame, y, x]`) of any
/// real type.
///
/// # Errors
/// Where the file or dataset does not exist or has another rank or type, or reading fails.
pub fn read_array(path: impl AsRef<Path>, dataset: &str) -> Result<Array, Error> {
    let container = Container::open(path.as_ref())?;
    let stored = container.dataset(dataset)?;
    stored.require(
        &[3, 4],
        "a movie [frame, y, x] or clips [clip, frame, y, x]",
    )?;
    load(&stored)
}

/// All of a dataset, as `f32`, piece by piece.
pub(crate) fn load(stored: &Stored) -> Result<Array, Error> {
    let (count, elements) = (stored.shape()[0], stored.row_elements());
    let mut values = stored.zeros(count)?;
    for rows in crate::movie::pieces(0..count, stored.rows_per_piece()) {
        let out = &mut values[rows.start * elements..rows.end * elements];
        out.copy_from_slice(&stored.rows_f32(rows)?);
    }
    Ok(Array {
        shape: stored.shape().to_vec(),
        values,
    })
}

/// Reads some frames of a movie `[frame, y, x]` of any real type, and nothing else of it.
///
/// # Errors
/// Where the file or dataset does not exist or has another rank or type, it has no such frames, or
/// reading fails.
pub fn read_movie(
    path: impl AsRef<Path>,
    dataset: &str,
    frames: Range<usize>,
) -> Result<Array, Error> {
    let container = Container::open(path.as_ref())?;
    let stored = container.dataset(dataset)?;
    stored.require(&[3], "a movie [frame, y, x]")?;
    let shape = stored.shape().to_vec();
    if frames.start > frames.end || frames.end > shape[0] {
        return Err(Error::NoSuchFrames {
            path: stored.path().to_owned(),
            dataset: stored.name().to_owned(),
            start: frames.start,
            end: frames.end,
            frames: shape[0],
        });
    }
    Ok(Array {
        shape: vec![frames.len(), shape[1], shape[2]],
        values: stored.rows_f32(frames)?,
    })
}

/// A dataset of a file, written `FILE.h5:DATASET`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetSpec {
    /// The file.
    pub path: PathBuf,
    /// Path of the dataset in it.
    pub dataset: String,
}

impl DatasetSpec {
    /// Reads the dataset, see [`read_array`].
    ///
    /// # Errors
    /// Those of [`read_array`].
    pub fn read(&self) -> Result<Array, Error> {
        read_array(&self.path, &self.dataset)
    }

    /// Whether the dataset stores whole numbers, as bytes of a movie are.
    ///
    /// # Errors
    /// Where the file or dataset does not exist or cannot be read.
    pub fn is_integer(&self) -> Result<bool, Error> {
        let container = Container::open(&self.path)?;
        Ok(container.dataset(&self.dataset)?.is_integer())
    }
}

impl FromStr for DatasetSpec {
    type Err = Error;

    /// Splits at the last colon, since paths may hold others (`C:\stimuli.h5:flash`).
    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || Error::BadSpec {
            text: text.to_owned(),
        };
        let (path, dataset) = text.rsplit_once(':').ok_or_else(bad)?;
        let dataset = dataset.trim_matches('/');
        // A backslash means that the colon was a drive's.
        if path.is_empty() || dataset.is_empty() || dataset.contains('\\') {
            return Err(bad());
        }
        Ok(Self {
            path: path.into(),
            dataset: dataset.to_owned(),
        })
    }
}

impl fmt::Display for DatasetSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.dataset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_is_a_file_and_a_dataset() {
        let t = |text: &str| {
            text.parse::<DatasetSpec>()
                .map(|s| (s.path, s.dataset))
                .ok()
        };
        assert_eq!(
            t("a.h5:test/stimulus"),
            Some(("a.h5".into(), "test/stimulus".into()))
        );
        assert_eq!(
            t("C:\\a.h5:/flash"),
            Some(("C:\\a.h5".into(), "flash".into()))
        );
        assert_eq!(t("a.h5"), None);
        assert_eq!(t("C:\\a.h5"), None);
        assert_eq!(t("a.h5:"), None);
    }
}
