//! Statistics of each cell's responses.

use serde::Serialize;

use crate::cells::CellIndex;
use crate::container::{Container, Stored};
use crate::{Error, RATE};

/// How much a cell fires, in the units of the dataset (Hz, or counts a bin).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FiringSummary {
    /// The cell.
    pub cell: CellIndex,
    /// Mean over bins.
    pub mean: f64,
    /// Largest bin.
    pub max: f64,
    /// Fraction of bins that are 0.
    pub silent_fraction: f64,
    /// Whether every bin is 0.
    pub never_fires: bool,
}

/// The response to report on: the 10 ms rate if there is one, else the first.
pub(super) fn preferred(responses: &[String]) -> Option<String> {
    responses
        .iter()
        .find(|name| *name == RATE)
        .or(responses.first())
        .cloned()
}

/// Statistics of every cell; values that are no rates are left out and warned of.
pub(super) fn of_cells(
    container: &Container,
    dataset: &str,
    warnings: &mut Vec<String>,
) -> Result<Vec<FiringSummary>, Error> {
    let stored = container.dataset(dataset)?;
    let frames = stored.shape()[1];
    let mut cells = Vec::new();
    for rows in crate::movie::pieces(0..stored.shape()[0], stored.rows_per_piece()) {
        let values = stored.rows_f32(rows.clone())?;
        for (cell, row) in rows.zip(values.chunks_exact(frames)) {
            warn_of_bad(&stored, CellIndex(cell), row, warnings);
            cells.push(of_cell(CellIndex(cell), row));
        }
    }
    Ok(cells)
}

fn is_rate(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

fn of_cell(cell: CellIndex, row: &[f32]) -> FiringSummary {
    let rates = || {
        row.iter()
            .map(|&value| f64::from(value))
            .filter(|&value| is_rate(value))
    };
    let count = rates().count().max(1) as f64;
    let max = rates().fold(0.0, f64::max);
    FiringSummary {
        cell,
        mean: rates().sum::<f64>() / count,
        max,
        silent_fraction: rates().filter(|&rate| rate == 0.0).count() as f64 / count,
        never_fires: max == 0.0,
    }
}

fn warn_of_bad(stored: &Stored, cell: CellIndex, row: &[f32], warnings: &mut Vec<String>) {
    let missing = row.iter().filter(|value| value.is_nan()).count();
    let bad = row
        .iter()
        .filter(|&&value| !is_rate(f64::from(value)))
        .count();
    if bad == missing && missing > 0 && missing < row.len() {
        warnings.push(format!(
            "`{}`: cell {cell} holds nothing (NaN) in {missing} bins: it cannot be trained on, and \
             is judged by the other bins",
            stored.name()
        ));
    } else if bad > 0 {
        warnings.push(format!(
            "`{}`: cell {cell} has {bad} bins that are negative or not finite; it cannot be used",
            stored.name()
        ));
    }
}
