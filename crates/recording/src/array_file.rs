//! Any HDF5 file as named arrays.

use std::path::{Path, PathBuf};

use crate::array::Array;
use crate::attributes::Attributes;
use crate::container::Container;
use crate::contents::{ItemKind, contents};
use crate::{Error, Item};

/// An HDF5 file of named arrays, such as a network's weights; opened, not loaded.
#[derive(Clone, Debug)]
pub struct ArrayFile {
    container: Container,
}

impl ArrayFile {
    /// Opens a file.
    ///
    /// # Errors
    /// Where the file is missing, not HDF5, truncated or of a format too new.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let container = Container::open(path.as_ref())?;
        Ok(Self { container })
    }

    /// The HDF5 file that these bytes are, such as an entry of an archive; `path` names it in errors.
    ///
    /// # Errors
    /// Where they are not HDF5, truncated or of a format too new.
    pub fn of_bytes(path: impl AsRef<Path>, bytes: Vec<u8>) -> Result<Self, Error> {
        let container = Container::of_bytes(path.as_ref(), bytes)?;
        Ok(Self { container })
    }

    /// Every group and dataset, depth first, at most 500.
    pub fn contents(&self) -> Vec<Item> {
        contents(&self.container)
    }

    /// Other files that links of this one lead to, sorted; among the first 500 groups and datasets.
    pub fn linked_files(&self) -> Vec<PathBuf> {
        contents(&self.container);
        self.container.linked_files()
    }

    /// Paths of the datasets in a group and below it (`""` is the root), at most 500.
    pub fn datasets_below(&self, group: &str) -> Vec<String> {
        let prefix = format!("{group}/");
        let is_inside = |path: &str| group.is_empty() || path.starts_with(&prefix);
        let items = self.contents().into_iter();
        items
            .filter(|item| matches!(item.kind, ItemKind::Dataset { .. }) && is_inside(&item.path))
            .map(|item| item.path)
            .collect()
    }

    /// Attributes of a group (`""` is the root); none if it does not exist.
    pub fn attributes(&self, group: &str) -> Attributes {
        self.container.attributes(group)
    }

    /// Attributes of a dataset; none if it does not exist.
    pub fn dataset_attributes(&self, dataset: &str) -> Attributes {
        self.container.dataset_attributes(dataset)
    }

    /// Reads a dataset of any rank and real type as `f32`.
    ///
    /// # Errors
    /// Where the dataset does not exist, holds no numbers, claims more than the file can hold, or
    /// reading fails.
    pub fn read(&self, dataset: &str) -> Result<Array, Error> {
        let stored = self.container.dataset(dataset)?;
        stored.require(&[1, 2, 3, 4, 5, 6], "an array of one to six dimensions")?;
        crate::array::load(&stored)
    }
}
