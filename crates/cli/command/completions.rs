//! `ganglion completions`

use clap::Args;
use clap_complete::Shell;

use crate::console;

/// What was typed after `completions`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints the script that lets a shell complete commands and options.
///
/// # Errors
/// Where standard output cannot be written.
pub fn run(arguments: &Arguments, mut program: clap::Command) -> anyhow::Result<()> {
    let name = program.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, name, &mut script);
    console::print(&String::from_utf8(script)?)
}
