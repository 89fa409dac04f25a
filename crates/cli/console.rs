//! Standard output and standard error.

use std::io::{self, Write};
use std::sync::LazyLock;

use ganglion::Context as _;
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
    Ok(tell(text)?)
}

/// The same for what a stage found, while it goes on.
///
/// # Errors
/// As [`print()`].
pub fn tell(text: &str) -> ganglion::Result<()> {
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
    print(&ganglion::results::json(value)?)
}

/// Prints a line on standard error; there is nowhere to complain about a failure.
pub fn complain(line: &str) {
    BARS.suspend(|| {
        let _ = writeln!(io::stderr(), "{line}");
    });
}
