//! Checkpoints of PyTorch (`.pt`, `.pth`), zip or legacy.

mod checkpoint;
mod legacy;
mod search;
mod storage;
mod tensor;
mod zip;

use std::fs::{self, File};
use std::path::Path;

use super::ImportError;
use super::archive::{self, Entries};
use super::source::WeightsSource;
use super::{keras, pickle};

/// The first bytes of a zip file, and of a legacy file: a pickle of protocol 2 with a long number.
const ZIP: [u8; 4] = *b"PK\x03\x04";
const LEGACY: [u8; 3] = [0x80, 0x02, 0x8a];
/// Larger files hold no weights of the networks that are known here.
const MOST_BYTES: u64 = 4 << 30;

/// Whether a file's first bytes are those of a checkpoint.
pub(super) fn is_torch(start: &[u8]) -> bool {
    start.starts_with(&ZIP) || start.first() == Some(&LEGACY[0])
}

/// Reads a checkpoint, or what else is a zip file; `weights_at` chooses among several sets of
/// weights.
pub(super) fn read(
    path: &Path,
    start: &[u8],
    weights_at: Option<&str>,
) -> Result<WeightsSource, ImportError> {
    let bytes = bytes(path)?;
    if start.starts_with(&ZIP) {
        let archive = archive::archive(&bytes)?;
        let entries = Entries::of(&archive)?;
        if keras::is_archive(&entries) {
            return keras::read_archive(path, &entries);
        }
        let entries = zip::Checkpoint::of(&entries)?;
        let (pickle, _) = pickle::read(entries.pickle()?)?;
        checkpoint::read(&pickle, &entries, weights_at)
    } else if start.starts_with(&LEGACY) {
        let (pickle, storages) = legacy::open(&bytes)?;
        checkpoint::read(&pickle, &storages, weights_at)
    } else {
        let (pickle, _) = pickle::read(&bytes)?;
        let nothing = storage::Nothing {
            file_size: bytes.len() as u64,
        };
        checkpoint::read(&pickle, &nothing, weights_at)
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
