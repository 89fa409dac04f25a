//! What an experiment found.

use std::borrow::Cow;
use std::fmt;

use ganglion_recording::CellIndex;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::estimate::{Estimate, Presence, deserialize_error, serialize_error};
use crate::response_family::ResponseFamily;
use crate::{Metric, statistics};

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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PopulationMetric {
    /// Its name.
    pub metric: String,
    /// Mean.
    #[serde(serialize_with = "finite", deserialize_with = "or_nan")]
    pub mean: f64,
    /// Standard error of the mean.
    #[serde(serialize_with = "finite", deserialize_with = "or_nan")]
    pub error: f64,
    /// Cells that it was measured on.
    pub cells: usize,
}

fn finite<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    value.is_finite().then_some(value).serialize(serializer)
}

fn or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
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
        let over = |metric: &str| {
            let values = || {
                rows.iter()
                    .map(|&row| self.cells[row].metrics.named(metric))
            };
            let (mean, error) = statistics::mean_and_error(values());
            let cells = values().filter(|value| value.is_finite()).count();
            PopulationMetric {
                metric: metric.to_owned(),
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

    /// A metric over some cells, by their row; none where it was not measured on any.
    pub fn mean_of(&self, metric: Metric, rows: &[usize]) -> Option<PopulationMetric> {
        let mut all = self.population(rows).into_iter();
        all.find(|one| one.metric == metric.key)
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    #[serde(
        rename = "headline_error",
        serialize_with = "serialize_error",
        deserialize_with = "deserialize_error"
    )]
    pub headline: Estimate,
    /// Whether the stimuli could tell; if not, `present` is false.
    pub measurable: bool,
    /// Why: a sentence.
    pub reason: String,
}

impl CellOutcome {
    /// A cell that shows the phenomenon, or does not.
    pub fn found(
        cell: CellIndex,
        metrics: Metrics,
        present: bool,
        reason: impl Into<String>,
    ) -> Self {
        Self::judged(cell, metrics, Presence::of(present), reason)
    }

    /// The same where errors leave open which.
    pub fn judged(
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

    /// With the metric that stands for the experiment and its replicates, by which
    /// `ganglion reduce` tells whether a circuit has the same one. Without them it is the primary metric
    /// with no error, and that question stays undetermined.
    pub fn with_headline(mut self, headline: Estimate) -> Self {
        self.headline = headline;
        self
    }

    /// With its primary metric for the one that stands for the experiment, where that was not given; no
    /// number where the stimuli cannot tell.
    pub(crate) fn headed_by(mut self, primary: Metric) -> Self {
        if self.headline.replicates.is_empty() {
            self.headline.value = match self.measurable {
                true => self.metrics.get(primary),
                false => f64::NAN,
            };
        }
        self
    }

    /// A cell on which the stimuli cannot tell.
    pub fn not_measurable(cell: CellIndex, metrics: Metrics, reason: impl Into<String>) -> Self {
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
pub struct Metrics(Vec<(Cow<'static, str>, f64)>);

impl Metrics {
    /// Numbers in their order.
    pub fn new(numbers: impl IntoIterator<Item = (Metric, f64)>) -> Self {
        let numbers = numbers.into_iter();
        Self(
            numbers
                .map(|(metric, value)| (metric.key.into(), value))
                .collect(),
        )
    }

    /// A number; NaN where it was not measured.
    pub fn get(&self, metric: Metric) -> f64 {
        self.named(metric.key)
    }

    /// A number by its key in files; NaN where it was not measured, or nothing is called that.
    pub fn named(&self, key: &str) -> f64 {
        let found = self.0.iter().find(|(known, _)| known == key);
        found.map_or(f64::NAN, |(_, value)| *value)
    }

    /// Names and numbers.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> + '_ {
        self.0.iter().map(|(name, value)| (&**name, *value))
    }
}

impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.iter() {
            map.serialize_entry(key, &value.is_finite().then_some(value))?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Metrics {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

/// Reads numbers in the order in which they are written.
struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Metrics;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("numbers by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Metrics, A::Error> {
        let mut numbers = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Option<f64>>()? {
            numbers.push((Cow::Owned(name), value.unwrap_or(f64::NAN)));
        }
        Ok(Metrics(numbers))
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
pub const RATE: Quantity = Quantity {
    name: "rate",
    unit: "Hz",
};

/// Contrast in standard deviations of the training stimulus.
pub const CONTRAST: Quantity = Quantity {
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
        let (slope, delay) = (Metric::new("slope", ""), Metric::new("delay_ms", "ms"));
        let metrics = Metrics::new([(slope, 1.5), (delay, f64::NAN)]);
        let written = serde_json::to_string(&metrics).unwrap();
        assert_eq!(written, r#"{"slope":1.5,"delay_ms":null}"#);
        assert!(metrics.get(delay).is_nan() && metrics.named("nothing").is_nan());
        let read: Metrics = serde_json::from_str(&written).unwrap();
        assert_eq!(read.iter().next(), Some(("slope", 1.5)));
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
    }

    #[test]
    fn an_outcome_has_the_keys_that_scripts_rely_on() {
        let metrics = Metrics::new([(Metric::new("slope", ""), 1.0)]);
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
    fn a_cell_is_written_as_it_was_read() {
        let headline = Estimate {
            value: 2.0,
            replicates: vec![1.5, 2.25, 2.0],
        };
        let metrics = Metrics::new([(Metric::new("slope", ""), 2.0)]);
        let cell = CellOutcome::found(CellIndex(3), metrics, true, "it is so");
        for cell in [cell.clone(), cell.with_headline(headline)] {
            let written = serde_json::to_string(&cell).unwrap();
            let read: CellOutcome = serde_json::from_str(&written).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), written);
        }
    }

    #[test]
    fn what_changes_no_rate_is_said_without_a_number() {
        assert_eq!(by_no_more("no bar raises it", 0.004), "no bar raises it");
        assert_eq!(by_no_more("no bar raises it", -2.0), "no bar raises it");
        let little = "no bar raises it by more than 0.01 Hz";
        assert_eq!(by_no_more("no bar raises it", 0.01), little);
    }
}
