//! `Model.attribute`

use std::path::PathBuf;

use ganglion::attribution::AttributionConfig;
use ganglion::recording::DatasetSpec;
use ganglion::stages::Attribute;
use ganglion::stages::attribute::{AttributeTables, Maps, Method};
use pyo3::prelude::*;

use crate::config::Config;
use crate::error::{Kind, of_kind};
use crate::{options, work};

/// Attributes responses to experiments, or to a movie in a file, into a folder; returns what
/// `ganglion attribute --json` prints of each.
#[pyfunction]
#[expect(
    clippy::too_many_arguments,
    reason = "they are named in the Python half"
)]
pub fn attribute(
    py: Python<'_>,
    model: PathBuf,
    phenomenon: Option<&str>,
    config: Option<&Config>,
    stimulus: Option<&str>,
    raw: bool,
    method: &str,
    maps: Option<&str>,
    cells: Option<Vec<usize>>,
    controls: bool,
    out: PathBuf,
    overwrite: bool,
    reporter: &Bound<'_, PyAny>,
) -> PyResult<Vec<String>> {
    let value = |text: String| of_kind(py, Kind::Value, &text);
    let stimulus: Option<DatasetSpec> = stimulus
        .map(str::parse)
        .transpose()
        .map_err(|error: <DatasetSpec as std::str::FromStr>::Err| value(error.to_string()))?;
    let stage = Attribute {
        model,
        tables: tables(py, phenomenon, config, stimulus.is_some(), cells)?,
        stimulus,
        raw,
        baseline: None,
        method: method.parse::<Method>().map_err(value)?,
        pathways: None,
        controls,
        maps: maps.map(|maps| kept(py, maps)).transpose()?,
        out: Some(out),
        format: ganglion::plot::Format::default(),
        config: config.and_then(|config| config.path.clone()),
    };
    work::run(py, reporter, overwrite, |runner| {
        let summaries = stage.run(runner)?;
        let told = summaries.iter().map(serde_json::to_string);
        Ok(told.collect::<Result<_, _>>()?)
    })
}

fn kept(py: Python<'_>, maps: &str) -> PyResult<Maps> {
    match maps {
        "all" => Ok(Maps::All),
        "attribution" => Ok(Maps::Attribution),
        "none" => Ok(Maps::None),
        _ => {
            let sentence = format!("maps {maps:?}: choose all, attribution or none");
            Err(of_kind(py, Kind::Value, &sentence))
        }
    }
}

fn tables(
    py: Python<'_>,
    phenomenon: Option<&str>,
    config: Option<&Config>,
    is_stimulus: bool,
    cells: Option<Vec<usize>>,
) -> PyResult<AttributeTables> {
    let mut tables: AttributeTables = match config {
        Some(config) => config.parse(py)?,
        None => AttributeTables {
            attribution: match is_stimulus {
                true => AttributionConfig::of_stimulus(),
                false => AttributionConfig::default(),
            },
            experiments: Vec::new(),
        },
    };
    tables.experiments = options::experiments(py, phenomenon, tables.experiments, config)?;
    if let Some(cells) = options::cells(cells) {
        tables.attribution.cells = Some(cells);
    }
    Ok(tables)
}
