//! The log of a command that shows little: all that it would have told, in a file.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use ganglion::PROGRAM;
use ganglion::outputs::Outputs;

use crate::console;

/// With what every log begins, by which it is known again.
const FIRST: &str = "# Log of ganglion";

/// The log of this program's run, if it keeps one.
static KEPT: OnceLock<LogFile> = OnceLock::new();

/// A log. It is the one file that grows line by line, not written aside, so that it tells how far a command
/// came that was killed. What is told before the file may be made is kept in memory until then.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    file: Option<File>,
    /// What waits for the file.
    waiting: String,
    /// Whether it was told that the file cannot be written.
    is_lost: bool,
    warnings: usize,
}

/// Keeps a log from now on. An earlier log is gone on with.
///
/// # Errors
/// Where something else is in its place.
pub fn keep(
    path: &Path,
    command: &'static str,
    overwrite: bool,
) -> anyhow::Result<&'static LogFile> {
    let target = Outputs::of(command, overwrite).file(path, is_log)?;
    Ok(KEPT.get_or_init(|| LogFile {
        path: target,
        state: Mutex::default(),
    }))
}

/// The log that is kept, if one is.
pub fn kept() -> Option<&'static LogFile> {
    KEPT.get()
}

/// To be gone on with; what is no log, the user has allowed to be replaced.
fn opened(path: &Path) -> io::Result<File> {
    match is_log(path) {
        true => OpenOptions::new().append(true).open(path),
        false => File::create(path),
    }
}

fn is_log(path: &Path) -> bool {
    let mut first = String::new();
    let read = File::open(path).and_then(|file| BufReader::new(file).read_line(&mut first));
    read.is_ok() && first.starts_with(FIRST)
}

impl LogFile {
    /// The folder is there and ours: what is told goes into the file from now on.
    pub fn open(&self) {
        self.with(|state| {
            if state.file.is_some() || state.is_lost {
                return;
            }
            match opened(&self.path) {
                Ok(file) => state.file = Some(file),
                Err(error) => return self.lose(state, &error),
            }
            let heading = format!("{FIRST}: {PROGRAM}, {}\n", command_line());
            let waiting = heading + &std::mem::take(&mut state.waiting);
            self.write(state, &waiting);
        });
    }

    /// Adds a line, or several.
    pub fn line(&self, line: &str) {
        self.with(|state| self.write(state, &format!("{}\n", line.trim_end())));
    }

    /// Adds a warning.
    pub fn warn(&self, line: &str) {
        self.with(|state| {
            state.warnings += 1;
            self.write(state, &format!("{}\n", line.trim_end()));
        });
    }

    /// Where the log is, and how many warnings it has; or what would be in it, where no file was made.
    pub fn summary(&self) -> Option<String> {
        let path = self.path.display();
        self.with(|state| match (&state.file, state.warnings) {
            (None, _) if state.waiting.is_empty() => None,
            (None, _) => Some(state.waiting.trim_end().to_owned()),
            (Some(_), 0) => Some(format!("log {path}")),
            (Some(_), 1) => Some(format!("log {path}, with 1 warning")),
            (Some(_), count) => Some(format!("log {path}, with {count} warnings")),
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, state: &mut State, text: &str) {
        match &mut state.file {
            None if state.is_lost => (),
            None => state.waiting += text,
            Some(file) => {
                if let Err(error) = file.write_all(text.as_bytes()) {
                    state.file = None;
                    self.lose(state, &error);
                }
            }
        }
    }

    /// A log that cannot be written ends no work, but is told of once.
    fn lose(&self, state: &mut State, error: &io::Error) {
        state.is_lost = true;
        let path = self.path.display();
        console::complain(&format!("warning: {path} cannot be written: {error}"));
    }
}

/// What was typed, for people.
fn command_line() -> String {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    format!("ganglion {}", arguments.join(" "))
}
