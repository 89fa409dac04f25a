//! Progress of a training run on standard error.

use std::io::{self, IsTerminal};

use ganglion_model::training::{HistoryRow, Plan, Progress, Skipped, Warning};
use ganglion_reduction::Progress as Reducing;
use indicatif::{ProgressBar, ProgressStyle};

use crate::console;
use crate::table::decimal;

const TEMPLATE: &str = "{prefix} {bar:30} {percent:>3} %  {msg}  {eta} left";

/// A bar on a terminal, a line an epoch elsewhere, nothing when quiet.
#[derive(Debug)]
pub struct TrainingProgress {
    quiet: bool,
    terminal: bool,
    bar: ProgressBar,
    epochs: usize,
    steps_per_epoch: usize,
    validates: bool,
    correlation: Option<f64>,
}

impl TrainingProgress {
    /// Nothing is shown before training starts.
    pub fn new(quiet: bool) -> Self {
        Self {
            quiet,
            terminal: io::stderr().is_terminal(),
            bar: ProgressBar::hidden(),
            epochs: 0,
            steps_per_epoch: 1,
            validates: false,
            correlation: None,
        }
    }

    /// Takes the bar off the terminal.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn say(&self, line: &str) {
        if !self.quiet {
            console::complain(line);
        }
    }

    fn start_bar(&mut self, plan: &Plan) {
        if self.quiet || !self.terminal {
            return;
        }
        let steps = |epochs: usize| (epochs * plan.steps_per_epoch) as u64;
        let style = ProgressStyle::with_template(TEMPLATE).expect("a valid template");
        self.bar = console::bars().add(ProgressBar::new(steps(plan.epochs)).with_style(style));
        self.bar.set_position(steps(plan.first_epoch - 1));
        self.bar.reset_eta();
    }
}

impl Progress for TrainingProgress {
    fn restored(&mut self, epoch: usize, skipped: &[Skipped]) {
        for Skipped { path, problem } in skipped {
            let path = path.display();
            tracing::warn!(
                "the checkpoint {path} cannot be used ({problem}); going on from the one before, \
                 after epoch {epoch}"
            );
        }
    }

    fn started(&mut self, plan: &Plan) {
        (self.epochs, self.steps_per_epoch) = (plan.epochs, plan.steps_per_epoch);
        self.validates = plan.validation_frames > 0;
        if plan.first_epoch > 1 {
            self.say(&format!("resumed after epoch {}", plan.first_epoch - 1));
        }
        let validation = match plan.validation_frames {
            0 => "no validation data".to_owned(),
            frames => format!("validating on {frames}"),
        };
        self.say(&format!(
            "training {} parameters for {} cells on {} frames, {validation}",
            plan.parameters, plan.cells, plan.training_frames
        ));
        self.start_bar(plan);
    }

    fn step(&mut self, epoch: usize, step: usize, loss: f64) {
        let before = epoch.saturating_sub(1) * self.steps_per_epoch;
        self.bar.set_position((before + step) as u64);
        self.bar
            .set_prefix(format!("epoch {epoch}/{}", self.epochs));
        let validation = match self.validates {
            true => format!("  mean validation r {}", decimal(self.correlation)),
            false => String::new(),
        };
        self.bar.set_message(format!("loss {loss:.4}{validation}"));
    }

    fn epoch(&mut self, row: &HistoryRow) {
        self.correlation = row.validation_correlation;
        self.bar
            .set_position((row.epoch * self.steps_per_epoch) as u64);
        if !self.terminal {
            self.say(&line(row, self.epochs));
        }
    }

    fn warn(&mut self, warning: &Warning) {
        tracing::warn!("{warning}");
    }
}

/// Progress of a reduction: a bar on a terminal, nothing elsewhere or when quiet.
#[derive(Debug)]
pub struct ReductionProgress {
    bar: ProgressBar,
    name: String,
}

const REDUCTION_TEMPLATE: &str = "{prefix} {bar:30} {pos}/{len}  {msg}";

impl ReductionProgress {
    /// A bar for an experiment.
    pub fn new(quiet: bool, name: &str) -> Self {
        let style = ProgressStyle::with_template(REDUCTION_TEMPLATE).expect("a valid template");
        let bar = match quiet || !io::stderr().is_terminal() {
            true => ProgressBar::hidden(),
            false => console::bars().add(ProgressBar::new(1).with_style(style)),
        };
        bar.set_prefix(name.to_owned());
        if !quiet && !io::stderr().is_terminal() {
            console::complain(&format!("reducing {name}"));
        }
        Self {
            bar,
            name: name.to_owned(),
        }
    }

    /// Shows a step.
    pub fn show(&mut self, step: Reducing) {
        let (done, of, doing) = match step {
            Reducing::Attributed(done, of) => (done, of, "attributing movies"),
            Reducing::Explained(done, of) => (done, of, "fitting circuits of cells"),
        };
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
        self.bar.set_prefix(self.name.clone());
        self.bar.set_message(doing);
    }

    /// Takes the bar off the terminal.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
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
