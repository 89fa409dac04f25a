//! `ganglion.compare`

use std::path::PathBuf;

use ganglion::recording::CellIndex;
use ganglion::stages::Compare;
use ganglion::stages::compare::text;
use pyo3::prelude::*;

use crate::options::partition;
use crate::work;

/// Compares two models, or several trainings of each: the summary in JSON, and what the command prints.
#[pyfunction]
#[expect(
    clippy::too_many_arguments,
    reason = "they are named in the Python half"
)]
pub fn compare(
    py: Python<'_>,
    a: Vec<PathBuf>,
    b: Vec<PathBuf>,
    recording: PathBuf,
    part: &str,
    cells: Option<Vec<usize>>,
    out: Option<PathBuf>,
    overwrite: bool,
    reporter: &Bound<'_, PyAny>,
) -> PyResult<(String, String)> {
    let stage = Compare {
        partition: partition(py, part)?,
        a,
        b,
        cells: cells.map(|cells| cells.into_iter().map(CellIndex).collect()),
        out,
        ..Compare::new("", "", recording)
    };
    work::run(py, reporter, overwrite, |runner| {
        let compared = stage.run(runner)?;
        Ok((serde_json::to_string(&compared.summary)?, text(&compared)))
    })
}
