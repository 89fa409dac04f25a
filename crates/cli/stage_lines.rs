//! One line a stage on standard error; all else goes into the log.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ganglion::progress::{Meter, Progress, Stage, StageEnd, Work};
use indicatif::{ProgressBar, ProgressStyle};

use crate::console;
use crate::log_file::LogFile;
use crate::progress::{Extent, ProgressBars, first_line, last_line};

/// While it is not known how much there is to do.
const WAITING: &str = "{prefix:41} {spinner} {elapsed}";
/// While it is.
const COUNTING: &str = "{prefix:41} {bar:16} {percent:>3} %  {eta:>3} left  {wide_msg}";
/// How often a bar is drawn anew.
const TICK: Duration = Duration::from_millis(200);

/// Bars on a terminal, lines elsewhere, nothing when quiet.
#[derive(Debug)]
pub struct StageLines {
    shown: ProgressBars,
    log: &'static LogFile,
    /// That of the present stage.
    bar: Mutex<ProgressBar>,
    found: Mutex<Vec<Found>>,
}

/// What a stage found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The stage.
    pub stage: String,
    /// In a sentence.
    pub sentence: String,
}

impl StageLines {
    /// No stage has begun.
    pub fn new(shown: ProgressBars, log: &'static LogFile) -> Self {
        Self {
            shown,
            log,
            bar: Mutex::new(ProgressBar::hidden()),
            found: Mutex::default(),
        }
    }

    /// What the stages found, in their order.
    pub fn found(&self) -> Vec<Found> {
        locked(&self.found).clone()
    }
}

/// A bar of a stage that failed does not stay.
impl Drop for StageLines {
    fn drop(&mut self) {
        locked(&self.bar).finish_and_clear();
    }
}

impl Progress for StageLines {
    fn stage_begins(&self, stage: &Stage<'_>) {
        self.log.open();
        self.log.line(&format!(
            "\n[{}/{}] {}",
            stage.place,
            stage.of,
            stage.line.unwrap_or(stage.name)
        ));
        match self.shown.draws() {
            true => *locked(&self.bar) = waiting(stage),
            false => self.shown.say(&name(stage)),
        }
    }

    fn stage_ends(&self, stage: &Stage<'_>, end: &StageEnd<'_>) {
        locked(&self.bar).finish_and_clear();
        let ended = match end.was_done {
            true => "done before".to_owned(),
            false => time(end.seconds),
        };
        self.log.line(&ended);
        let name = name(stage);
        self.shown.say(&match self.shown.draws() {
            true => format!("{name:41} {ended}"),
            false => format!("{name}: {ended}"),
        });
        if let Some(sentence) = end.found {
            locked(&self.found).push(Found {
                stage: stage.name.to_owned(),
                sentence: sentence.to_owned(),
            });
        }
    }

    fn stage_skipped(&self, name: &str, reason: &str) {
        self.log.open();
        let line = format!("{name}: skipped: {reason}");
        self.log.line(&line);
        self.shown.say(&line);
        locked(&self.found).push(Found {
            stage: name.to_owned(),
            sentence: format!("skipped: {reason}"),
        });
    }

    fn begin(&self, work: Work<'_>) -> Box<dyn Meter> {
        if let Some(line) = first_line(&work) {
            self.log.line(&line);
        }
        let bar = locked(&self.bar).clone();
        let Extent { name, total, done } = Extent::of(&work);
        bar.set_style(style(COUNTING));
        bar.set_message(name.to_owned());
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        bar.reset_eta();
        Box::new(StageMeter {
            bar,
            line: last_line(&work),
            log: self.log,
        })
    }

    fn say(&self, line: &str) {
        self.log.line(line);
    }

    fn log(&self, line: &str) {
        self.log.line(line);
    }
}

/// Counts one piece of a stage's work.
struct StageMeter {
    bar: ProgressBar,
    line: Option<String>,
    log: &'static LogFile,
}

impl Meter for StageMeter {
    fn advance(&self, more: usize) {
        self.bar.inc(more as u64);
    }

    fn set(&self, done: usize) {
        self.bar.set_position(done as u64);
    }

    fn set_total(&self, total: usize) {
        if self.bar.length() != Some(total as u64) {
            self.bar.set_length(total as u64);
            self.bar.reset_eta();
        }
    }

    fn tell(&self, name: &str, message: &str) {
        self.bar.set_message(format!("{name}  {message}"));
    }

    fn finish(&self) {
        self.bar.set_style(style(WAITING));
        if let Some(line) = &self.line {
            self.log.line(line);
        }
    }
}

fn waiting(stage: &Stage<'_>) -> ProgressBar {
    let bar = console::bars().add(ProgressBar::new(1).with_style(style(WAITING)));
    bar.set_prefix(name(stage));
    bar.enable_steady_tick(TICK);
    bar
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("a valid template")
}

/// A stage by its place and name.
fn name(stage: &Stage<'_>) -> String {
    let Stage {
        place, of, name, ..
    } = stage;
    let width = of.to_string().len();
    format!("[{place:width$}/{of}] {name}")
}

/// How long something took, with two digits or so.
fn time(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..10 => format!("{seconds:.1} s"),
        10..120 => format!("{whole} s"),
        120..7200 => format!("{} min", (seconds / 60.0).round()),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_unit_that_fits() {
        let told = [0.04, 9.4, 9.6, 119.4, 119.6, 7000.0, 7200.0].map(time);
        assert_eq!(
            told,
            [
                "0.0 s", "9.4 s", "10 s", "119 s", "2 min", "117 min", "2.0 h"
            ]
        );
    }
}
