//! `Model.reduce`

use std::path::PathBuf;

use ganglion::reduction::Reduction;
use ganglion::stages::Reduce;
use ganglion::stages::reduce::ReduceTables;
use pyo3::prelude::*;

use crate::circuit::Circuit;
use crate::config::Config;
use crate::{options, work};

/// An experiment that was reduced: the summary in JSON, and the circuit of each cell that has one.
type Reduced = (String, Vec<Circuit>);

/// Reduces experiments to circuits.
#[pyfunction]
#[expect(
    clippy::too_many_arguments,
    reason = "they are named in the Python half"
)]
pub fn reduce(
    py: Python<'_>,
    model: PathBuf,
    phenomenon: Option<&str>,
    config: Option<&Config>,
    circuits: Option<PathBuf>,
    with: Vec<PathBuf>,
    cells: Option<Vec<usize>>,
    truth: Option<PathBuf>,
    out: Option<PathBuf>,
    overwrite: bool,
    reporter: &Bound<'_, PyAny>,
) -> PyResult<Vec<Reduced>> {
    let mut tables: ReduceTables = match config {
        Some(config) => config.parse(py)?,
        None => ReduceTables::default(),
    };
    tables.experiments = options::experiments(py, phenomenon, tables.experiments, config)?;
    let stage = Reduce {
        model,
        with,
        tables,
        cells: options::cells(cells),
        truth,
        circuits,
        out,
        format: ganglion::plot::Format::default(),
        config: config.and_then(|config| config.path.clone()),
    };
    work::run(py, reporter, overwrite, |runner| {
        let mut all = Vec::new();
        if stage.out.is_some() {
            stage.run_each(runner, |one| add(&mut all, &one.reduction))?;
        } else {
            stage.find_each(runner, |_, reduction| add(&mut all, &reduction))?;
        }
        Ok(all)
    })
}

fn add(all: &mut Vec<Reduced>, reduction: &Reduction) -> ganglion::Result<()> {
    let explained = reduction
        .cells
        .iter()
        .filter_map(|cell| cell.result.as_ref().ok());
    let circuits = explained.map(|explanation| Circuit::explained(explanation));
    all.push((
        serde_json::to_string(&reduction.summary())?,
        circuits.collect(),
    ));
    Ok(())
}
