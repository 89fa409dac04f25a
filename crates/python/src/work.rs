//! Long work beside the interpreter: without its lock, told of, and stopped by Ctrl-C.
//!
//! The work runs on a thread of its own. The calling thread wakes ten times a second, tells Python how far
//! the work is and asks whether a signal came; if one did, the work is asked to stop, and the signal's
//! exception is raised once it has.

use std::any::Any;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::Duration;

use ganglion::Runner;
use ganglion::progress::{Meter, Progress, Work};
use pyo3::prelude::*;

use crate::error::{Kind, of_kind, raised};
use crate::messages::{self, Message};

/// Stack of a thread: that of a program's first thread.
const STACK: usize = 8 << 20;

/// Time between two looks at the work.
const LOOK: Duration = Duration::from_millis(100);

/// Runs work without the interpreter's lock, and tells `reporter` (a `ganglion._progress.Reporter`).
///
/// # Errors
/// Those of the work and of the reporter, and what a signal raises.
pub fn run<T: Send>(
    py: Python<'_>,
    reporter: &Bound<'_, PyAny>,
    overwrite: bool,
    work: impl FnOnce(&Runner<'_>) -> anyhow::Result<T> + Send,
) -> PyResult<T> {
    messages::listen();
    start_threads(0);
    let told = Arc::new(Told::default());
    let reporter = reporter.clone().unbind();
    let (outcome, interrupted) = py.detach(|| {
        thread::scope(|scope| {
            let worker = thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, || {
                    let listener = Listener(Arc::clone(&told));
                    let runner = Runner {
                        backend: None,
                        overwrite,
                        progress: &listener,
                    };
                    let outcome = panic::catch_unwind(AssertUnwindSafe(|| work(&runner)));
                    told.finish();
                    outcome
                });
            match worker {
                Ok(worker) => {
                    let interrupted = told.watch(&reporter);
                    (worker.join().unwrap_or_else(Err), interrupted)
                }
                Err(error) => (Ok(Err(error.into())), None),
            }
        })
    });
    let told_last = told.tell(py, &reporter);
    if let Some(error) = interrupted {
        return Err(error);
    }
    told_last?;
    match outcome {
        Ok(outcome) => outcome.map_err(|error| raised(py, error)),
        Err(panic) => {
            let sentence = format!("internal error: {}; please report it", text(&*panic));
            Err(of_kind(py, Kind::Internal, &sentence))
        }
    }
}

/// Work that is short, without the interpreter's lock: nobody is told of it, nor can stop it.
///
/// # Errors
/// Those of the work.
pub fn brief<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> anyhow::Result<T> + Send,
) -> PyResult<T> {
    start_threads(0);
    py.detach(work).map_err(|error| raised(py, error))
}

fn text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("unknown")
}

/// Starts so many threads, or one for each core by 0, at the first call; later ones change nothing. Returns
/// how many there are.
fn start_threads(threads: usize) -> usize {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Where another extension has started them, those are used.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(STACK)
            .build_global();
    });
    rayon::current_num_threads()
}

/// Computes on so many threads; returns how many there are.
#[pyfunction]
pub fn set_threads(threads: usize) -> usize {
    start_threads(threads)
}

/// What the work has told, and whether it is to stop.
#[derive(Default)]
struct Told {
    state: Mutex<State>,
    finished: Condvar,
    stop: AtomicBool,
    next: AtomicUsize,
}

#[derive(Default)]
struct State {
    is_finished: bool,
    lines: Vec<String>,
    meters: Vec<MeterState>,
}

#[derive(Clone)]
struct MeterState {
    number: usize,
    name: String,
    message: String,
    unit: String,
    total: usize,
    done: usize,
    is_finished: bool,
    has_changed: bool,
}

impl Told {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn finish(&self) {
        self.state().is_finished = true;
        self.finished.notify_all();
    }

