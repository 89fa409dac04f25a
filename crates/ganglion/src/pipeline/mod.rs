//! Everything that a config asks for, from a simulated retina or a recording to one report.
//!
//! A [`Pipeline`] is a row of typed [stages](crate::stages). Each is told as the command line that does
//! the same, so that it can be run by hand; each leaves a stamp in its folder that says with what it was
//! finished, and is run again when its settings, the program, or a stage before it has changed.

mod config;
mod fitting;
mod line;
mod plan;
mod recovery;
mod step;
mod task;

use std::path::{Path, PathBuf};
use std::time::Instant;

use ganglion_model::training::lock::Promise;
use ganglion_model::training::{RunLock, TrainingWarning};
use ganglion_recording::remove_leftovers;

use crate::error::Result;
use crate::location::Location;
use crate::outputs::{Outputs, ResultFolder};
use crate::progress::{Progress, Stage, StageEnd};
use crate::report::{self, Contents};
use crate::runner::Runner;
pub use config::PipelineConfig;
use plan::Plan;
pub use recovery::Recovery;

/// A reproduction: what is done, and the folder for all of it.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The tables of every stage.
    pub config: PipelineConfig,
    /// A trained model to start from: a run directory or a model directory; nothing is simulated or
    /// trained then.
    pub model: Option<PathBuf>,
    /// Networks that are trained, with consecutive seeds, one at least. Circuits are identified from their mean; those behind
    /// phenomena are the first one's, with in how many networks each pathway is found; verdicts are those of all together.
    pub networks: usize,
    /// The folder.
    pub out: PathBuf,
    /// The config as it was written, with every override, in TOML whose paths are absolute; it is kept in
    /// the folder and in the report. Made of `config` if there is none.
    pub document: Option<String>,
    /// The file that the config was read from, if any, which is never replaced.
    pub file: Option<PathBuf>,
}

impl Pipeline {
    /// Does what a config asks for in a folder.
    pub fn new(config: PipelineConfig, out: impl Into<PathBuf>) -> Self {
        Self {
            config,
            model: None,
            networks: 1,
            out: out.into(),
            document: None,
            file: None,
        }
    }

    /// Runs every stage that is not done yet, and writes the report; `tell` is told what each stage
    /// found, in words. Returns the report's file.
    ///
    /// # Errors
    /// Where a stage fails; those before it are kept, and the next call goes on from there. Those of
    /// `tell`.
    pub fn run(
        &self,
        runner: &Runner<'_>,
        mut tell: impl FnMut(&str) -> Result<()>,
    ) -> Result<PathBuf> {
        let outputs = Outputs::of("reproduce", runner.overwrite)
            .reading_all(&self.file)
            .reading_all(&self.model);
        let results = outputs.folder(&self.out, ["report.html"])?;
        let mut lock = RunLock::take(&self.out)?;
        let plan = Plan::new(self, &outputs)?;
        for skipped in plan.skipped() {
            runner
                .progress
                .stage_skipped(&skipped.title(), &skipped.reason);
        }
        lock.keep();
        tell_promise(lock.promise());
        clear_leftovers(&lock, &self.out, plan.steps.iter().map(|step| &step.folder))?;
        let count = plan.steps.len() + 1;
        let mut finished = Vec::with_capacity(plan.steps.len());
        for (index, step) in plan.steps.iter().enumerate() {
            let line = step.line.to_string();
            let stage = Stage {
                place: index + 1,
                of: count,
                name: &step.name,
                line: Some(&line),
            };
            runner.progress.stage_begins(&stage);
            let ran = step.run(&finished, &outputs, runner, &mut tell)?;
            runner.progress.stage_ends(&stage, &ran.end());
            finished.push(ran.finished);
        }
        let contents = plan.contents(&Location::of(&plan.model), &finished);
        write_report(&results, &contents, count, runner.progress)
    }
}

/// Writes the report, the last stage; returns its file.
fn write_report(
    results: &ResultFolder,
    contents: &Contents,
    count: usize,
    progress: &dyn Progress,
) -> Result<PathBuf> {
    let stage = Stage {
        place: count,
        of: count,
        name: "Writing the report",
        line: None,
    };
    let started = Instant::now();
    progress.stage_begins(&stage);
    let report = results.write(|out| report::write(out, contents))?;
    let end = StageEnd {
        was_done: false,
        seconds: started.elapsed().as_secs_f64(),
        found: None,
    };
    progress.stage_ends(&stage, &end);
    Ok(report)
}

/// Removes what a killed process left of files that it was writing, where the lock says that nobody else writes: in
/// the folder itself and in those that are made inside it. Other folders there may be another process's.
fn clear_leftovers(
    lock: &RunLock,
    out: &Path,
    made: impl Iterator<Item = impl AsRef<Path>>,
) -> Result<()> {
    if lock.promise() != &Promise::All {
        return Ok(());
    }
    remove_leftovers(out, false)?;
    for folder in made {
        remove_leftovers(folder.as_ref(), true)?;
    }
    Ok(())
}

/// Warns where the lock may not keep every other process out.
fn tell_promise(promise: &Promise) {
    if promise != &Promise::All {
        tracing::warn!("{}", TrainingWarning::Lock(promise.clone()));
    }
}
