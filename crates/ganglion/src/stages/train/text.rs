//! What was trained, for people.

use ganglion_model::training::read_history;

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
