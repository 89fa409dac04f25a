//! What an experiment found.

use ganglion_recording::CellIndex;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::estimate::{Estimate, Presence, serialize_error};
use crate::response_family::ResponseFamily;
use crate::statistics;

/// What an experiment found on every cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// The phenomenon or experiment.
    pub phenomenon: String,
    /// One entry a cell, in the order asked for.
    pub cells: Vec<CellOutcome>,
    /// Metrics against what was varied.
    #[serde(skip)]
    pub curves: Vec<Curve>,
    /// Rates of all conditions of one sweep, on a common time.
    #[serde(skip)]
    pub families: Vec<ResponseFamily>,
    /// Maps of space.
    #[serde(skip)]
    pub maps: Vec<Map>,
}

/// A metric over the cells on which it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PopulationMetric {
    /// Its name.
    pub metric: &'static str,
    /// Mean.
    #[serde(serialize_with = "finite")]
    pub mean: f64,
    /// Standard error of the mean.
    #[serde(serialize_with = "finite")]
    pub error: f64,
    /// Cells that it was measured on.
    pub cells: usize,
}

fn finite<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    value.is_finite().then_some(value).serialize(serializer)
}

impl Outcome {
    /// Rows of the cells that show the phenomenon.
    pub fn present(&self) -> Vec<usize> {
        self.rows(|cell| cell.present)
    }

    /// Rows of the cells on which the stimuli can tell.
    pub fn measurable(&self) -> Vec<usize> {
        self.rows(|cell| cell.measurable)
    }

    fn rows(&self, chosen: impl Fn(&CellOutcome) -> bool) -> Vec<usize> {
        let rows = self.cells.iter().enumerate();
        rows.filter(|(_, cell)| chosen(cell))
            .map(|(row, _)| row)
            .collect()
    }

    /// Every metric over some cells, by their row, those without a value left out.
    pub fn population(&self, rows: &[usize]) -> Vec<PopulationMetric> {
        let names = self.cells.first().map(|cell| cell.metrics.iter());
        let over = |metric: &'static str| {
            let values = || rows.iter().map(|&row| self.cells[row].metrics.get(metric));
            let (mean, error) = statistics::mean_and_error(values());
            let cells = values().filter(|value| value.is_finite()).count();
            PopulationMetric {
                metric,
                mean,
                error,
                cells,
            }
        };
        names
            .into_iter()
            .flatten()
            .map(|(name, _)| over(name))
            .collect()
    }

    /// A curve by its name.
    pub fn curve(&self, name: &str) -> Option<&Curve> {
        self.curves.iter().find(|curve| curve.name == name)
    }

    /// A family by its name.
    pub fn family(&self, name: &str) -> Option<&ResponseFamily> {
        self.families.iter().find(|family| family.name == name)
    }
}

/// A map of space of every cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// Its name in files.
    pub name: &'static str,
    /// What it is.
    pub quantity: Quantity,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Values `[cell][y, x]`, row by row.
    pub cells: Vec<Vec<f64>>,
}

/// That a rate changes too little: by no more than so many Hz, or not at all to two decimals.
pub(crate) fn by_no_more(what: &str, most_hz: f64) -> String {
    match most_hz < 0.005 {
        true => what.to_owned(),
        false => format!("{what} by more than {most_hz:.2} Hz"),
    }
}

/// What was found on one cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellOutcome {
    /// The cell.
    pub cell: CellIndex,
    /// The numbers, by name.
    pub metrics: Metrics,
    /// Whether the cell shows the phenomenon, by the rule in the docs of the experiment.
    pub present: bool,
    /// The same with errors taken into account; where it is undetermined, `present` is false.
    pub presence: Presence,
    /// The metric that stands for the experiment; in JSON its standard error alone.
    #[serde(rename = "headline_error", serialize_with = "serialize_error")]
    pub headline: Estimate,
    /// Whether the stimuli could tell; if not, `present` is false.
    pub measurable: bool,
    /// Why: a sentence.
    pub reason: String,
}

impl CellOutcome {
    /// A cell that shows the phenomenon, or does not.
    pub(crate) fn found(
        cell: CellIndex,
        metrics: Metrics,
        present: bool,
        reason: impl Into<String>,
    ) -> Self {
        Self::judged(cell, metrics, Presence::of(present), reason)
    }

