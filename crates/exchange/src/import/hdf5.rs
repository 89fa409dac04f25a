//! Weights in HDF5: Keras models, and arrays under PyTorch's names.

use std::path::Path;

use ganglion_recording::{ArrayFile, Attribute, ItemKind};

use super::source::{Format, WeightsSource};
use super::{ImportError, keras};

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
    for name in file.datasets_below("") {
        if name.contains('/') {
            source.ignore(&name, "not at the top level");
        } else {
            source.arrays.push((name.clone(), array(file, &name)?));
        }
    }
    note_unreadable(file, &mut source);
    if source.arrays.is_empty() {
        return Err(ImportError::NoKerasModel);
    }
    source.sort_by_name();
    if let Some(Attribute::Text(text)) = file.attributes("").remove(crate::description::DESCRIPTION)
    {
        source.said.description = Some(text);
    }
    Ok(source)
}

/// Notes the datasets that cannot be read: the network may need them.
pub(super) fn note_unreadable(file: &ArrayFile, source: &mut WeightsSource) {
    for item in file.contents() {
        if let ItemKind::Unreadable { problem } = item.kind {
            source.cannot_read(&item.path, format!("cannot be read ({problem})"));
        }
    }
}

/// A dataset as an array of weights.
pub(super) fn array(
    file: &ArrayFile,
    name: &str,
) -> Result<ganglion_model::weights::Array, ImportError> {
    let ganglion_recording::Array { shape, values } = file.read(name)?;
    Ok(ganglion_model::weights::Array { shape, values })
}
