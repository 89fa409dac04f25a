//! The zip form: `<name>/data.pkl`, and one entry `<name>/data/<key>` for each storage.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use ::zip::{CompressionMethod, ZipArchive};

use super::storage::Storages;
use super::super::ImportError;

/// A checkpoint opened for reading.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    /// Name of the entry with the pickle, up to its last `/`.
    folder: String,
    /// Bytes of the file.
    size: u64,
    /// The storage read last.
    held: Vec<u8>,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Result<Self, ImportError> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let zip = ZipArchive::new(BufReader::new(file)).map_err(broken)?;
        let is_pickle = |name: &&str| *name == "data.pkl" || name.ends_with("/data.pkl");
        let pickle = zip.file_names().find(is_pickle);
        let pickle = pickle.ok_or(ImportError::NoPickle)?;
        let folder = pickle.trim_end_matches("data.pkl").to_owned();
        let mut archive = Self {
            zip,
            folder,
            size,
            held: Vec::new(),
        };
        archive.refuse_big_endian()?;
        Ok(archive)
    }

    /// The pickle.
    pub(super) fn pickle(&mut self) -> Result<Vec<u8>, ImportError> {
        self.entry("data.pkl")
    }

    fn refuse_big_endian(&mut self) -> Result<(), ImportError> {
        match self.entry("byteorder") {
            Ok(order) if order != b"little" => Err(ImportError::BigEndian),
            _ => Ok(()),
        }
    }

    /// An entry, stored as it is: what is longer than the file is never allocated.
    fn entry(&mut self, name: &str) -> Result<Vec<u8>, ImportError> {
        let name = format!("{}{name}", self.folder);
        let mut entry = self.zip.by_name(&name).map_err(broken)?;
        if entry.compression() != CompressionMethod::Stored {
            return Err(ImportError::Compressed { name });
        }
        let size = entry.size();
        if size > self.size || size != entry.compressed_size() {
            return Err(ImportError::LyingSize {
                name,
                size,
                file: self.size,
            });
        }
        let mut bytes = Vec::with_capacity(size as usize);
        entry.by_ref().take(size).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != size {
            return Err(ImportError::LyingSize {
                name,
                size,
                file: self.size,
            });
        }
        Ok(bytes)
    }
}

impl Storages for Archive {
    fn bytes(&mut self, key: &str) -> Result<Cow<'_, [u8]>, ImportError> {
        self.held = self.entry(&format!("data/{key}"))?;
        Ok(Cow::Borrowed(&self.held))
    }

    fn file_size(&self) -> u64 {
        self.size
    }
}

fn broken(error: ::zip::result::ZipError) -> ImportError {
    ImportError::Zip {
        message: error.to_string(),
    }
}
