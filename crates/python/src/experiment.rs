//! `Model.experiment`

use std::path::PathBuf;

use ganglion::experiment::{Condition, ExperimentConfig, Rates, Role};
use ganglion::figures;
use ganglion::plot::Figure;
use ganglion::stages::Experiment;
use ganglion::stages::experiment::{ExperimentTables, Experimented};
use numpy::PyArray2;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::arrays::{rows, shaped};
use crate::config::Config;
use crate::{options, work};

/// Makes experiments on a model, a simulated retina or a circuit; returns a dict each.
#[pyfunction]
#[expect(
    clippy::too_many_arguments,
    reason = "they are named in the Python half"
)]
pub fn experiment<'py>(
    py: Python<'py>,
    model: PathBuf,
    phenomenon: Option<&str>,
    config: Option<&Config>,
    without: Vec<String>,
    cells: Option<Vec<usize>>,
    out: Option<PathBuf>,
    overwrite: bool,
    reporter: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let stage = Experiment {
        model,
        experiments: asked(py, phenomenon, config)?,
        without,
        cells: options::cells(cells),
        out,
        movies: false,
        format: ganglion::plot::Format::default(),
        config: config.and_then(|config| config.path.clone()),
    };
    let made = work::run(py, reporter, overwrite, |runner| {
        let made = stage.run(runner)?;
        let told = made.into_iter().map(Told::new);
        told.collect::<anyhow::Result<Vec<_>>>()
    })?;
    let told = made.into_iter().map(|one| one.into_dict(py));
    PyList::new(py, told.collect::<PyResult<Vec<_>>>()?)
}

/// The experiment of a name, or those of a config.
fn asked(
    py: Python<'_>,
    phenomenon: Option<&str>,
    config: Option<&Config>,
) -> PyResult<Vec<ExperimentConfig>> {
    let listed = match config {
        None => Vec::new(),
        Some(config) => config.parse::<ExperimentTables>(py)?.experiments,
    };
    options::experiments(py, phenomenon, listed, config)
}

/// An experiment without what cannot leave its thread.
struct Told {
    summary: String,
    conditions: Vec<ToldCondition>,
    rates: Vec<Rates>,
    curves: Vec<ganglion::experiment::Curve>,
    figures: Vec<(String, String)>,
    frame_period_ms: f64,
}

struct ToldCondition {
    label: String,
    role: &'static str,
    zero_frame: usize,
    frames: usize,
    parameters: Vec<(&'static str, f64, &'static str)>,
}

impl ToldCondition {
    fn of(condition: &Condition) -> Self {
        let parameters = condition.parameters.iter();
        Self {
            label: condition.label.clone(),
            role: match condition.role {
                Role::Test => "test",
                Role::Control => "control",
            },
            zero_frame: condition.stimulus.zero(),
            frames: condition.stimulus.frames(),
            parameters: parameters
                .map(|one| (one.name, one.value, one.unit))
                .collect(),
        }
    }
}

impl Told {
    fn new(made: Experimented) -> anyhow::Result<Self> {
        let figures = figures::experiment(made.prepared.config(), &made.outcome).into_iter();
        let figure = |(name, figure): (String, Box<dyn Figure>)| Ok((name, figure.svg()?));
        Ok(Self {
            summary: serde_json::to_string(&made.summary)?,
            conditions: (made.prepared.conditions().iter())
                .map(ToldCondition::of)
                .collect(),
            figures: figures.map(figure).collect::<anyhow::Result<_>>()?,
            rates: made.rates,
            curves: made.outcome.curves,
            frame_period_ms: made.prepared.screen().frame_period.0,
        })
    }

    fn into_dict(self, py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
        let told = PyDict::new(py);
        told.set_item("summary", self.summary)?;
        told.set_item("frame_period_ms", self.frame_period_ms)?;
        let conditions = self.conditions.into_iter().zip(&self.rates);
        let conditions = conditions.map(|(condition, rates)| condition.into_dict(py, rates));
        let conditions: Vec<_> = conditions.collect::<PyResult<_>>()?;
        told.set_item("conditions", conditions)?;
        let curves: Vec<_> = (self.curves.iter())
            .map(|curve| curve_dict(py, curve))
            .collect::<PyResult<_>>()?;
        told.set_item("curves", curves)?;
        told.set_item("figures", self.figures)?;
        Ok(told)
    }
}

impl ToldCondition {
    fn into_dict<'py>(self, py: Python<'py>, rates: &Rates) -> PyResult<Bound<'py, PyDict>> {
        let told = PyDict::new(py);
        told.set_item("label", self.label)?;
        told.set_item("role", self.role)?;
        told.set_item("zero_frame", self.zero_frame)?;
        told.set_item("frames", self.frames)?;
        told.set_item("first_bin", rates.bins().start)?;
        told.set_item("parameters", self.parameters)?;
        told.set_item("rates", rates_array(py, rates)?)?;
        Ok(told)
    }
}

/// `[cell, bin]`
fn rates_array<'py>(py: Python<'py>, rates: &Rates) -> PyResult<Bound<'py, PyArray2<f32>>> {
    let cells = (0..rates.cells()).flat_map(|cell| rates.cell(cell));
    let values = cells.copied().collect();
    shaped(py, values, [rates.cells(), rates.bins().len()])
}

fn curve_dict<'py>(
    py: Python<'py>,
    curve: &ganglion::experiment::Curve,
) -> PyResult<Bound<'py, PyDict>> {
    let told = PyDict::new(py);
    told.set_item("name", curve.name)?;
    told.set_item("x_name", curve.x.name)?;
    told.set_item("x_unit", curve.x.unit)?;
    told.set_item("x", shaped(py, curve.at.clone(), [curve.at.len()])?)?;
    told.set_item("y_name", curve.y.name)?;
    told.set_item("y_unit", curve.y.unit)?;
    told.set_item("y", rows(py, &curve.cells)?)?;
    Ok(told)
}
