//! `Model.card`

use std::path::PathBuf;

use ganglion::stages::Card;
use pyo3::prelude::*;

use crate::work;

/// The card of a model; written with the model where a folder is named.
#[pyfunction]
#[expect(
    clippy::too_many_arguments,
    reason = "they are named in the Python half"
)]
pub fn card(
    py: Python<'_>,
    model: PathBuf,
    title: Option<String>,
    licence: Option<String>,
    datasets: Vec<String>,
    dois: Vec<String>,
    data_licences: Vec<String>,
    evaluation: Option<PathBuf>,
    out: Option<PathBuf>,
    overwrite: bool,
    reporter: &Bound<'_, PyAny>,
) -> PyResult<String> {
    let stage = Card {
        title,
        licence,
        datasets,
        dois,
        data_licences,
        evaluation,
        out,
        ..Card::new(model)
    };
    work::run(py, reporter, overwrite, |runner| {
        Ok(stage.run(runner)?.text)
    })
}
