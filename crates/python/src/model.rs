//! Models in memory.

use std::path::PathBuf;
use std::sync::Arc;

use ganglion::exchange::export::{ExportFormat, export};
use ganglion::model::device::BackendKind;
use ganglion::model::model;
use ganglion::outputs::Outputs;
use ganglion::stages::respond::{rates, rates_of_clips};
use numpy::{PyArray2, PyReadonlyArray4, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arrays;
use crate::error::{Kind, of_kind, raised};
use crate::state;
use crate::work;

/// A network and what is needed to use it.
#[pyclass(frozen, module = "ganglion._native")]
pub struct Model(pub Arc<model::Model>);

#[pymethods]
impl Model {
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let model = work::brief(py, || {
            let device = BackendKind::default().device()?;
            Ok(model::Model::open(&path, &device)?)
        })?;
        Ok(Self(Arc::new(model)))
    }

    /// A model of arrays named as in a state dict; returns it, the import's report in words, and what the arrays do
    /// not say: what, what is assumed, and the option of `ganglion import` that says it.
    #[staticmethod]
    fn of_state(
        py: Python<'_>,
        arrays: &Bound<'_, PyDict>,
        description: Option<String>,
        options: &Bound<'_, PyDict>,
    ) -> PyResult<(Self, String, Vec<[String; 3]>)> {
        let imported = state::imported(py, arrays, description, options)?;
        let report = imported.report.to_string();
        let missing = imported.report.missing.into_iter();
        let missing = missing
            .map(|one| [one.what, one.assumed, one.flag])
            .collect();
        Ok((Self(Arc::new(imported.model)), report, missing))
    }

    /// Everything but the weights, as `model.toml` says it.
    fn description(&self, py: Python<'_>) -> PyResult<String> {
        let text = self.0.description.to_toml();
        text.map_err(|error| raised(py, ganglion::Error::from(error)))
    }

    /// The same in JSON.
    fn description_json(&self, py: Python<'_>) -> PyResult<String> {
        serde_json::to_string(&self.0.description).map_err(|error| raised(py, error))
    }

    /// The arrays as in a state dict of PyTorch.
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        state::state(py, &self.0)
    }

    /// Writes a model folder.
    fn save(&self, py: Python<'_>, folder: PathBuf, overwrite: bool) -> PyResult<()> {
        let model = Arc::clone(&self.0);
        work::brief(py, move || {
            Outputs::of("import", overwrite).model(&folder)?;
            Ok(model.save(&folder)?)
        })
    }

    /// Writes the weights for other programs.
    fn export(&self, py: Python<'_>, format: &str, path: PathBuf, overwrite: bool) -> PyResult<()> {
        let format: ExportFormat = format
            .parse()
            .map_err(|text: String| of_kind(py, Kind::Value, &text))?;
        let model = Arc::clone(&self.0);
        work::brief(py, move || {
            let mut outputs = Outputs::of("export", overwrite);
            let path = outputs.file(&path, ganglion::exchange::export::is_export)?;
            export(&model, format, &path)?;
            Ok(())
        })
    }

    /// Rates `[cell, bin]` in answer to a movie `[frame, y, x]` of bytes or floats.
    fn respond<'py>(
        &self,
        py: Python<'py>,
        movie: &Bound<'py, PyAny>,
        raw: bool,
        reporter: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let (movie, model) = (arrays::movie(movie)?, Arc::clone(&self.0));
        let found = work::run(py, reporter, false, move |runner| {
            Ok(rates(&model, &movie, raw, runner)?)
        })?;
        arrays::rows(py, &found)
    }

    /// Rates `[cell, clip]` in answer to clips `[clip, frame, y, x]`, which are copied.
    fn respond_to_clips<'py>(
        &self,
        py: Python<'py>,
        clips: PyReadonlyArray4<'py, f32>,
        reporter: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let shape = [0, 1, 2, 3].map(|place| clips.shape()[place]);
        let (values, model) = (clips.as_slice()?, Arc::clone(&self.0));
        let found = work::run(py, reporter, false, |_| {
            Ok(rates_of_clips(&model, shape, values)?)
        })?;
        arrays::rows(py, &found)
    }
}
