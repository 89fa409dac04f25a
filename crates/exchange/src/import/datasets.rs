//! Datasets of an HDF5 file as arrays of weights.

use std::collections::HashMap;

use ganglion_model::weights::WeightArray;
use ganglion_recording::{ArrayFile, ItemKind};

use super::error::ImportError;
use super::numbers;
use super::source::WeightsSource;

/// Notes the datasets that cannot be read: the network may need them.
pub(super) fn note_unreadable(file: &ArrayFile, source: &mut WeightsSource) {
    for item in file.contents() {
        if let ItemKind::Unreadable { problem } = item.kind {
            source.cannot_read(&item.path, format!("cannot be read ({problem})"));
        }
    }
}

/// The types of all datasets' numbers by path, as PyTorch names them, such as `int8`.
pub(super) fn kinds(file: &ArrayFile) -> HashMap<String, String> {
    let items = file.contents().into_iter();
    let kinds = items.filter_map(|item| match item.kind {
        ItemKind::Dataset { dtype, .. } => Some((item.path, named(dtype))),
        _ => None,
    });
    kinds.collect()
}

/// `int8` of `i8`.
fn named(dtype: String) -> String {
    let families = [("float", 'f'), ("uint", 'u'), ("int", 'i')];
    let named = families.iter().find_map(|(family, letter)| {
        let bits: u32 = dtype.strip_prefix(*letter)?.parse().ok()?;
        Some(format!("{family}{bits}"))
    });
    named.unwrap_or(dtype)
}

/// Refuses whole numbers among these datasets: they are no weights.
pub(super) fn refuse_whole(file: &ArrayFile, paths: &[String]) -> Result<(), ImportError> {
    let kinds = kinds(file);
    let mut found = paths
        .iter()
        .filter_map(|path| Some((path, kinds.get(path)?)));
    match found.find(|(_, kind)| numbers::is_whole(kind)) {
        Some((name, kind)) => Err(ImportError::Unreadable {
            name: name.clone(),
            reason: numbers::refused(kind),
        }),
        None => Ok(()),
    }
}

/// A dataset as an array.
pub(super) fn array(file: &ArrayFile, name: &str) -> Result<WeightArray, ImportError> {
    let ganglion_recording::Array { shape, values } = file.read(name)?;
    Ok(WeightArray { shape, values })
}
