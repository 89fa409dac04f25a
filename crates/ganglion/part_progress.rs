//! Progress of work that is done in parts on standard error.

use std::io::{self, IsTerminal};

use ganglion_simulation::session::Progress;
use indicatif::{ProgressBar, ProgressStyle};

use crate::console;

const TEMPLATE: &str = "{prefix} {bar:30} {percent:>3} %  {eta} left";

/// A bar on a terminal, a line a part elsewhere, nothing when quiet.
#[derive(Debug)]
pub struct PartProgress {
    quiet: bool,
    terminal: bool,
    part: String,
    bar: ProgressBar,
}

impl PartProgress {
    /// Nothing is shown before the work starts.
    pub fn new(quiet: bool) -> Self {
        Self {
            quiet,
            terminal: io::stderr().is_terminal(),
            part: String::new(),
            bar: ProgressBar::hidden(),
        }
    }

    /// Takes the bar off the terminal.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn begin(&mut self, part: &str, total: usize) {
        self.finish();
        self.part = part.to_owned();
        if self.quiet {
            return;
        }
        if !self.terminal {
            console::complain(&format!("{part}: {total} frames"));
            return;
        }
        let style = ProgressStyle::with_template(TEMPLATE).expect("a valid template");
        let bar = ProgressBar::new(total as u64).with_style(style);
        self.bar = console::bars().add(bar);
        self.bar.set_prefix(self.part.clone());
    }
}

impl Progress for PartProgress {
    fn advance(&mut self, part: &str, done: usize, total: usize) {
        if self.part != part {
            self.begin(part, total);
        }
        self.bar.set_position(done as u64);
    }
}
