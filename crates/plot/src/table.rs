//! The numbers behind a figure.

use crate::Error;

/// A table of numbers and names, written as CSV beside its figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table with these column names.
    pub fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Self {
        Self {
            header: header.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, cut or filled with empty cells to the width of the header.
    pub fn push(&mut self, mut row: Vec<String>) {
        row.resize(self.header.len(), String::new());
        self.rows.push(row);
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows, as written.
    pub fn rows(&self) -> &[Vec<String>] {
        &self.rows
    }

    /// The table as CSV text.
    ///
    /// # Errors
    ///
    /// If the CSV writer fails.
    pub fn to_csv(&self) -> Result<Vec<u8>, Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.header)?;
        for row in &self.rows {
            writer.write_record(row)?;
        }
        writer
            .into_inner()
            .map_err(|error| Error::Csv(error.into_error().into()))
    }
}

/// A number as CSV text; a missing number is an empty cell.
pub(crate) fn number(value: f64) -> String {
    if value.is_finite() {
        value.to_string()
    } else {
        String::new()
    }
}

/// A single-precision number as CSV text, with no more digits than it has.
pub(crate) fn number32(value: f32) -> String {
    if value.is_finite() {
        value.to_string()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_wide_as_the_header() {
        let mut table = Table::new(["a", "b"]);
        table.push(vec!["1".into()]);
        assert_eq!(table.to_csv().unwrap(), b"a,b\n1,\n");
    }

    #[test]
    fn missing_numbers_are_empty_cells() {
        assert_eq!(number(f64::NAN), "");
        assert_eq!(number32(0.1), "0.1");
    }
}
