//! What the user typed, checked for form only.

use clap::Parser;
use ganglion::{VERSION, revision};

use crate::command::Command;
use crate::device::DeviceChoice;
use crate::failure::bad_use;
use crate::global_arguments::GlobalArguments;

/// From recordings of retinal ganglion cells to the circuits behind their responses.
#[derive(Debug, Parser)]
#[command(name = "ganglion", version = version().leak() as &str, max_term_width = 100)]
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

    /// The command given.
    ///
    /// # Errors
    /// Where there is none.
    pub fn command(&self) -> anyhow::Result<&Command> {
        self.command.as_ref().ok_or_else(|| {
            bad_use("no command given; `ganglion --help` lists them, for example `ganglion train`")
        })
    }
}

/// The program's version, with the git revision where the build was told it.
fn version() -> String {
    match revision() {
        Some(revision) => format!("{VERSION} ({revision})"),
        None => VERSION.to_owned(),
    }
}
