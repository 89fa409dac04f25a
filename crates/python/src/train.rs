//! `ganglion.train`

use std::path::PathBuf;

use ganglion::model::memory;
use ganglion::model::training::{RunDirectory, read_history};
use ganglion::stages::Train;
use pyo3::prelude::*;

use crate::config::Config;
use crate::error::{raised, raised_for_value};
use crate::work;

/// Trains in a run folder; returns epochs, best epoch and whether it stopped early.
#[pyfunction]
pub fn train(
    py: Python<'_>,
    config: &Config,
    out: PathBuf,
    resume: bool,
    accept_changed_recordings: bool,
    reporter: &Bound<'_, PyAny>,
) -> PyResult<(usize, usize, bool)> {
    let run = config.file.run();
    let run = run.map_err(|error| raised_for_value(py, error))?;
    let mut stage = Train::new(run, out);
    stage.resume = resume;
    stage.accept_changed_recordings = accept_changed_recordings;
    stage.file.clone_from(&config.path);
    // A fifth to a quarter of a step's time otherwise.
    memory::keep_freed_memory();
    work::run(py, reporter, false, |runner| {
        let outcome = stage.run(runner)?.outcome;
        Ok((outcome.epochs, outcome.best_epoch, outcome.stopped_early))
    })
}

/// The history of a run, a JSON object an epoch.
#[pyfunction]
pub fn history(py: Python<'_>, run: PathBuf) -> PyResult<String> {
    let rows = read_history(&RunDirectory::new(&run).history());
    let rows = rows.map_err(|error| raised(py, ganglion::Error::from(error)))?;
    serde_json::to_string(&rows).map_err(|error| raised(py, error))
}
