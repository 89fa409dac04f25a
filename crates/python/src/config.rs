//! Configs as the command reads them: TOML files, their text, or tables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ganglion_cli::config::{ConfigFile, Override};
use pyo3::prelude::*;
use serde::de::DeserializeOwned;
use toml::Table;

use crate::error::raised_for_value;

/// A config, and the file that it was read from.
#[pyclass(module = "ganglion._native")]
pub struct Config {
    pub file: ConfigFile,
    pub path: Option<PathBuf>,
}

#[pymethods]
impl Config {
    /// Reads a file; relative paths in it start at its folder.
    #[staticmethod]
    fn of_path(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let file = ConfigFile::read(&path, &[]).map_err(|error| raised_for_value(py, error))?;
        let path = Some(path);
        Ok(Self { file, path })
    }

    /// TOML; relative paths in it start at the working folder.
    #[staticmethod]
    fn of_text(py: Python<'_>, text: String) -> PyResult<Self> {
        let file = ConfigFile::of_text(Path::new("config"), text);
        let file = file.map_err(|error| raised_for_value(py, error))?;
        Ok(Self { file, path: None })
    }

    /// A table, written in JSON.
    #[staticmethod]
    fn of_json(py: Python<'_>, json: &str) -> PyResult<Self> {
        let table = table(json).map_err(|error| raised_for_value(py, error))?;
        let file = ConfigFile::of_table("config", table);
        let file = file.map_err(|error| raised_for_value(py, error))?;
        Ok(Self { file, path: None })
    }

    /// Sets a key to a value written in TOML, as `--set` does.
    fn set(&mut self, py: Python<'_>, change: &str) -> PyResult<()> {
        let change: Override = change
            .parse()
            .map_err(|text: String| raised_for_value(py, anyhow::anyhow!(text)))?;
        let set = self.file.set(&change);
        set.map_err(|error| raised_for_value(py, error))
    }

    /// Whether there is a table or key of this name.
    fn has(&self, name: &str) -> bool {
        self.file.has(name)
    }

    /// Everything, in JSON.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        serde_json::to_string(self.file.table()).map_err(|error| raised_for_value(py, error))
    }
}

impl Config {
    /// The tables of one stage.
    ///
    /// # Errors
    /// Naming what is wrong, as the command does.
    pub fn parse<T: DeserializeOwned>(&self, py: Python<'_>) -> PyResult<T> {
        let parsed = self.file.parse();
        parsed.map_err(|error| raised_for_value(py, error))
    }
}

/// Texts of the configs that come with ganglion.
#[pyfunction]
pub fn preset_texts() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        (
            "quickstart",
            include_str!("../../../configs/quickstart.toml"),
        ),
        (
            "simulated-50x50",
            include_str!("../../../configs/simulated-50x50.toml"),
        ),
    ])
}

/// The tables of a TOML text, in JSON.
#[pyfunction]
pub fn toml_to_json(py: Python<'_>, text: &str) -> PyResult<String> {
    let table: Table = toml::from_str(text).map_err(|error| raised_for_value(py, error))?;
    serde_json::to_string(&table).map_err(|error| raised_for_value(py, error))
}

/// TOML has no null, and neither has a config: a key without a value is left out.
fn table(json: &str) -> anyhow::Result<Table> {
    Ok(serde_json::from_str(json)?)
}
