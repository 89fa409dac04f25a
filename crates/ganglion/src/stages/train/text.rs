//! What was trained, for people.

use ganglion_model::metrics::median;
use ganglion_model::training::{FitReport, read_fit_report, read_history};

use super::Trained;
use crate::error::Result;
use crate::table::decimal;

/// How the run ended, where its files are, and what to do next.
///
/// # Errors
/// Where the run's history cannot be read.
pub fn text(trained: &Trained) -> Result<String> {
    let directory = &trained.run;
    let run = directory.root().display();
    Ok(format!(
        "{}\n\
         model    {}\n\
         history  {}\n\
         next     ganglion evaluate {run} --recording FILE.h5\n         \
                  ganglion plot {run}\n",
        sentence(trained)?,
        directory.model().display(),
        directory.history().display(),
    ))
}

/// How the run ended.
///
/// # Errors
/// Where the run's history cannot be read.
pub fn sentence(trained: &Trained) -> Result<String> {
    let Trained {
        outcome,
        run: directory,
    } = trained;
    if let Some(report) = read_fit_report(&directory.model())? {
        return Ok(fitted(&report));
    }
    let history = read_history(&directory.history())?;
    let best = history.iter().find(|row| row.epoch == outcome.best_epoch);
    let kept = match best.filter(|row| row.validation_loss.is_some()) {
        Some(row) => format!(
            "best epoch {}, mean validation r {}",
            row.epoch,
            decimal(row.validation_correlation)
        ),
        None => "kept the last one (no validation data)".to_owned(),
    };
    let epochs = match outcome.epochs {
        1 => "1 epoch".to_owned(),
        epochs => format!("{epochs} epochs"),
    };
    let early = if outcome.stopped_early {
        ", stopped early"
    } else {
        ""
    };
    Ok(format!("trained {epochs}{early}; {kept}"))
}

/// How near the optimum a fit is, how well it predicts, and what is not as it should be.
fn fitted(report: &FitReport) -> String {
    let cells = &report.fit.cells;
    let gradients = cells.iter().map(|cell| cell.optimum.gradient);
    let gradient = gradients.fold(0.0, f64::max);
    let mut text = format!(
        "fitted {} cells to their optimum (largest derivative of the mean loss {gradient:.0e})",
        cells.len()
    );
    if let Some(scores) = report.validation.last() {
        let bits = scores.cells.iter().map(|cell| cell.bits_per_spike);
        let bits = median(bits.filter(|bits| bits.is_finite()));
        text += &format!("; median {} bits a spike on validation bins", decimal(bits));
    }
    let doubtful = cells
        .iter()
        .filter(|cell| !cell.warnings.is_empty())
        .count();
    if doubtful > 0 {
        text += &format!("; {doubtful} cells have warnings, in model/fit.json");
    }
    text
}
