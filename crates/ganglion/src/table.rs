//! Tables of text with aligned columns.

use std::fmt;

/// Rows under headings; everything is aligned to the right.
#[derive(Debug)]
pub struct TextTable {
    rows: Vec<Vec<String>>,
}

impl TextTable {
    /// A table without rows.
    pub fn new<'a>(headings: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            rows: vec![headings.into_iter().map(ToOwned::to_owned).collect()],
        }
    }

    /// Adds a row, with one text for each heading.
    pub fn push(&mut self, row: impl IntoIterator<Item = String>) {
        self.rows.push(row.into_iter().collect());
    }

    fn width(&self, column: usize) -> usize {
        let widths = self.rows.iter().filter_map(|row| row.get(column));
        widths.map(|text| text.chars().count()).max().unwrap_or(0)
    }
}

impl fmt::Display for TextTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            for (column, text) in row.iter().enumerate() {
                let gap = if column == 0 { "" } else { "  " };
                write!(f, "{gap}{text:>width$}", width = self.width(column))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// A number with three decimals, or a dash where there is none.
pub fn decimal(value: Option<f64>) -> String {
    match value.filter(|value| value.is_finite()) {
        Some(value) => format!("{value:.3}"),
        None => "-".into(),
    }
}

/// A number with its interval, such as `0.412 [0.300, 0.500]`.
pub fn with_interval(value: Option<f64>, interval: Option<[f64; 2]>) -> String {
    match interval {
        Some(ends) if value.is_some() => {
            let [low, high] = ends.map(|end| decimal(Some(end)));
            format!("{} [{low}, {high}]", decimal(value))
        }
        _ => decimal(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_text() {
        let mut table = TextTable::new(["cell", "r"]);
        table.push(["0".into(), decimal(Some(0.25))]);
        table.push(["10".into(), decimal(None)]);
        assert_eq!(table.to_string(), "cell      r\n   0  0.250\n  10      -\n");
    }
}
