//! `ganglion reference`

use crate::config;
use crate::console;

/// Prints the reference of all config keys, as Markdown.
///
/// # Errors
/// Where standard output cannot be written.
pub fn run() -> anyhow::Result<()> {
    console::print(&config::reference())
}
