//! The HDF5 library behind errors that name file and dataset.

mod stored;

use std::path::{Path, PathBuf};

use hdf5_pure::{AttrValue, ChunkCacheConfig, FileAccessProperties, MetadataCacheConfig};

pub(crate) use stored::Stored;

use crate::attributes::{Attribute, Attributes};
use crate::error::Error;

/// Parsed metadata kept between reads.
const METADATA_CACHE: usize = 8 << 20;
/// Decompressed chunks kept between reads of neighbouring rows, per dataset.
const CHUNK_CACHE: usize = 32 << 20;
const CHUNK_SLOTS: usize = 4096;
/// Bytes of stored data read at a time where a whole dataset may be large.
pub(crate) const PIECE_BYTES: usize = 16 << 20;

/// An HDF5 file opened for reading; nothing but metadata is held in memory.
#[derive(Clone, Debug)]
pub(crate) struct Container {
    path: PathBuf,
    file: hdf5_pure::File,
}

impl Container {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let access = FileAccessProperties::new()
            .with_metadata_cache(MetadataCacheConfig::new(METADATA_CACHE))
            .with_chunk_cache(ChunkCacheConfig::from_h5p_cache(CHUNK_SLOTS, CHUNK_CACHE));
        let file =
            hdf5_pure::File::open_streaming_with_options(path, access).map_err(
                |error| match path.is_dir() {
                    true => Error::IsFolder { path: path.into() },
                    false => Error::hdf5(path, "the file".into(), error),
                },
            )?;
        let container = Self {
            path: path.to_owned(),
            file,
        };
        container.refuse_truncated()?;
        Ok(container)
    }

    /// A file in memory; `path` names it in errors.
    pub(crate) fn of_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, Error> {
        let file = hdf5_pure::File::from_bytes(bytes)
            .map_err(|error| Error::hdf5(path, "the file".into(), error))?;
        let container = Self {
            path: path.to_owned(),
            file,
        };
        container.refuse_truncated()?;
        Ok(container)
    }

    /// The superblock records where the file ends: a shorter one was cut off.
    fn refuse_truncated(&self) -> Result<(), Error> {
        let (stored, actual) = (self.file.superblock().eof_address, self.file.file_size());
        if stored <= actual {
            return Ok(());
        }
        let detail = format!("{actual} bytes of {stored}");
        Err(Error::Truncated {
            path: self.path.clone(),
            detail,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Names of the groups in a group (`""` is the root), sorted; none if it does not exist.
    pub(crate) fn groups(&self, group: &str) -> Vec<String> {
        sorted(self.group(group).and_then(|group| group.groups().ok()))
    }

    /// Names of the datasets in a group (`""` is the root), sorted; none if it does not exist.
    pub(crate) fn datasets(&self, group: &str) -> Vec<String> {
        sorted(self.group(group).and_then(|group| group.datasets().ok()))
    }

    /// Attributes of a group (`""` is the root); those that cannot be read are left out.
    pub(crate) fn attributes(&self, group: &str) -> Attributes {
        let attributes = self
            .group(group)
            .and_then(|group| group.attrs().ok())
            .unwrap_or_default();
        plain(&attributes)
    }

    /// Attributes of a dataset; none if it does not exist.
    pub(crate) fn dataset_attributes(&self, name: &str) -> Attributes {
        let dataset = self.file.dataset(name).ok();
        let attributes = dataset.and_then(|dataset| dataset.attrs().ok());
        plain(&attributes.unwrap_or_default())
    }

    fn group(&self, group: &str) -> Option<hdf5_pure::Group> {
        match group {
            "" => Some(self.file.root()),
            path => self.file.group(path).ok(),
        }
    }

    /// Whether the dataset exists.
    pub(crate) fn has(&self, name: &str) -> bool {
        let (group, last) = name.rsplit_once('/').unwrap_or(("", name));
        self.datasets(group).iter().any(|dataset| dataset == last)
    }

    /// Opens a dataset, or says which ones its group has.
    pub(crate) fn dataset(&self, name: &str) -> Result<Stored, Error> {
        let name = name.trim_matches('/');
        if !self.has(name) {
            return Err(self.no_dataset(name));
        }
        Stored::open(self, name)
    }

    fn no_dataset(&self, name: &str) -> Error {
        let group = name.rsplit_once('/').map_or("", |(group, _)| group);
        let prefix = if group.is_empty() {
            String::new()
        } else {
            format!("{group}/")
        };
        let beside = self
            .datasets(group)
            .into_iter()
            .map(|name| format!("`{prefix}{name}`"));
        let groups = self
            .groups(group)
            .into_iter()
            .map(|name| format!("group `{prefix}{name}`"));
        let found: Vec<String> = beside.chain(groups).collect();
        let found = match found.is_empty() {
            true => format!(
                "nothing in `{}`",
                if group.is_empty() { "/" } else { group }
            ),
            false => found.join(", "),
        };
        Error::NoDataset {
            path: self.path.clone(),
            dataset: name.to_owned(),
            found,
        }
    }
}

fn sorted(names: Option<Vec<String>>) -> Vec<String> {
    let mut names = names.unwrap_or_default();
    names.sort();
    names
}

fn plain(attributes: &std::collections::HashMap<String, AttrValue>) -> Attributes {
    let plain = |(name, value): (&String, &AttrValue)| (name.clone(), Attribute::from_hdf5(value));
    attributes.iter().map(plain).collect()
}
