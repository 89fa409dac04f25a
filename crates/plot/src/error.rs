//! What can go wrong when a figure is drawn or written.

use std::path::PathBuf;

/// A figure that could not be drawn or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two arrays that describe the same things differ in length.
    #[error("{what}: expected {expected} values, found {found}")]
    Length {
        /// The array, in words.
        what: String,
        /// The length the other arrays imply.
        expected: usize,
        /// The length it has.
        found: usize,
    },
    /// A quantity that must be positive and finite is not.
    #[error("{what} must be positive and finite, found {value}")]
    NotPositive {
        /// The quantity, in words.
        what: String,
        /// Its value.
        value: f64,
    },
    /// The figure is too large to be rasterised.
    #[error("the figure is {width:.0} x {height:.0} points, too large for a PNG: use SVG")]
    TooLarge {
        /// Width in points.
        width: f64,
        /// Height in points.
        height: f64,
    },
    /// A file could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The numbers of a figure could not be written as CSV.
    #[error("cannot write the numbers as CSV")]
    Csv(#[from] csv::Error),
    /// The bitmap could not be drawn or encoded.
    #[error("cannot draw the bitmap: {0}")]
    Bitmap(String),
}

/// Refuses an array whose length contradicts its neighbours.
pub(crate) fn check_length(what: &str, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found {
        return Ok(());
    }
    Err(Error::Length {
        what: what.to_owned(),
        expected,
        found,
    })
}

/// Refuses a step, size or period that is not a positive number.
pub(crate) fn check_positive(what: &str, value: f64) -> Result<(), Error> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(Error::NotPositive {
        what: what.to_owned(),
        value,
    })
}

/// Refuses a matrix whose number of rows, or the length of one, contradicts its neighbours.
pub(crate) fn check_matrix(
    what: &str,
    rows: usize,
    columns: usize,
    found: &[Vec<f64>],
) -> Result<(), Error> {
    check_length(&format!("{what}, rows"), rows, found.len())?;
    found.iter().enumerate().try_for_each(|(row, values)| {
        check_length(&format!("{what}, row {row}"), columns, values.len())
    })
}
