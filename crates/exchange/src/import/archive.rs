//! Zip files whose entries are not compressed, as PyTorch, Keras and NumPy write them.
//!
//! Every entry is then a piece of the file, and no size that lies can lead to more memory than the
//! file has.

use std::collections::HashMap;

use rawzip::{CompressionMethod, ZipArchive, ZipSliceArchive};

use super::ImportError;

/// The entries of a zip file.
pub(super) struct Entries<'a> {
    /// Bytes, or none where they are compressed.
    entries: HashMap<String, Option<&'a [u8]>>,
    /// Bytes of the file.
    pub(super) size: usize,
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
                entries.insert(name, None);
                continue;
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
            entries.insert(name, Some(data));
        }
        Ok(Self { entries, size })
    }

    /// Names of the entries.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.entries.keys()
    }

    /// Whether there is such an entry.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The bytes of an entry, if there is one.
    ///
    /// # Errors
    /// Where it is compressed.
    pub(super) fn get(&self, name: &str) -> Result<Option<&'a [u8]>, ImportError> {
        match self.entries.get(name) {
            None => Ok(None),
            Some(Some(bytes)) => Ok(Some(bytes)),
            Some(None) => Err(ImportError::Compressed { name: name.into() }),
        }
    }
}

fn broken(error: rawzip::Error) -> ImportError {
    ImportError::Zip {
        message: error.to_string(),
    }
}
