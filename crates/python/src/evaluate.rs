//! `Model.evaluate`

use std::path::PathBuf;

use ganglion::stages::Evaluate;
use numpy::PyArray2;
use pyo3::prelude::*;

use crate::arrays::rows;
use crate::options::partition;
use crate::work;

/// What an evaluation gives: the summary in JSON, predicted and recorded rates `[cell, bin]`.
type Evaluated<'py> = (String, Bound<'py, PyArray2<f32>>, Bound<'py, PyArray2<f32>>);

/// Judges a model.
#[pyfunction]
pub fn evaluate<'py>(
    py: Python<'py>,
    model: PathBuf,
    recording: PathBuf,
    part: &str,
    reporter: &Bound<'py, PyAny>,
) -> PyResult<Evaluated<'py>> {
    let stage = Evaluate {
        partition: partition(py, part)?,
        ..Evaluate::new(model, recording)
    };
    let (summary, evaluation) = work::run(py, reporter, false, |runner| {
        let evaluated = stage.run(runner)?;
        let summary = serde_json::to_string(&evaluated.summary)?;
        Ok((summary, evaluated.evaluation))
    })?;
    let [predicted, recorded] = [&evaluation.predicted, &evaluation.recorded];
    Ok((summary, rows(py, predicted)?, rows(py, recorded)?))
}
