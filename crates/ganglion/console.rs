//! Standard output and standard error.

use std::io::{self, Write};
use std::sync::LazyLock;

use anyhow::Context;
use indicatif::MultiProgress;
use serde::Serialize;

/// The progress bars on the terminal, which other output must not cut through.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// The progress bars on the terminal.
pub fn bars() -> &'static MultiProgress {
    &BARS
}

/// Prints a result.
///
/// # Errors
/// Where standard output cannot be written; a reader that stopped reading is no error.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("standard output cannot be written")
        }
        _ => Ok(()),
    }
}

/// Prints a result as one JSON document.
///
/// # Errors
/// As [`print()`].
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    print(&json(value)?)
}

/// A JSON document, ending in a newline.
///
/// # Errors
/// Where the value has no JSON form.
pub fn json(value: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// Prints a line on standard error; there is nowhere to complain about a failure.
pub fn complain(line: &str) {
    BARS.suspend(|| {
        let _ = writeln!(io::stderr(), "{line}");
    });
}
