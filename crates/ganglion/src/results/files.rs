//! Reading and writing them.

use std::fs;
use std::io::Write;
use std::path::Path;

use ganglion_recording::write_atomically;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Context as _, Result};

/// Name of a stage's summary in its folder.
const SUMMARY: &str = "summary.json";

/// A JSON document, ending in a newline.
///
/// # Errors
/// Where the value has no JSON form.
pub fn json(value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// Writes a JSON document.
///
/// # Errors
/// Where the value has no JSON form or the file cannot be written.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    write_text(path, &json(value)?)
}

/// Writes a text file, all of it or nothing.
///
/// # Errors
/// Where it cannot be written.
pub fn write_text(path: &Path, text: &str) -> Result<()> {
    Ok(write_atomically(path, |writer| {
        writer.write_all(text.as_bytes())
    })?)
}

/// Reads a JSON document; none if the file is not there.
///
/// # Errors
/// Where it cannot be read, or is another document.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    if !path.is_file() {
        return Ok(None);
    }
    let name = || path.display().to_string();
    let text = fs::read_to_string(path).with_context(name)?;
    serde_json::from_str(&text).map(Some).with_context(name)
}

/// Reads the summary in a stage's folder; none if it is not there.
///
/// # Errors
/// As [`read()`].
pub fn read_summary<T: DeserializeOwned>(folder: &Path) -> Result<Option<T>> {
    read(&folder.join(SUMMARY))
}
