//! `ganglion.simulate`

use std::path::PathBuf;

use ganglion::stages::{Simulate, simulate::SimulateTables};
use pyo3::prelude::*;

use crate::config::Config;
use crate::work;

/// Records from a simulated retina into a folder; returns what `ganglion simulate --json` prints.
#[pyfunction]
pub fn simulate(
    py: Python<'_>,
    config: &Config,
    out: PathBuf,
    overwrite: bool,
    reporter: &Bound<'_, PyAny>,
) -> PyResult<String> {
    let tables: SimulateTables = config.parse(py)?;
    let mut stage = Simulate::new(tables, out);
    stage.config.clone_from(&config.path);
    work::run(py, reporter, overwrite, |runner| {
        let outcome = stage.run(runner)?;
        for class in &outcome.classes {
            if let Some(note) = &class.note {
                tracing::warn!("{}: {note}", class.file.display());
            }
        }
        Ok(serde_json::to_string(&outcome)?)
    })
}
