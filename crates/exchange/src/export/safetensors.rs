//! Safetensors.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use ganglion_recording::write_atomically;
use safetensors::tensor::{Dtype, TensorView};

use super::state::NamedArray;
use crate::Error;
use crate::description::DESCRIPTION;

/// Writes the arrays; the description is metadata.
pub(super) fn write(arrays: &[NamedArray], description: &str, path: &Path) -> Result<(), Error> {
    let bytes: Vec<(&NamedArray, Dtype, Vec<u8>)> = arrays.iter().map(stored).collect();
    let views = bytes.iter().map(|(named, dtype, bytes)| {
        let view = TensorView::new(*dtype, named.array.shape.clone(), bytes);
        (
            named.name.as_str(),
            view.expect("an array's values fill its shape"),
        )
    });
    // One entry only: the order of several would change from run to run.
    let notes = HashMap::from([(DESCRIPTION.to_owned(), description.to_owned())]);
    let bytes = safetensors::serialize(views, Some(notes)).map_err(|error| Error::Safetensors {
        path: path.into(),
        message: error.to_string(),
    })?;
    Ok(write_atomically(path, |file| file.write_all(&bytes))?)
}

/// Counts of batches are whole numbers in PyTorch.
fn stored(named: &NamedArray) -> (&NamedArray, Dtype, Vec<u8>) {
    let values = named.array.values.iter();
    match named.is_counter() {
        true => (
            named,
            Dtype::I64,
            values.flat_map(|v| (*v as i64).to_le_bytes()).collect(),
        ),
        false => (
            named,
            Dtype::F32,
            values.flat_map(|v| v.to_le_bytes()).collect(),
        ),
    }
}
