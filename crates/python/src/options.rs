//! Arguments that several functions have.

use ganglion::experiment::ExperimentConfig;
use ganglion::recording::{CellIndex, Partition};
use pyo3::prelude::*;

use crate::error::{Kind, of_kind};

/// Cells of the recording, where some are named.
pub fn cells(cells: Option<Vec<usize>>) -> Option<Vec<CellIndex>> {
    cells.map(|cells| cells.into_iter().map(CellIndex).collect())
}

/// An experiment with published parameters, by its name.
///
/// # Errors
/// Where there is none of this name, with those that there are.
pub fn preset(py: Python<'_>, name: &str) -> PyResult<ExperimentConfig> {
    ExperimentConfig::preset(name, None)
        .map_err(|error| of_kind(py, Kind::Value, &error.to_string()))
}

/// A part of a recording by its name.
///
/// # Errors
/// Where it is neither.
pub fn partition(py: Python<'_>, name: &str) -> PyResult<Partition> {
    match name {
        "train" => Ok(Partition::Train),
        "test" => Ok(Partition::Test),
        _ => {
            let sentence = format!("partition {name:?}: choose \"train\" or \"test\"");
            Err(of_kind(py, Kind::Value, &sentence))
        }
    }
}
