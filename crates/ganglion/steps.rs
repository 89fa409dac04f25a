//! Progress of long work on standard error.

use std::io::{self, IsTerminal};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use crate::console;

/// A bar on a terminal, a line at the end elsewhere.
#[derive(Debug)]
pub struct Steps {
    bar: ProgressBar,
    line: Option<String>,
    start: Instant,
}

impl Steps {
    /// Work on `count` things called `unit`.
    pub fn new(name: &str, count: usize, unit: &str, quiet: bool) -> Self {
        let start = Instant::now();
        if quiet || !io::stderr().is_terminal() {
            let line = (!quiet).then(|| format!("{name}: {count} {unit}s"));
            let bar = ProgressBar::hidden();
            return Self { bar, line, start };
        }
        let template = "{prefix} {bar:30} {pos}/{len}  {eta} left";
        let style = ProgressStyle::with_template(template).expect("a valid template");
        let bar = console::bars().add(ProgressBar::new(count as u64).with_style(style));
        bar.set_prefix(name.to_owned());
        let line = None;
        Self { bar, line, start }
    }

    /// So many more are done.
    pub fn done(&self, count: usize) {
        self.bar.inc(count as u64);
    }

    /// Takes the bar off the terminal.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
        if let Some(line) = &self.line {
            let seconds = self.start.elapsed().as_secs_f64();
            console::complain(&format!("{line} in {seconds:.1} s"));
        }
    }
}
