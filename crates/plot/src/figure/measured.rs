//! A quantity measured under several conditions.

use crate::Error;
use crate::error::check_length;
use crate::panel::Series;

/// One value a condition, averaged over cells, with its error.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// The mean `[condition]`; NaN where it is undefined or does not count.
    pub values: Vec<f64>,
    /// Half the length of the error bar `[condition]`, such as the s.e.m. over cells; may be empty.
    pub errors: Vec<f64>,
}

impl Measured {
    /// Values without errors, for a single cell.
    pub fn new(values: Vec<f64>) -> Self {
        Self {
            values,
            errors: Vec::new(),
        }
    }

    /// Adds the error of every value.
    pub fn with_errors(mut self, errors: Vec<f64>) -> Self {
        self.errors = errors;
        self
    }

    /// The upper ends of the error bars, or the values where there are none.
    pub(super) fn tops(&self) -> impl Iterator<Item = f64> {
        let error = |index: usize| self.errors.get(index).copied().unwrap_or(0.0);
        let values = self.values.iter().enumerate();
        values.map(move |(index, value)| value + error(index))
    }

    pub(super) fn check(&self, what: &str, conditions: usize) -> Result<(), Error> {
        check_length(what, conditions, self.values.len())?;
        if self.errors.is_empty() {
            return Ok(());
        }
        check_length(&format!("errors of {what}"), conditions, self.errors.len())
    }

    /// The values over their conditions, with error bars if there are errors.
    pub(super) fn series(&self, name: &str, conditions: &[f64]) -> Series {
        let series = Series::new(name, conditions.to_vec(), self.values.clone()).markers();
        if self.errors.is_empty() {
            series
        } else {
            series.error_bars(&self.errors)
        }
    }
}

/// The faint series of single cells under a mean; only the first is named.
pub(super) fn cell_series(cells: &[Vec<f64>], conditions: &[f64]) -> impl Iterator<Item = Series> {
    let series = |(cell, values): (usize, &Vec<f64>)| {
        Series::new(format!("cell {cell}"), conditions.to_vec(), values.clone())
            .listed_as(if cell == 0 { "Single cells" } else { "" })
            .color(crate::palette::RECORDED)
            .width(0.6)
    };
    cells
        .iter()
        .enumerate()
        .map(series)
        .collect::<Vec<_>>()
        .into_iter()
}
