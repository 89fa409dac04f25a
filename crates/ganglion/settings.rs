//! Options of every command, ready to use.

use anyhow::Context;
use ganglion_model::device::BackendKind;

use crate::arguments::GlobalArguments;
use crate::device::DeviceChoice;

/// What every command needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The backend asked for on the command line.
    pub backend: Option<BackendKind>,
    /// Whether only results and errors are printed.
    pub quiet: bool,
}

impl Settings {
    /// Reads the options and starts the threads.
    ///
    /// # Errors
    /// Where the threads cannot be started.
    pub fn new(arguments: &GlobalArguments) -> anyhow::Result<Self> {
        if let Some(threads) = arguments.threads {
            start_threads(threads)?;
        }
        Ok(Self {
            backend: arguments.device.and_then(DeviceChoice::backend),
            quiet: arguments.quiet,
        })
    }

    /// The backend for commands that have no config file.
    pub fn backend(&self) -> BackendKind {
        self.backend.unwrap_or_default()
    }
}

fn start_threads(threads: usize) -> anyhow::Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .with_context(|| format!("--threads {threads}: the threads cannot be started; use fewer"))
}
