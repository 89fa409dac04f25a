//! Scores of all cells as a figure.

use ganglion_model::evaluation::{CellScore, Evaluation};
use ganglion_plot::CellScores;

/// Correlation of every cell under its ceiling, where repeats give one.
pub fn cell_scores(evaluation: &Evaluation) -> CellScores {
    let column = |value: fn(&CellScore) -> Option<f64>| -> Vec<f64> {
        evaluation
            .cells
            .iter()
            .map(|cell| value(cell).unwrap_or(f64::NAN))
            .collect()
    };
    let has_ceiling = evaluation.cells.iter().any(|cell| cell.ceiling.is_some());
    CellScores {
        cells: evaluation.cells.iter().map(|cell| cell.cell).collect(),
        pearson: column(|cell| cell.pearson),
        ceiling: has_ceiling.then(|| column(|cell| cell.ceiling)),
        baseline: None,
    }
}
