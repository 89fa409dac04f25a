//! Arguments that several functions have.

use ganglion::experiment::ExperimentConfig;
use ganglion::recording::{CellIndex, Partition};
use ganglion::stages::experiment::named;
use pyo3::prelude::*;

use crate::config::Config;
use crate::error::{Kind, of_kind, raised};

/// Cells of the recording, where some are named.
pub fn cells(cells: Option<Vec<usize>>) -> Option<Vec<CellIndex>> {
    cells.map(|cells| cells.into_iter().map(CellIndex).collect())
}

/// An experiment with published parameters, by its name.
///
/// # Errors
/// Where there is none of this name, with those that there are.
fn preset(py: Python<'_>, name: &str) -> PyResult<ExperimentConfig> {
    ExperimentConfig::preset(name, None)
        .map_err(|error| of_kind(py, Kind::Value, &error.to_string()))
}

/// The experiments that are asked for: the one of a name among those of a config, which are `listed`, or with published
/// parameters where none are; all of them where no name is given.
///
/// # Errors
/// Where there is none of this name, with those that there are.
pub fn experiments(
    py: Python<'_>,
    phenomenon: Option<&str>,
    listed: Vec<ExperimentConfig>,
    config: Option<&Config>,
) -> PyResult<Vec<ExperimentConfig>> {
    match phenomenon {
        None => Ok(listed),
        Some(name) if listed.is_empty() => Ok(vec![preset(py, name)?]),
        Some(name) => {
            let path = config.and_then(|config| config.path.as_deref());
            named(&listed, name, path).map_err(|error| raised(py, error))
        }
    }
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
