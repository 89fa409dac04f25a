//! The zip form: `<name>/data.pkl`, and one entry `<name>/data/<key>` for each storage.

use super::super::ImportError;
use super::super::archive::Entries;
use super::storage::Storages;

/// The entries of a checkpoint.
pub(super) struct Checkpoint<'a> {
    entries: &'a Entries<'a>,
    /// Name of the entry with the pickle, up to its last `/`.
    folder: String,
}

impl<'a> Checkpoint<'a> {
    /// Finds the pickle.
    pub(super) fn of(entries: &'a Entries<'a>) -> Result<Self, ImportError> {
        let is_pickle = |name: &&String| *name == "data.pkl" || name.ends_with("/data.pkl");
        let pickle = entries.names().find(is_pickle).ok_or_else(|| {
            match entries.names().any(|name| name.ends_with(".npy")) {
                true => ImportError::NumpyArchive,
                false => ImportError::NoPickle,
            }
        })?;
        if entries.names().any(|name| name.ends_with("constants.pkl")) {
            return Err(ImportError::TorchScript);
        }
        let folder = pickle[..pickle.len() - "data.pkl".len()].to_owned();
        let found = Self { entries, folder };
        match found.entry("byteorder")? {
            Some(order) if order != b"little" => Err(ImportError::BigEndian),
            _ => Ok(found),
        }
    }

    /// The pickle.
    pub(super) fn pickle(&self) -> Result<&'a [u8], ImportError> {
        Ok(self.entry("data.pkl")?.unwrap_or_default())
    }

    fn entry(&self, name: &str) -> Result<Option<&'a [u8]>, ImportError> {
        self.entries.get(&format!("{}{name}", self.folder))
    }
}

impl Storages for Checkpoint<'_> {
    fn bytes(&self, key: &str) -> Result<&[u8], ImportError> {
        let found = self.entry(&format!("data/{key}"))?;
        found.ok_or_else(|| ImportError::NoStorage { key: key.into() })
    }

    fn file_size(&self) -> u64 {
        self.entries.size as u64
    }
}
