//! Checkpoints of PyTorch (`.pt`, `.pth`), zip or legacy.

mod checkpoint;
mod legacy;
mod storage;
mod tensor;
mod zip;

use std::fs::{self, File};
use std::path::Path;

use super::ImportError;
use super::pickle;
use super::source::WeightsSource;

/// The first bytes of a zip file, and of a legacy file: a pickle of protocol 2 with a long number.
const ZIP: [u8; 4] = *b"PK\x03\x04";
const LEGACY: [u8; 3] = [0x80, 0x02, 0x8a];
/// Larger files hold no weights of the networks that are known here.
const MOST_BYTES: u64 = 4 << 30;

/// Whether a file's first bytes are those of a checkpoint.
pub(super) fn is_torch(start: &[u8]) -> bool {
    start.starts_with(&ZIP) || start.first() == Some(&LEGACY[0])
}

/// Reads a checkpoint.
pub(super) fn read(path: &Path, start: &[u8]) -> Result<WeightsSource, ImportError> {
    let bytes = bytes(path)?;
    if start.starts_with(&ZIP) {
        let archive = zip::archive(&bytes)?;
        let entries = zip::Entries::of(&archive)?;
        let (pickle, _) = pickle::read(entries.pickle())?;
        checkpoint::read(&pickle, &entries)
    } else if start.starts_with(&LEGACY) {
        let (pickle, storages) = legacy::open(&bytes)?;
        checkpoint::read(&pickle, &storages)
    } else {
        let (pickle, _) = pickle::read(&bytes)?;
        checkpoint::read(&pickle, &storage::Nothing)
    }
}

/// A file's content, unless it is larger than any weights file.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, ImportError> {
    let size = File::open(path)?.metadata()?.len();
    if size > MOST_BYTES {
        return Err(ImportError::FileTooLarge {
            size,
            limit: MOST_BYTES,
        });
    }
    Ok(fs::read(path)?)
}
