//! The `ganglion` command.
//!
//! This program holds no science: it reads options and config files, runs the stages of the library
//! [`ganglion`], shows progress and prints results. [`arguments`] mirrors what was typed, [`settings`] makes
//! it ready to use, and [`command`] has one file for each command.

mod arguments;
mod cell_list;
mod command;
mod config;
mod console;
mod device;
mod failure;
mod global_arguments;
mod logging;
mod progress;
mod settings;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use settings::Settings;

fn main() -> ExitCode {
    ganglion::model::memory::keep_freed_memory();
    let arguments = Arguments::parse();
    failure::exit_code(|| run(&arguments))
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.lists_devices() {
        return console::print(&device::list());
    }
    let command = arguments.command()?;
    let settings = Settings::new(&arguments.global)?;
    logging::start(&settings)?;
    command.run(&settings)
}
