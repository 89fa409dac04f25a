//! Options of every command, ready to use.

use anyhow::Context;
use ganglion::Runner;
use ganglion::model::device::BackendKind;

use crate::device::DeviceChoice;
use crate::global_arguments::{GlobalArguments, Overwrite};
use crate::progress::ProgressBars;

/// What every command needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The backend asked for on the command line.
    pub backend: Option<BackendKind>,
    /// Whether only results and errors are printed.
    pub quiet: bool,
    /// How progress is shown.
    pub bars: ProgressBars,
}

impl Settings {
    /// Reads the options and starts the threads.
    ///
    /// # Errors
    /// Where the threads cannot be started.
    pub fn new(arguments: &GlobalArguments) -> anyhow::Result<Self> {
        start_threads(arguments.threads)?;
        Ok(Self {
            backend: arguments.device.and_then(DeviceChoice::backend),
            quiet: arguments.quiet,
            bars: ProgressBars::new(arguments.quiet),
        })
    }

    /// What a stage that replaces nothing of others is run with.
    pub fn runner(&self) -> Runner<'_> {
        Runner {
            backend: self.backend,
            overwrite: false,
            progress: &self.bars,
        }
    }

    /// What a stage is run with.
    pub fn replacing(&self, replacing: Overwrite) -> Runner<'_> {
        Runner {
            overwrite: replacing.overwrite,
            ..self.runner()
        }
    }

    /// The backend for commands that have no config file.
    pub fn backend(&self) -> BackendKind {
        self.backend.unwrap_or_default()
    }
}

/// Stack of a thread of the pool: that of a program's first thread.
const STACK: usize = 8 << 20;

/// Starts a number of threads, as many as there are cores if none is given.
fn start_threads(threads: Option<usize>) -> anyhow::Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .stack_size(STACK)
        .build_global()
        .with_context(|| match threads {
            Some(threads) => {
                format!("--threads {threads}: the threads cannot be started; use fewer")
            }
            None => "the threads cannot be started; use fewer with `--threads`".to_owned(),
        })
}
