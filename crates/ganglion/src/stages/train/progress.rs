//! How far a training run is, in words.

use ganglion_model::training::{
    HistoryRow, Skipped, TrainingPlan, TrainingProgress, TrainingWarning,
};

use crate::progress::{self, Meter, Silent, Work};
use crate::table::decimal;

/// Tells whoever wants to know.
pub struct Told<'a> {
    progress: &'a dyn progress::Progress,
    meter: Box<dyn Meter>,
    epochs: usize,
    steps_per_epoch: usize,
    validates: bool,
    correlation: Option<f64>,
}

impl<'a> Told<'a> {
    /// Nothing is told before training starts.
    pub fn new(progress: &'a dyn progress::Progress) -> Self {
        Self {
            progress,
            meter: Box::new(Silent),
            epochs: 0,
            steps_per_epoch: 1,
            validates: false,
            correlation: None,
        }
    }

    /// The run is at its end.
    pub fn finish(&self) {
        self.meter.finish();
    }
}

impl TrainingProgress for Told<'_> {
    fn restored(&mut self, epoch: usize, skipped: &[Skipped]) {
        for Skipped { path, problem } in skipped {
            let path = path.display();
            tracing::warn!(
                "the checkpoint {path} cannot be used ({problem}); going on from the one before, \
                 after epoch {epoch}"
            );
        }
    }

    fn started(&mut self, plan: &TrainingPlan) {
        (self.epochs, self.steps_per_epoch) = (plan.epochs, plan.steps_per_epoch);
        self.validates = plan.validation_frames > 0;
        if plan.first_epoch > 1 {
            let line = format!("resumed after epoch {}", plan.first_epoch - 1);
            self.progress.say(&line);
        }
        let validation = match plan.validation_frames {
            0 => "no validation data".to_owned(),
            frames => format!("validating on {frames}"),
        };
        self.progress.say(&format!(
            "training {} parameters for {} cells on {} frames, {validation}",
            plan.parameters, plan.cells, plan.training_frames
        ));
        let steps = |epochs: usize| epochs * plan.steps_per_epoch;
        let work = Work::Training {
            steps: steps(plan.epochs),
            done: steps(plan.first_epoch - 1),
        };
        self.meter = self.progress.begin(work);
    }

    fn step(&mut self, epoch: usize, step: usize, loss: f64) {
        let before = epoch.saturating_sub(1) * self.steps_per_epoch;
        self.meter.set(before + step);
        let validation = match self.validates {
            true => format!("  mean validation r {}", decimal(self.correlation)),
            false => String::new(),
        };
        let name = format!("epoch {epoch}/{}", self.epochs);
        let message = format!("loss {loss:.4}{validation}");
        self.meter.tell(&name, &message);
    }

    fn epoch(&mut self, row: &HistoryRow) {
        self.correlation = row.validation_correlation;
        self.meter.set(row.epoch * self.steps_per_epoch);
        self.progress.log(&line(row, self.epochs));
    }

    fn stops(&self) -> bool {
        self.progress.stops()
    }

    fn warn(&mut self, warning: &TrainingWarning) {
        tracing::warn!("{warning}");
    }
}

fn line(row: &HistoryRow, epochs: usize) -> String {
    let validation = match row.validation_loss {
        None => String::new(),
        loss => format!(
            "  validation loss {}  mean validation r {}{}",
            decimal(loss),
            decimal(row.validation_correlation),
            if row.best { "  best" } else { "" }
        ),
    };
    format!(
        "epoch {}/{epochs}  loss {:.5}{validation}",
        row.epoch, row.train_loss
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_without_validation_speaks_of_none() {
        let mut row = HistoryRow {
            epoch: 2,
            learning_rate: 1e-3,
            train_loss: 0.222_33,
            validation_loss: None,
            validation_correlation: None,
            best: true,
        };
        assert_eq!(line(&row, 20), "epoch 2/20  loss 0.22233");
        (row.validation_loss, row.validation_correlation) = (Some(0.5), Some(0.25));
        assert_eq!(
            line(&row, 20),
            "epoch 2/20  loss 0.22233  validation loss 0.500  mean validation r 0.250  best"
        );
    }
}