    /// The same where errors leave open which.
    pub(crate) fn judged(
        cell: CellIndex,
        metrics: Metrics,
        presence: Presence,
        reason: impl Into<String>,
    ) -> Self {
        let reason = reason.into();
        Self {
            cell,
            metrics,
            present: presence == Presence::Present,
            presence,
            headline: Estimate::default(),
            measurable: true,
            reason: match presence {
                Presence::Undetermined => format!("undetermined: {reason}"),
                _ => reason,
            },
        }
    }

    /// With the metric that stands for the experiment and its replicates.
    pub(crate) fn with_headline(mut self, headline: Estimate) -> Self {
        self.headline = headline;
        self
    }

    /// A cell on which the stimuli cannot tell.
    pub(crate) fn not_measurable(
        cell: CellIndex,
        metrics: Metrics,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            cell,
            metrics,
            present: false,
            presence: Presence::Undetermined,
            headline: Estimate::default(),
            measurable: false,
            reason: format!("not measurable: {}", reason.into()),
        }
    }
}

/// Numbers by name, in the order in which they are told; NaN (in JSON `null`) is one that could
/// not be measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics(Vec<(&'static str, f64)>);

impl Metrics {
    /// Numbers in their order.
    pub fn new(numbers: impl IntoIterator<Item = (&'static str, f64)>) -> Self {
        Self(numbers.into_iter().collect())
    }

    /// A number; NaN where it was not measured.
    pub fn get(&self, name: &str) -> f64 {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map_or(f64::NAN, |(_, value)| *value)
    }

    /// Names and numbers.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        self.0.iter().copied()
    }
}

impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, &value.is_finite().then_some(value))?;
        }
        map.end()
    }
}

/// A quantity with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// Its name in files, such as `latency`.
    pub name: &'static str,
    /// Its unit, such as `ms`; empty for none.
    pub unit: &'static str,
}

/// A firing rate.
pub(crate) const RATE: Quantity = Quantity {
    name: "rate",
    unit: "Hz",
};

/// Contrast in standard deviations of the training stimulus.
pub(crate) const CONTRAST: Quantity = Quantity {
    name: "contrast",
    unit: "sd",
};

/// A metric of every cell against what was varied.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Its name in files, such as `latency-by-period`.
    pub name: &'static str,
    /// What was varied.
    pub x: Quantity,
    /// Its values `[condition]`.
    pub at: Vec<f64>,
    /// What was measured.
    pub y: Quantity,
    /// What was found `[cell][condition]`; NaN where it could not be measured.
    pub cells: Vec<Vec<f64>>,
}

impl Curve {
    /// Mean and standard error over some cells, by their row, `[condition]`; those without a value
    /// are left out.
    pub fn mean_and_error(&self, rows: &[usize]) -> Vec<(f64, f64)> {
        let over = |index: usize| {
            statistics::mean_and_error(rows.iter().map(|&row| self.cells[row][index]))
        };
        (0..self.at.len()).map(over).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_order_and_what_was_not_measured_is_null() {
        let metrics = Metrics::new([("slope", 1.5), ("delay_ms", f64::NAN)]);
        let written = serde_json::to_string(&metrics).unwrap();
        assert_eq!(written, r#"{"slope":1.5,"delay_ms":null}"#);
        assert!(metrics.get("delay_ms").is_nan() && metrics.get("nothing").is_nan());
    }

    #[test]
    fn an_outcome_has_the_keys_that_scripts_rely_on() {
        let metrics = Metrics::new([("slope", 1.0)]);
        let outcome = Outcome {
            phenomenon: "latency".to_owned(),
            cells: vec![CellOutcome::found(CellIndex(3), metrics, true, "it is so")],
            ..Outcome::default()
        };
        let written = serde_json::to_value(&outcome).unwrap();
        assert_eq!(written["phenomenon"], "latency");
        assert_eq!(written["cells"][0]["cell"], 3);
        assert_eq!(written["cells"][0]["metrics"]["slope"], 1.0);
        assert_eq!(written["cells"][0]["present"], true);
    }

    #[test]
    fn what_changes_no_rate_is_said_without_a_number() {
        assert_eq!(by_no_more("no bar raises it", 0.004), "no bar raises it");
        assert_eq!(by_no_more("no bar raises it", -2.0), "no bar raises it");
        let little = "no bar raises it by more than 0.01 Hz";
        assert_eq!(by_no_more("no bar raises it", 0.01), little);
    }
}
