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
mod log_file;
mod logging;
mod progress;
mod settings;
mod stage_lines;
mod welcome;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use command::Command;
use global_arguments::GlobalArguments;
use settings::Settings;

fn main() -> ExitCode {
    ganglion::model::memory::keep_freed_memory();
    let arguments = Arguments::parse();
    if arguments.lists_devices() {
        return failure::exit_code(|| console::print(&device::list()));
    }
    match arguments.command() {
        Some(command) => failure::exit_code(|| run(command, &arguments.global)),
        None => failure::nothing_to_do(&welcome::text()),
    }
}

fn run(command: &Command, options: &GlobalArguments) -> anyhow::Result<()> {
    let settings = Settings::new(options)?;
    logging::start(&settings)?;
    command.run(&settings, arguments::program)
}
