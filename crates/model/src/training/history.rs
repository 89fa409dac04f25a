//! A row an epoch.

use std::path::Path;

use ganglion_recording::write_atomically;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// What happened in one epoch. Wall time is left out on purpose: a resumed run's history is the
/// uninterrupted run's, to the byte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// Counted from one.
    pub epoch: usize,
    /// Learning rate of the epoch's last step.
    pub learning_rate: f64,
    /// Mean loss over the epoch's steps, penalties included.
    pub train_loss: f64,
    /// Poisson loss on the validation bins.
    pub validation_loss: Option<f64>,
    /// Mean correlation over cells on the validation bins.
    pub validation_correlation: Option<f64>,
    /// Whether this was the best epoch when it ended.
    pub best: bool,
}

/// Writes the history of a run.
///
/// # Errors
/// If the file cannot be written.
pub fn write_history(path: &Path, rows: &[HistoryRow]) -> Result<(), Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer
            .serialize(row)
            .map_err(|error| unreadable(path, &error))?;
    }
    let bytes = writer.into_inner().map_err(|error| Error::History {
        path: path.into(),
        message: error.to_string(),
    })?;
    Ok(write_atomically(path, |file| {
        std::io::Write::write_all(file, &bytes)
    })?)
}

/// Reads the history of a run.
///
/// # Errors
/// If the file is missing or malformed.
pub fn read_history(path: &Path) -> Result<Vec<HistoryRow>, Error> {
    let mut reader = csv::Reader::from_path(path).map_err(|error| unreadable(path, &error))?;
    reader
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &csv::Error) -> Error {
    Error::History {
        path: path.into(),
        message: error.to_string(),
    }
}
