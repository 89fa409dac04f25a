//! Experiments as figures, in the form of the papers that described the phenomena.

mod anticipation;
mod classical;
mod curves;
mod fields;
mod latency;
mod omitted_stimulus;
mod pairs;
mod reversal;
mod traces;

use ganglion_experiment::{Curve, ExperimentConfig, Outcome, Quantity};
use ganglion_plot::{Figure, Measured};

/// Figures of an experiment by their name, without extension: of the cells that show the
/// phenomenon, or else of all that can be measured, or else of all.
pub fn experiment(config: &ExperimentConfig, outcome: &Outcome) -> Vec<(String, Box<dyn Figure>)> {
    let shown = Shown::new(outcome);
    let figure: Option<Box<dyn Figure>> = match config {
        ExperimentConfig::OmittedStimulus(config) => {
            omitted_stimulus::figure(config, outcome, &shown).map(boxed)
        }
        ExperimentConfig::Latency(_) => latency::figure(outcome, &shown).map(boxed),
        ExperimentConfig::MotionAnticipation(config) => {
            anticipation::figure(config, outcome, &shown).map(boxed)
        }
        ExperimentConfig::MotionReversal(config) => {
            reversal::figure(config, outcome, &shown).map(boxed)
        }
        _ => {
            let name = |end| format!("{}{end}", config.name());
            let figures = classical::figures(config, outcome, &shown).into_iter();
            return figures.map(|(end, figure)| (name(end), figure)).collect();
        }
    };
    let named = |figure| (config.name().to_owned(), figure);
    figure.map(named).into_iter().collect()
}

/// A quantity as the label of an axis.
fn label(quantity: Quantity) -> String {
    let name = curves::title(quantity.name);
    match quantity.unit {
        "" => name,
        unit => format!("{name} ({})", unit.replace("um", "µm")),
    }
}

fn boxed<F: Figure + 'static>(figure: F) -> Box<dyn Figure> {
    Box::new(figure)
}

/// The cells that a figure is of.
struct Shown {
    rows: Vec<usize>,
    /// What they are, for the title.
    which: String,
}

impl Shown {
    fn new(outcome: &Outcome) -> Self {
        let (present, measurable) = (outcome.present(), outcome.measurable());
        let total = outcome.cells.len();
        let cells = |count: usize| if count == 1 { "cell" } else { "cells" };
        if !present.is_empty() {
            let count = present.len();
            let which = format!("{count} {} that show it, of {total}", cells(count));
            return Self {
                rows: present,
                which,
            };
        }
        let (rows, what) = match measurable.is_empty() {
            false => (measurable, "none shows it"),
            true => ((0..total).collect(), "not measurable"),
        };
        let which = format!("{} {}, {what}", rows.len(), cells(rows.len()));
        Self { rows, which }
    }

    fn title(&self, name: &str) -> String {
        format!("{name}: {}", self.which)
    }

    /// What error bars are.
    fn errors(&self) -> String {
        match self.rows.len() {
            1 => "One cell".to_owned(),
            count => format!("Mean ± s.e.m., {count} cells"),
        }
    }

    /// Mean and error of a curve.
    fn measured(&self, curve: &Curve) -> Measured {
        let (values, errors): (Vec<f64>, Vec<f64>) =
            curve.mean_and_error(&self.rows).into_iter().unzip();
        let errors = (errors.into_iter())
            .map(|error| if error.is_finite() { error } else { 0.0 })
            .collect();
        Measured { values, errors }
    }

    /// The curves of single cells, where there are several.
    fn cells(&self, curve: &Curve) -> Vec<Vec<f64>> {
        match self.rows.len() {
            1 => Vec::new(),
            _ => self
                .rows
                .iter()
                .map(|&row| curve.cells[row].clone())
                .collect(),
        }
    }
}
