//! `ganglion manual`

use std::path::PathBuf;

use clap::Args;
use clap_mangen::Man;
use ganglion::PROGRAM;
use ganglion::outputs::Outputs;
use ganglion::results::write_text;

use crate::console;
use crate::global_arguments::Overwrite;

/// What was typed after `manual`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder for the pages, such as `~/.local/share/man/man1`
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    replacing: Overwrite,
}

/// Writes a page of the manual for the program and for each command, and prints their names.
///
/// # Errors
/// Where a page cannot be written, or something else is in its place.
pub fn run(arguments: &Arguments, program: clap::Command) -> anyhow::Result<()> {
    let pages = pages(program)?;
    let outputs = Outputs::of("manual", arguments.replacing.overwrite);
    let names = pages.iter().map(|page| page.name.as_str());
    let folder = outputs.folder(&arguments.out, names)?;
    folder.write(|folder| {
        (pages.iter()).try_for_each(|page| write_text(&folder.join(&page.name), &page.text))
    })?;
    let line = |page: &Page| format!("{}\n", arguments.out.join(&page.name).display());
    console::print(&pages.iter().map(line).collect::<String>())
}

/// A page of the manual, in the form that `man` reads.
struct Page {
    /// Its file.
    name: String,
    text: String,
}

/// That of the program, then those of its commands.
fn pages(mut program: clap::Command) -> anyhow::Result<Vec<Page>> {
    // Options of every command are then those of each, and each knows its full name.
    program.build();
    let commands = program.get_subcommands();
    let commands = commands.filter(|command| command.get_name() != "help");
    [&program].into_iter().chain(commands).map(page).collect()
}

fn page(command: &clap::Command) -> anyhow::Result<Page> {
    let man = Man::new(command.clone())
        .source(PROGRAM)
        .manual("Manual of ganglion");
    let mut text = Vec::new();
    man.render(&mut text)?;
    Ok(Page {
        name: man.get_filename(),
        text: String::from_utf8(text)?,
    })
}
