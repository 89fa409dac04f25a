//! Numbers of summaries: JSON has `null` for one that is not finite.

use serde::{Deserialize, Deserializer};

/// A number, NaN where it is `null`.
pub(crate) fn or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

/// A number that may be absent: `null` is one that is there and not finite.
pub(crate) fn if_there<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<f64>, D::Error> {
    or_nan(deserializer).map(Some)
}

/// A list of such numbers.
pub(crate) fn all_or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let numbers: Vec<Option<f64>> = Vec::deserialize(deserializer)?;
    Ok(numbers
        .into_iter()
        .map(|one| one.unwrap_or(f64::NAN))
        .collect())
}