    /// Tells the reporter until the work is finished; returns what ended it early.
    fn watch(&self, reporter: &Py<PyAny>) -> Option<PyErr> {
        let mut interrupted = None;
        loop {
            let state = self.state();
            let wait = self
                .finished
                .wait_timeout_while(state, LOOK, |state| !state.is_finished);
            let (state, _) = wait.unwrap_or_else(PoisonError::into_inner);
            if state.is_finished {
                return interrupted;
            }
            drop(state);
            let looked = Python::attach(|py| {
                py.check_signals()?;
                match interrupted {
                    None => self.tell(py, reporter),
                    Some(_) => Ok(()),
                }
            });
            if let Err(error) = looked {
                self.stop.store(true, Ordering::Relaxed);
                interrupted.get_or_insert(error);
            }
        }
    }

    /// Tells the reporter what is new.
    fn tell(&self, py: Python<'_>, reporter: &Py<PyAny>) -> PyResult<()> {
        let (lines, meters) = {
            let mut state = self.state();
            let changed = state.meters.iter_mut().filter(|meter| meter.has_changed);
            let meters: Vec<MeterState> = changed
                .map(|meter| {
                    meter.has_changed = false;
                    meter.clone()
                })
                .collect();
            state.meters.retain(|meter| !meter.is_finished);
            (mem::take(&mut state.lines), meters)
        };
        let reporter = reporter.bind(py);
        for line in lines {
            reporter.call_method1("say", (line,))?;
        }
        for one in meters {
            let told = (
                one.number,
                one.name,
                one.message,
                one.unit,
                one.done,
                one.total,
            );
            reporter.call_method1("meter", told)?;
            if one.is_finished {
                reporter.call_method1("finish", (one.number,))?;
            }
        }
        for Message { level, text } in messages::taken() {
            reporter.call_method1("message", (level, text))?;
        }
        Ok(())
    }
}

/// Writes down what the work tells.
struct Listener(Arc<Told>);

impl Progress for Listener {
    fn begin(&self, work: Work<'_>) -> Box<dyn Meter> {
        let (name, unit, total, done) = match work {
            Work::Simulating { part, frames } => (part, "frame", frames, 0),
            Work::Training { steps, done } => ("training", "step", steps, done),
            Work::Showing { experiment, frames } => (experiment, "frame", frames, 0),
            Work::Responding { bins } => ("responding", "bin", bins, 0),
            Work::Attributing {
                shown,
                responses,
                unit,
            } => (shown, unit, responses, 0),
            Work::Identifying { cells } => ("identifying circuits", "cell", cells, 0),
            Work::Reducing { experiment } => (experiment, "", 1, 0),
            _ => ("working", "", 1, 0),
        };
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        self.0.state().meters.push(MeterState {
            number,
            name: name.to_owned(),
            message: String::new(),
            unit: unit.to_owned(),
            total,
            done,
            is_finished: false,
            has_changed: true,
        });
        Box::new(NumberedMeter {
            told: Arc::clone(&self.0),
            number,
        })
    }

    fn say(&self, line: &str) {
        self.0.state().lines.push(line.to_owned());
    }

    fn log(&self, line: &str) {
        self.say(line);
    }

    fn stops(&self) -> bool {
        self.0.stop.load(Ordering::Relaxed)
    }
}

/// One of the meters that were begun.
struct NumberedMeter {
    told: Arc<Told>,
    number: usize,
}

impl NumberedMeter {
    fn change(&self, change: impl FnOnce(&mut MeterState)) {
        let mut state = self.told.state();
        let mut meters = state.meters.iter_mut();
        if let Some(meter) = meters.find(|meter| meter.number == self.number) {
            change(meter);
            meter.has_changed = true;
        }
    }
}

impl Meter for NumberedMeter {
    fn advance(&self, more: usize) {
        self.change(|meter| meter.done += more);
    }

    fn set(&self, done: usize) {
        self.change(|meter| meter.done = done);
    }

    fn set_total(&self, total: usize) {
        self.change(|meter| meter.total = total);
    }

    fn tell(&self, name: &str, message: &str) {
        self.change(|meter| {
            name.clone_into(&mut meter.name);
            message.clone_into(&mut meter.message);
        });
    }

    fn finish(&self) {
        self.change(|meter| meter.is_finished = true);
    }
}
