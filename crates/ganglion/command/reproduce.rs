//! `ganglion reproduce`

mod plan;
mod stage;

use std::path::PathBuf;

use clap::Args;
use ganglion_model::training::lock::Promise;
use ganglion_model::training::{RunLock, Warning};

use crate::arguments::Overwrite;
use crate::config::{ConfigFile, Override};
use crate::outputs::Outputs;
use crate::report;
use crate::settings::Settings;
use crate::{console, location};
use plan::Plan;

/// What was typed after `reproduce`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Config file with the tables of every stage, see `configs/quickstart.toml`
    #[arg(value_name = "CONFIG")]
    config: PathBuf,
    /// Start from a trained model: a run directory or a model directory; nothing is trained
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Set a key of the config, as in training.epochs=5; may be given several times
    #[arg(long, value_name = "KEY.PATH=VALUE")]
    set: Vec<Override>,
    /// Folder for everything [default: a folder in `reports`, named as the config]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    replacing: Overwrite,
}

/// Runs every stage that is not done yet, and writes the report.
///
/// Each stage is a command that can be run by hand; a stage is run again when its settings, the
/// program, or a stage that it needs has changed.
///
/// # Errors
/// Where a stage fails; those before it are kept, and the next call goes on from there.
pub fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<()> {
    let config = ConfigFile::read(&arguments.config, &arguments.set)?;
    config.check()?;
    let out = arguments.out.clone().unwrap_or_else(|| {
        PathBuf::from("reports").join(arguments.config.file_stem().unwrap_or_default())
    });
    let outputs = Outputs::of("reproduce", arguments.replacing.overwrite)
        .reading(&arguments.config)
        .reading_all(&arguments.model);
    let results = outputs.folder(&out, ["report.html"])?;
    let mut lock = RunLock::take(&out)?;
    let plan = Plan::new(&config, arguments.model.as_deref(), &out, &outputs)?;
    lock.keep();
    tell_promise(lock.promise());
    let stages = plan.stages();
    let mut finished = Vec::with_capacity(stages.len());
    for (index, stage) in stages.iter().enumerate() {
        if !settings.quiet {
            let line = stage.line();
            console::complain(&format!("[{}/{}] {line}", index + 1, stages.len() + 1));
        }
        finished.push(stage.run(&finished, &outputs, settings)?);
    }
    if !settings.quiet {
        console::complain(&format!("[{0}/{0}] writing the report", stages.len() + 1));
    }
    let model = location::Location::of(&plan.model);
    let contents = plan.contents(&model, &finished);
    let path = results.write(|out| report::write(out, &contents))?;
    console::print(&format!("report {}\n", path.display()))
}

/// Warns where the lock may not keep every other process out.
fn tell_promise(promise: &Promise) {
    if promise != &Promise::All {
        tracing::warn!("{}", Warning::Lock(promise.clone()));
    }
}
