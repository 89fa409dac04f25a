//! What the summaries of stages say, as text.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

/// The `summary.json` of a stage's folder; null if there is none.
///
/// # Errors
/// Where it cannot be read.
pub fn summary(folder: &Path) -> anyhow::Result<Value> {
    read(&folder.join("summary.json"))
}

/// A JSON file; null if there is none.
///
/// # Errors
/// Where it cannot be read.
pub fn read(path: &Path) -> anyhow::Result<Value> {
    if !path.is_file() {
        return Ok(Value::Null);
    }
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// A number with three decimals, or a dash.
pub fn number(value: Option<f64>) -> String {
    crate::table::decimal(value)
}

/// A JSON value as text for a cell of a table.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(one) if one.is_f64() => number(one.as_f64()),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The entries of an array; none if it is not one.
pub fn entries<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}
