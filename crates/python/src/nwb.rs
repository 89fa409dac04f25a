//! NWB files as recordings, and spike times as counts.

use std::path::PathBuf;

use ganglion::nwb::{self, NwbTables};
use ganglion::recording::{counts_in_bins, read_nwb};
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::config::Config;
use crate::work;

/// Writes the recording of an NWB file; returns what is unusual.
#[pyfunction]
pub fn import_nwb(
    py: Python<'_>,
    path: PathBuf,
    config: &Config,
    out: PathBuf,
    overwrite: bool,
) -> PyResult<Vec<String>> {
    let NwbTables { nwb: config } = config.parse(py)?;
    work::brief(py, || {
        let conversion = match overwrite {
            true => nwb::import(&path, &config, &out)?,
            false => read_nwb(&path, &config, &out).map_err(ganglion::Error::from)?,
        };
        Ok(conversion.warnings)
    })
}

/// Spikes in each bin of a movie whose first frame appears at 0 s.
#[pyfunction]
pub fn spike_counts<'py>(
    py: Python<'py>,
    times: PyReadonlyArray1<'py, f64>,
    frame_period_s: f64,
    frames: usize,
) -> PyResult<Bound<'py, PyArray1<f32>>> {
    let counts = counts_in_bins(times.as_slice()?, 0.0, frame_period_s, frames);
    Ok(PyArray1::from_vec(py, counts))
}
