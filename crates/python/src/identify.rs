//! `Model.identify`

use std::path::PathBuf;

use ganglion::stages::Identify;
use ganglion::stages::identify::IdentifyTables;
use pyo3::prelude::*;

use crate::circuit::Circuit;
use crate::config::Config;
use crate::{options, work};

/// Identifies circuits; returns what `ganglion identify --json` prints, and a circuit a cell.
#[pyfunction]
#[expect(
    clippy::too_many_arguments,
    reason = "they are named in the Python half"
)]
pub fn identify(
    py: Python<'_>,
    model: PathBuf,
    config: Option<&Config>,
    recordings: Vec<PathBuf>,
    training_recordings: bool,
    without_network: bool,
    with: Vec<PathBuf>,
    cells: Option<Vec<usize>>,
    truth: Option<PathBuf>,
    out: Option<PathBuf>,
    overwrite: bool,
    reporter: &Bound<'_, PyAny>,
) -> PyResult<(String, Vec<Circuit>)> {
    let tables: IdentifyTables = match config {
        Some(config) => config.parse(py)?,
        None => IdentifyTables::default(),
    };
    let stage = Identify {
        with,
        recordings,
        training_recordings,
        without_network,
        identify: tables.reduction.identify,
        cells: options::cells(cells),
        truth,
        out,
        config: config.and_then(|config| config.path.clone()),
        ..Identify::new(model)
    };
    work::run(py, reporter, overwrite, |runner| {
        let (found, summary) = match stage.out {
            Some(_) => {
                let identification = stage.run(runner)?;
                (identification.found, identification.summary)
            }
            None => stage.find(runner)?,
        };
        let circuits = found.iter().map(|one| Circuit::identified(&one.identified));
        Ok((serde_json::to_string(&summary)?, circuits.collect()))
    })
}
