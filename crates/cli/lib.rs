//! The `ganglion` command.
//!
//! This program holds no science: it reads options and config files, runs the stages of the library
//! [`ganglion`], shows progress and prints results. `arguments` mirrors what was typed, `settings` makes
//! it ready to use, and `command` has one file for each command.
//!
//! It is a library so that the Python package, which carries the same command, runs the same code. Of use
//! to others are [`run`] and [`config`], which says what is wrong with a config and where.

mod arguments;
mod cell_list;
mod command;
mod command_groups;
pub mod config;
mod console;
mod device;
pub mod failure;
mod global_arguments;
mod log_file;
mod logging;
mod progress;
mod settings;
mod stage_lines;
mod welcome;

use std::ffi::OsString;

use clap::Parser;

use arguments::Arguments;
use command::Command;
use global_arguments::GlobalArguments;
use settings::Settings;

/// Runs the program with what was typed, the program's name first, and returns its exit code: 0 done,
/// 1 failed, 2 bad use.
pub fn run(typed: impl IntoIterator<Item = OsString>) -> u8 {
    ganglion::model::memory::keep_freed_memory();
    match Arguments::try_parse_from(typed) {
        Ok(arguments) => obey(&arguments),
        Err(told) => {
            // Help and versions come this way as well; there is nowhere to complain about a failure.
            let _ = told.print();
            u8::try_from(told.exit_code()).unwrap_or(failure::BAD_USE)
        }
    }
}

fn obey(arguments: &Arguments) -> u8 {
    if arguments.lists_devices() {
        return failure::exit_code(|| console::print(&device::list()));
    }
    match arguments.command() {
        Some(command) => failure::exit_code(|| run_command(command, &arguments.global)),
        None => failure::nothing_to_do(&welcome::text()),
    }
}

fn run_command(command: &Command, options: &GlobalArguments) -> anyhow::Result<()> {
    let settings = Settings::new(options)?;
    logging::start(&settings)?;
    command.run(&settings, arguments::program)
}
