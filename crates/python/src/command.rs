//! The command that the package carries.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the program with what was typed, its name first, and returns its exit code.
///
/// Ctrl-C ends it as it ends the program: at once, since everything is written aside and renamed.
#[pyfunction]
pub fn command(py: Python<'_>, typed: Vec<OsString>) -> u8 {
    // SAFETY: the default action is no code of ours.
    #[cfg(unix)]
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
    }
    py.detach(|| ganglion_cli::run(typed))
}
