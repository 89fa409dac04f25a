//! Progress on standard error: one bar for all that takes long.

use std::io::{self, IsTerminal};
use std::time::Instant;

use ganglion::progress::{Meter, Progress, Work};
use indicatif::{ProgressBar, ProgressStyle};

use crate::console;

/// Bars on a terminal, lines elsewhere, nothing when quiet.
#[derive(Clone, Copy, Debug)]
pub struct ProgressBars {
    quiet: bool,
    terminal: bool,
}

impl ProgressBars {
    /// On standard error, unless quiet.
    pub fn new(quiet: bool) -> Self {
        Self {
            quiet,
            terminal: io::stderr().is_terminal(),
        }
    }
}

impl Progress for ProgressBars {
    fn begin(&self, work: Work<'_>) -> Box<dyn Meter> {
        let is_shown = self.terminal && !self.quiet;
        let line = match is_shown {
            true => None,
            false => last_line(&work),
        };
        if let Some(line) = first_line(&work).filter(|_| !is_shown) {
            self.say(&line);
        }
        let bar = match is_shown {
            true => console::bars().add(drawn(&work)),
            false => ProgressBar::hidden(),
        };
        Box::new(MeterBar {
            bar,
            line: line.filter(|_| !self.quiet),
            start: Instant::now(),
        })
    }

    fn say(&self, line: &str) {
        if !self.quiet {
            console::complain(line);
        }
    }

    fn log(&self, line: &str) {
        if !self.terminal {
            self.say(line);
        }
    }
}

/// The bar of some work.
fn drawn(work: &Work<'_>) -> ProgressBar {
    let (template, name, total) = match *work {
        Work::Simulating { part, frames } => {
            ("{prefix} {bar:30} {percent:>3} %  {eta} left", part, frames)
        }
        Work::Training { steps, .. } => (
            "{prefix} {bar:30} {percent:>3} %  {msg}  {eta} left",
            "",
            steps,
        ),
        Work::Showing { experiment, frames } => (
            "{prefix} {bar:30} {percent:>3} %  {pos} of {len} frames  {eta} left",
            experiment,
            frames,
        ),
        Work::Attributing {
            shown, responses, ..
        } => (
            "{prefix} {bar:30} {pos}/{len}  {eta} left",
            shown,
            responses,
        ),
        Work::Identifying { cells } => (
            "{prefix} {bar:30} {pos}/{len}  {eta} left",
            IDENTIFYING,
            cells,
        ),
        Work::Reducing { experiment } => ("{prefix} {bar:30} {pos}/{len}  {msg}", experiment, 1),
        _ => ("{bar:30} {pos}", "", 1),
    };
    let style = ProgressStyle::with_template(template).expect("a valid template");
    let bar = ProgressBar::new(total as u64).with_style(style);
    bar.set_prefix(name.to_owned());
    if let Work::Training { done, .. } = *work {
        bar.set_position(done as u64);
        bar.reset_eta();
    }
    bar
}

const IDENTIFYING: &str = "identifying circuits";

/// What is told of work when it begins, where no bar is drawn.
fn first_line(work: &Work<'_>) -> Option<String> {
    match work {
        Work::Simulating { part, frames } => Some(format!("{part}: {frames} frames")),
        Work::Showing { experiment, frames } => {
            Some(format!("{experiment}: showing {frames} frames"))
        }
        Work::Reducing { experiment } => Some(format!("reducing {experiment}")),
        _ => None,
    }
}

/// What is told of work when it is done, where no bar is drawn.
fn last_line(work: &Work<'_>) -> Option<String> {
    match work {
        Work::Attributing {
            shown,
            responses,
            unit,
        } => Some(format!("{shown}: {responses} {unit}s")),
        Work::Identifying { cells } => Some(format!("{IDENTIFYING}: {cells} cells")),
        _ => None,
    }
}

/// A bar that is drawn or not.
struct MeterBar {
    bar: ProgressBar,
    line: Option<String>,
    start: Instant,
}

impl Meter for MeterBar {
    fn advance(&self, more: usize) {
        self.bar.inc(more as u64);
    }

    fn set(&self, done: usize) {
        self.bar.set_position(done as u64);
    }

    fn set_total(&self, total: usize) {
        self.bar.set_length(total as u64);
    }

    fn tell(&self, name: &str, message: &str) {
        self.bar.set_prefix(name.to_owned());
        self.bar.set_message(message.to_owned());
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
        if let Some(line) = &self.line {
            let seconds = self.start.elapsed().as_secs_f64();
            console::complain(&format!("{line} in {seconds:.1} s"));
        }
    }
}
