//! The program's name and version, as results tell them.

/// Name and version.
pub const PROGRAM: &str = concat!("ganglion ", env!("CARGO_PKG_VERSION"));

/// Version alone.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Git revision of the program, from the environment variable `GANGLION_REVISION` at build time.
pub fn revision() -> Option<&'static str> {
    option_env!("GANGLION_REVISION")
}
