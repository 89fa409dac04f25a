//! HDF5.

use std::path::Path;

use ganglion_recording::{ArrayInfo, ResultFile};

use super::state::NamedArray;
use crate::Error;
use crate::description::DESCRIPTION;

/// Writes the arrays as datasets at the top level; the description is an attribute.
pub(super) fn write(arrays: &[NamedArray], description: &str, path: &Path) -> Result<(), Error> {
    let file = ResultFile::new()
        .attribute("program", concat!("ganglion ", env!("CARGO_PKG_VERSION")))
        .attribute(DESCRIPTION, description);
    let file = arrays
        .iter()
        .filter(|named| !named.is_counter())
        .fold(file, |file, named| {
            let shape = &named.array.shape;
            let dimensions = dimensions(&named.name, shape.len());
            let info = ArrayInfo {
                shape,
                dimensions: &dimensions,
                units: "",
            };
            file.f32(&named.name, info, named.array.values.clone())
        });
    Ok(file.write(path)?)
}

/// Names of an array's dimensions.
fn dimensions(name: &str, rank: usize) -> Vec<&'static str> {
    let weight = name.ends_with("weight");
    match (rank, weight) {
        (4, _) => vec!["channel_out", "channel_in", "row", "column"],
        (2, true) => vec!["cell", "unit"],
        (1, _) => vec!["unit"],
        _ => vec!["axis"; rank],
    }
}
