//! The zip form: `<name>/data.pkl`, and one entry `<name>/data/<key>` for each storage.
//!
//! PyTorch compresses nothing, so every entry is a piece of the file, and no size that lies can
//! lead to more memory than the file has.

use std::collections::HashMap;

use rawzip::{CompressionMethod, ZipArchive, ZipSliceArchive};

use super::super::ImportError;
use super::storage::Storages;

/// The entries of a checkpoint.
pub(super) struct Entries<'a> {
    entries: HashMap<String, &'a [u8]>,
    /// Name of the entry with the pickle, up to its last `/`.
    folder: String,
    /// Bytes of the file.
    size: usize,
}

/// A file's directory.
pub(super) fn archive(bytes: &[u8]) -> Result<ZipSliceArchive<&[u8]>, ImportError> {
    ZipArchive::from_slice(bytes).map_err(broken)
}

impl<'a> Entries<'a> {
    /// Finds every entry.
    pub(super) fn of(archive: &'a ZipSliceArchive<&[u8]>) -> Result<Self, ImportError> {
        let size = archive.get_ref().len();
        let mut entries = HashMap::new();
        let mut directory = archive.entries();
        while let Some(entry) = directory.next_entry().map_err(broken)? {
            let name = String::from_utf8_lossy(entry.file_path().as_ref()).into_owned();
            if entry.compression_method() != CompressionMethod::STORE {
                return Err(ImportError::Compressed { name });
            }
            let claimed = entry.uncompressed_size_hint();
            let data = archive.get_entry(entry.wayfinder()).map_err(broken)?.data();
            if data.len() as u64 != claimed {
                return Err(ImportError::LyingSize {
                    name,
                    size: claimed,
                    file: size as u64,
                });
            }
            entries.insert(name, data);
        }
        let is_pickle = |name: &&String| *name == "data.pkl" || name.ends_with("/data.pkl");
        let pickle = entries
            .keys()
            .find(is_pickle)
            .ok_or(ImportError::NoPickle)?;
        let folder = pickle[..pickle.len() - "data.pkl".len()].to_owned();
        let found = Self {
            entries,
            folder,
            size,
        };
        match found.entry("byteorder") {
            Some(order) if order != b"little" => Err(ImportError::BigEndian),
            _ => Ok(found),
        }
    }

    /// The pickle.
    pub(super) fn pickle(&self) -> &'a [u8] {
        self.entry("data.pkl").unwrap_or_default()
    }

    fn entry(&self, name: &str) -> Option<&'a [u8]> {
        self.entries.get(&format!("{}{name}", self.folder)).copied()
    }
}

impl Storages for Entries<'_> {
    fn bytes(&self, key: &str) -> Result<&[u8], ImportError> {
        let found = self.entry(&format!("data/{key}"));
        found.ok_or_else(|| ImportError::NoStorage { key: key.into() })
    }

    fn file_size(&self) -> u64 {
        self.size as u64
    }
}

fn broken(error: rawzip::Error) -> ImportError {
    ImportError::Zip {
        message: error.to_string(),
    }
}
