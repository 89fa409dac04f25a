//! Datasets of an HDF5 file as arrays of weights.

use ganglion_model::weights::Array;
use ganglion_recording::{ArrayFile, ItemKind};

use super::error::ImportError;
use super::source::WeightsSource;

/// Notes the datasets that cannot be read: the network may need them.
pub(super) fn note_unreadable(file: &ArrayFile, source: &mut WeightsSource) {
    for item in file.contents() {
        if let ItemKind::Unreadable { problem } = item.kind {
            source.cannot_read(&item.path, format!("cannot be read ({problem})"));
        }
    }
}

/// A dataset as an array of weights.
pub(super) fn array(file: &ArrayFile, name: &str) -> Result<Array, ImportError> {
    let ganglion_recording::Array { shape, values } = file.read(name)?;
    Ok(Array { shape, values })
}
