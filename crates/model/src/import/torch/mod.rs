//! Checkpoints of PyTorch (`.pt`, `.pth`), zip or legacy.

mod checkpoint;
mod legacy;
mod storage;
mod tensor;
mod zip;

use std::path::Path;

use super::pickle;
use super::source::WeightsSource;
use super::ImportError;

/// The first bytes of a zip file, and of a legacy file: a pickle of protocol 2 with a long number.
const ZIP: [u8; 4] = *b"PK\x03\x04";
const LEGACY: [u8; 3] = [0x80, 0x02, 0x8a];

/// Whether a file's first bytes are those of a checkpoint.
pub(super) fn is_torch(start: &[u8]) -> bool {
    start.starts_with(&ZIP) || start.first() == Some(&LEGACY[0])
}

/// Reads a checkpoint.
pub(super) fn read(path: &Path, start: &[u8]) -> Result<WeightsSource, ImportError> {
    if start.starts_with(&ZIP) {
        let mut archive = zip::Archive::open(path)?;
        let bytes = archive.pickle()?;
        let (pickle, _) = pickle::read(&bytes)?;
        checkpoint::read(&pickle, &mut archive)
    } else if start.starts_with(&LEGACY) {
        let bytes = legacy::bytes(path)?;
        let (pickle, mut storages) = legacy::open(&bytes)?;
        checkpoint::read(&pickle, &mut storages)
    } else {
        let bytes = legacy::bytes(path)?;
        let (pickle, _) = pickle::read(&bytes)?;
        checkpoint::read(&pickle, &mut storage::Nothing)
    }
}
