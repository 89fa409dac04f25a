//! `Recording.receptive_fields`

use std::path::PathBuf;

use ganglion::figures;
use ganglion::plot::Figure;
use ganglion::recording::Milliseconds;
use ganglion::reverse_correlation::FieldEstimate;
use ganglion::stages::ReceptiveFields;
use numpy::{PyArray2, PyArray3, PyArray4};
use pyo3::prelude::*;

use crate::arrays::shaped;
use crate::error::{Kind, of_kind};
use crate::{options, work};

/// What is found: the summary in JSON, the fields `[cell, lag, y, x]`, their space `[cell, y, x]` and time `[cell, lag]`, the
/// figure as SVG.
type Found<'py> = (
    String,
    Bound<'py, PyArray4<f32>>,
    Bound<'py, PyArray3<f32>>,
    Bound<'py, PyArray2<f32>>,
    String,
);

/// Finds the receptive fields of recorded cells.
#[pyfunction]
#[expect(
    clippy::too_many_arguments,
    reason = "they are named in the Python half"
)]
pub fn receptive_fields<'py>(
    py: Python<'py>,
    recording: PathBuf,
    part: &str,
    cells: Option<Vec<usize>>,
    response: Option<String>,
    history_ms: Option<f64>,
    estimate: Option<&str>,
    out: Option<PathBuf>,
    overwrite: bool,
    reporter: &Bound<'_, PyAny>,
) -> PyResult<Found<'py>> {
    let stage = ReceptiveFields {
        partition: options::partition(py, part)?,
        cells: options::cells(cells),
        response,
        history: history_ms.map_or(ReceptiveFields::HISTORY, Milliseconds),
        estimate: estimate.map(|name| named(py, name)).transpose()?,
        out,
        ..ReceptiveFields::new(recording)
    };
    let (summary, arrays, shape, figure) = work::run(py, reporter, overwrite, |runner| {
        let found = stage.run(runner)?;
        let summary = serde_json::to_string(&found.summary)?;
        let figure = figures::receptive_fields(&found.summary).svg()?;
        let fields = found.fields.cells.iter().map(|cell| cell.field());
        let values: Vec<f32> = fields.flat_map(|field| field.values().to_vec()).collect();
        let cells = &found.summary.cells;
        let space: Vec<f32> = cells.iter().flat_map(|one| one.space.clone()).collect();
        let time: Vec<f32> = cells.iter().flat_map(|one| one.time.clone()).collect();
        let [height, width] = found.summary.frame;
        let shape = [cells.len(), found.summary.history_frames, height, width];
        Ok((summary, [values, space, time], shape, figure))
    })?;
    let ([values, space, time], [cells, history, height, width]) = (arrays, shape);
    Ok((
        summary,
        shaped(py, values, shape)?,
        shaped(py, space, [cells, height, width])?,
        shaped(py, time, [cells, history])?,
        figure,
    ))
}

fn named(py: Python<'_>, name: &str) -> PyResult<FieldEstimate> {
    match name {
        "average" => Ok(FieldEstimate::Average),
        "decorrelated" => Ok(FieldEstimate::Decorrelated),
        _ => {
            let sentence = format!("estimate {name:?}: choose \"average\" or \"decorrelated\"");
            Err(of_kind(py, Kind::Value, &sentence))
        }
    }
}
