//! Experiments as figures, in the form of the papers that described the phenomena.
//!
//! What is here serves several experiments; the figures of one lie in its folder.

mod curves;
mod pairs;
mod traces;

use ganglion_plot::{Figure, Measured};

use crate::{Curve, Outcome, Quantity};
use curves::{curves, words};
pub use pairs::{Pair, pairs};
pub use traces::Bars;
use traces::traces;

/// A figure and what its files are called, without extension.
pub struct NamedFigure {
    /// The name, which begins with that of its experiment.
    pub name: String,
    /// What is drawn.
    pub figure: Box<dyn Figure>,
}

impl NamedFigure {
    /// A figure by its name.
    pub fn new(name: impl Into<String>, figure: impl Figure + 'static) -> Self {
        Self {
            name: name.into(),
            figure: Box::new(figure),
        }
    }
}

/// The responses of some cells with numbers beside them, where the outcome has a family of responses;
/// then everything that was measured against what was varied.
pub fn responses(outcome: &Outcome, bars: &Bars) -> Vec<NamedFigure> {
    let shown = Shown::new(outcome);
    let first = traces(outcome, &shown, bars);
    let first = first.map(|figure| NamedFigure::new(&outcome.phenomenon, figure));
    first.into_iter().chain(all_curves(outcome)).collect()
}

/// A panel for each of the curves of an outcome; nothing where there is none.
pub fn all_curves(outcome: &Outcome) -> Option<NamedFigure> {
    let figure = curves(outcome, &Shown::new(outcome))?;
    Some(NamedFigure::new(
        format!("{}-curves", outcome.phenomenon),
        figure,
    ))
}

/// A quantity as the label of an axis.
fn label(quantity: Quantity) -> String {
    let name = words(quantity.name);
    match quantity.unit {
        "" => name,
        unit => format!("{name} ({})", unit.replace("um", "µm")),
    }
}

/// The cells that a figure is of.
pub struct Shown {
    /// Their rows.
    pub rows: Vec<usize>,
    /// What they are, for the title.
    which: String,
}

impl Shown {
    /// Those that show the phenomenon, or else all that can be measured, or else all.
    pub fn new(outcome: &Outcome) -> Self {
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

    /// A title with what the cells are.
    pub fn title(&self, name: &str) -> String {
        format!("{name}: {}", self.which)
    }

    /// What error bars are.
    pub fn errors(&self) -> String {
        match self.rows.len() {
            1 => "One cell".to_owned(),
            count => format!("Mean ± s.e.m., {count} cells"),
        }
    }

    /// Mean and error of a curve, where every cell has a value: a mean over fewer cells here than there would change
    /// with the cells.
    pub fn measured(&self, curve: &Curve) -> Measured {
        let is_of_all = |place: usize| {
            self.rows
                .iter()
                .all(|&row| curve.cells[row][place].is_finite())
        };
        let means = curve.mean_and_error(&self.rows).into_iter().enumerate();
        let of_all = |(place, mean)| {
            if is_of_all(place) {
                mean
            } else {
                (f64::NAN, f64::NAN)
            }
        };
        let (values, errors): (Vec<f64>, Vec<f64>) = means.map(of_all).unzip();
        let errors = (errors.into_iter())
            .map(|error| if error.is_finite() { error } else { 0.0 })
            .collect();
        Measured { values, errors }
    }

    /// The curves of single cells, where there are several.
    pub fn cells(&self, curve: &Curve) -> Vec<Vec<f64>> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{CONTRAST, RATE};

    /// The mean of 10 and 30 ms is 20 ms; where the slow cell does not count, that of the other alone would be a jump.
    #[test]
    fn means_are_of_the_same_cells_everywhere() {
        let curve = Curve {
            name: "latency",
            x: CONTRAST,
            at: vec![0.5, 1.0, 2.0],
            y: RATE,
            cells: vec![
                vec![10.0, 10.0, 10.0],
                vec![f64::NAN; 3],
                vec![f64::NAN, 30.0, 32.0],
            ],
        };
        let shown = Shown {
            rows: vec![0, 2],
            which: String::new(),
        };
        let found = shown.measured(&curve);
        assert!(found.values[0].is_nan());
        assert_eq!(found.values[1..], [20.0, 21.0]);
        // As texts, in which no number is one.
        let cells = [&curve.cells[0], &curve.cells[2]];
        assert_eq!(format!("{:?}", shown.cells(&curve)), format!("{cells:?}"));
    }
}
