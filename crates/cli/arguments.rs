//! What the user typed, checked for form only.

use clap::{CommandFactory, Parser};
use ganglion::{VERSION, revision};

use crate::command::Command;
use crate::command_groups::help_template;
use crate::device::DeviceChoice;
use crate::global_arguments::GlobalArguments;

/// From recordings of retinal ganglion cells to the circuits behind their responses.
#[derive(Debug, Parser)]
#[command(
    name = "ganglion",
    version = version().leak() as &str,
    max_term_width = 100,
    help_template = help_template()
)]
pub struct Arguments {
    /// Options of every command.
    #[command(flatten)]
    pub global: GlobalArguments,
    #[command(subcommand)]
    command: Option<Command>,
}

impl Arguments {
    /// Whether the devices are to be listed, which needs no command.
    pub fn lists_devices(&self) -> bool {
        self.global.device == Some(DeviceChoice::List)
    }

    /// The command given, if there is one.
    pub fn command(&self) -> Option<&Command> {
        self.command.as_ref()
    }
}

/// The command line of the program, as what is made of it needs it.
pub fn program() -> clap::Command {
    <Arguments as CommandFactory>::command()
}

/// The program's version, with the git revision where the build was told it.
fn version() -> String {
    match revision() {
        Some(revision) => format!("{VERSION} ({revision})"),
        None => VERSION.to_owned(),
    }
}
