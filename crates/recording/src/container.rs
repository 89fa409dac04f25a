//! The HDF5 library behind errors that name file and dataset.

mod format;
mod links;
mod locate;
mod number;
mod raw;
mod stored;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use hdf5_pure::{AttrValue, ChunkCacheConfig, FileAccessProperties, MetadataCacheConfig};

use locate::{Kind, Located};
use raw::Raw;
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
    /// The same file as bytes, for what the library does not show.
    raw: Option<Raw>,
    /// Other files that links led to so far, from this one or from each other.
    linked: Arc<Mutex<BTreeSet<PathBuf>>>,
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
        let raw = Raw::open(path, file.superblock());
        let container = Self {
            path: path.to_owned(),
            file,
            raw,
            linked: Arc::default(),
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
            raw: None,
            linked: Arc::default(),
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

    /// Opens a file that a link of this one leads to.
    fn open_linked(&self, path: &Path) -> Result<Self, Error> {
        let other = Self::open(path)?;
        if let Ok(mut linked) = self.linked.lock() {
            linked.insert(path.to_owned());
        }
        Ok(Self {
            linked: Arc::clone(&self.linked),
            ..other
        })
    }

    /// Other files that were opened because links led to them, sorted.
    pub(crate) fn linked_files(&self) -> Vec<PathBuf> {
        let linked = self.linked.lock();
        linked.map_or_else(|_| Vec::new(), |linked| linked.iter().cloned().collect())
    }

    /// Names of the groups in a group (`""` is the root), sorted; none if it does not exist.
    /// Soft and external links to groups are among them.
    pub(crate) fn groups(&self, group: &str) -> Vec<String> {
        self.names(group, |kind| *kind == Kind::Group)
    }

    /// Names of the groups that a group itself holds, so that following them comes to an end.
    pub(crate) fn own_groups(&self, group: &str) -> Vec<String> {
        let linked = self.links_of(group);
        let mut groups = self.groups(group);
        groups.retain(|name| !linked.contains(name));
        groups
    }

    /// Names of the datasets in a group (`""` is the root), sorted; none if it does not exist.
    /// Soft and external links to datasets are among them, also those that lead nowhere.
    pub(crate) fn datasets(&self, group: &str) -> Vec<String> {
        self.names(group, |kind| matches!(kind, Kind::Dataset | Kind::Broken))
    }

    fn names(&self, group: &str, wanted: impl Fn(&Kind) -> bool) -> Vec<String> {
        let mut names: Vec<String> = self
            .children(group)
            .into_iter()
            .filter(|(_, kind)| wanted(kind))
            .map(|(name, _)| name)
            .collect();
        names.sort();
        names
    }

    /// Attributes of a group (`""` is the root); those that cannot be read are left out.
    pub(crate) fn attributes(&self, group: &str) -> Attributes {
        let located = self.locate(group).ok().flatten();
        let attributes = located.and_then(|at| at.group()?.attrs().ok());
        plain(&attributes.unwrap_or_default())
    }

    /// Attributes of a dataset; none if it does not exist.
    pub(crate) fn dataset_attributes(&self, name: &str) -> Attributes {
        let located = self.locate(name).ok().flatten();
        let attributes = located.and_then(|at| at.dataset()?.attrs().ok());
        plain(&attributes.unwrap_or_default())
    }

    /// The attribute of a group or dataset as one number, whatever type holds it; none if it is
    /// not there.
    ///
    /// # Errors
    /// Where it is there and holds no number: [`Error::NoNumber`].
    pub(crate) fn number(&self, object: &str, name: &str) -> Result<Option<f64>, Error> {
        let Some(at) = self.locate(object)? else {
            return Ok(None);
        };
        let (values, types) = match (at.group(), at.dataset()) {
            (Some(group), _) => (group.attrs(), group.attr_datatypes()),
            (None, Some(dataset)) => (dataset.attrs(), dataset.attr_datatypes()),
            (None, None) => return Ok(None),
        };
        let failed = |error| Error::hdf5(&self.path, format!("attributes of `{object}`"), error);
        let (values, types) = (values.map_err(failed)?, types.map_err(failed)?);
        let Some(datatype) = types.get(name) else {
            return Ok(None);
        };
        let raw = at.container.raw.as_ref().zip(at.address);
        number::of_attribute(values.get(name), datatype, raw, name)
            .map(Some)
            .map_err(|found| Error::NoNumber {
                path: self.path.clone(),
                attribute: match object {
                    "" => name.to_owned(),
                    object => format!("{object}: {name}"),
                },
                found,
            })
    }

    /// Whether the dataset exists, or a link of its name.
    pub(crate) fn has(&self, name: &str) -> bool {
        match self.locate(name) {
            Ok(found) => found.is_some_and(|at| at.kind() == Kind::Dataset),
            Err(_) => true,
        }
    }

    /// Opens a dataset, or says which ones its group has. Links are followed.
    pub(crate) fn dataset(&self, name: &str) -> Result<Stored, Error> {
        let name = name.trim_matches('/');
        match self.locate(name)? {
            Some(at) if at.group().is_none() => Stored::open(self, &at, name),
            _ => Err(self.no_dataset(name)),
        }
    }

    /// The datasets that a dataset of object references names, in order.
    pub(crate) fn referenced(&self, name: &str) -> Result<Vec<Stored>, Error> {
        let failed = |error| Error::hdf5(&self.path, format!("dataset `{name}`"), error);
        let Some((at, dataset)) = self
            .locate(name)?
            .and_then(|at| Some((at.dataset()?, at)))
            .map(|(dataset, at)| (at, dataset))
        else {
            return Err(self.no_dataset(name));
        };
        let objects = dataset.dereference().map_err(failed)?;
        let datasets = objects.into_iter().enumerate();
        datasets
            .map(|(index, object)| match object {
                hdf5_pure::Object::Dataset(dataset) => {
                    Stored::of(self, &at, *dataset, format!("{name}[{index}]"))
                }
                _ => Err(self.no_dataset(&format!("{name}[{index}]"))),
            })
            .collect()
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

fn plain(attributes: &std::collections::HashMap<String, AttrValue>) -> Attributes {
    let plain = |(name, value): (&String, &AttrValue)| (name.clone(), Attribute::from_hdf5(value));
    attributes.iter().map(plain).collect()
}
