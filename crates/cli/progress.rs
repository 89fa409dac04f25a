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

    /// Whether bars are drawn.
    pub fn draws(&self) -> bool {
        self.terminal && !self.quiet
    }
}

impl Progress for ProgressBars {
    fn begin(&self, work: Work<'_>) -> Box<dyn Meter> {
        let is_shown = self.draws();
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

/// What is counted of some work.
pub struct Extent<'a> {
    /// What is done.
    pub name: &'a str,
    /// How much there is to do, as far as it is known.
    pub total: usize,
    /// How much of it was done before.
    pub done: usize,
}

impl<'a> Extent<'a> {
    /// That of some work.
    pub fn of(work: &Work<'a>) -> Self {
        let (name, total, done) = match *work {
            Work::Simulating { part, frames } => (part, frames, 0),
            Work::Training { steps, done } => ("", steps, done),
            Work::Showing { experiment, frames } => (experiment, frames, 0),
            Work::Attributing {
                shown, responses, ..
            } => (shown, responses, 0),
            Work::Identifying { cells } => (IDENTIFYING, cells, 0),
            Work::Reducing { experiment } => (experiment, 1, 0),
            _ => ("", 1, 0),
        };
        Self { name, total, done }
    }
}

/// The bar of some work.
fn drawn(work: &Work<'_>) -> ProgressBar {
    let template = match work {
        Work::Simulating { .. } => "{prefix} {bar:30} {percent:>3} %  {eta} left",
        Work::Training { .. } => "{prefix} {bar:30} {percent:>3} %  {msg}  {eta} left",
        Work::Showing { .. } => {
            "{prefix} {bar:30} {percent:>3} %  {pos} of {len} frames  {eta} left"
        }
        Work::Attributing { .. } | Work::Identifying { .. } => {
            "{prefix} {bar:30} {pos}/{len}  {eta} left"
        }
        Work::Reducing { .. } => "{prefix} {bar:30} {pos}/{len}  {msg}",
        _ => "{bar:30} {pos}",
    };
    let style = ProgressStyle::with_template(template).expect("a valid template");
    let Extent { name, total, done } = Extent::of(work);
    let bar = ProgressBar::new(total as u64).with_style(style);
    bar.set_prefix(name.to_owned());
    if done > 0 {
        bar.set_position(done as u64);
        bar.reset_eta();
    }
    bar
}

const IDENTIFYING: &str = "identifying circuits";

/// What is told of work when it begins, where no bar is drawn.
pub fn first_line(work: &Work<'_>) -> Option<String> {
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
pub fn last_line(work: &Work<'_>) -> Option<String> {
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
