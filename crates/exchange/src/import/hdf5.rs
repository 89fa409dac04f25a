//! Weights in HDF5: Keras models, and arrays under PyTorch's names.

use std::path::Path;

use ganglion_recording::{ArrayFile, Attribute};

use super::datasets::{array, kinds, note_unreadable};
use super::error::ImportError;
use super::keras;
use super::source::{Format, Ignored, WeightsSource};
use crate::description::DESCRIPTION;

/// The first bytes of an HDF5 file.
const SIGNATURE: [u8; 8] = *b"\x89HDF\r\n\x1a\n";

/// Whether a file's first bytes are those of HDF5.
pub(super) fn is_hdf5(start: &[u8]) -> bool {
    start.starts_with(&SIGNATURE)
}

/// Reads a Keras model, or arrays as [`crate::export`] writes them.
pub(super) fn read(path: &Path) -> Result<WeightsSource, ImportError> {
    let file = ArrayFile::open(path)?;
    refuse_unlisted(&file)?;
    match keras::root(&file) {
        Some(root) => keras::read(&file, &root),
        None => plain(&file),
    }
}

/// Items of a file are listed in part where there are more; the network may need the others.
const MOST_ITEMS: usize = 500;

fn refuse_unlisted(file: &ArrayFile) -> Result<(), ImportError> {
    match file.contents().len() {
        found if found >= MOST_ITEMS => Err(ImportError::TooManyArrays {
            found,
            limit: MOST_ITEMS - 1,
        }),
        _ => Ok(()),
    }
}

fn plain(file: &ArrayFile) -> Result<WeightsSource, ImportError> {
    let mut source = WeightsSource::new(Format::Hdf5);
    let kinds = kinds(file);
    for name in file.datasets_below("") {
        if name.contains('/') {
            source.ignore(&name, "not at the top level");
        } else {
            source.add(&name, array(file, &name)?, &kinds[&name]);
        }
    }
    note_unreadable(file, &mut source);
    let is_named_as_in_torch = |found: &Ignored| found.name.contains('.');
    if source.arrays.is_empty() && !source.unreadable.iter().any(is_named_as_in_torch) {
        return Err(ImportError::NoKerasModel);
    }
    source.sort_by_name();
    if let Some(Attribute::Text(text)) = file.attributes("").remove(DESCRIPTION) {
        source.said.description = Some(text);
    }
    Ok(source)
}
