//! A run's history as a figure.

use ganglion_model::training::HistoryRow;
use ganglion_plot::LearningCurve;

/// Losses and validation correlation against epoch.
pub fn learning_curve(history: &[HistoryRow]) -> LearningCurve {
    // Without validation the last epoch is kept, not the best.
    let best = history
        .iter()
        .rfind(|row| row.best && row.validation_loss.is_some());
    LearningCurve {
        epochs: history.iter().map(|row| row.epoch as f64).collect(),
        train_loss: history.iter().map(|row| row.train_loss).collect(),
        validation_loss: series(history, |row| row.validation_loss),
        validation_correlation: series(history, |row| row.validation_correlation),
        learning_rate: Some(history.iter().map(|row| row.learning_rate).collect()),
        best_epoch: best.map(|row| row.epoch as f64),
    }
}

/// A value an epoch, NaN where there is none; empty where there is none at all.
fn series(history: &[HistoryRow], value: impl Fn(&HistoryRow) -> Option<f64>) -> Vec<f64> {
    if history.iter().all(|row| value(row).is_none()) {
        return Vec::new();
    }
    history
        .iter()
        .map(|row| value(row).unwrap_or(f64::NAN))
        .collect()
}
