//! Checks of config values.

use crate::error::Error;

/// Refuses zero.
pub(crate) fn at_least_one(key: &'static str, value: usize) -> Result<(), Error> {
    require(value >= 1, key, value as f64, "at least 1")
}

/// Refuses a value unless the condition holds; `allowed` says what would do.
pub(crate) fn require(
    condition: bool,
    key: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<(), Error> {
    if condition {
        Ok(())
    } else {
        Err(Error::OutOfRange {
            key,
            value,
            allowed,
        })
    }
}
