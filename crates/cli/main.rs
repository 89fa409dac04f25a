//! The `ganglion` command; see [`ganglion_cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(ganglion_cli::run(std::env::args_os()))
}
