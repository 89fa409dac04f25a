//! One command of a reproduction, run unless it is done.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use clap::Parser;
use ganglion_recording::write_atomically;
use serde::{Deserialize, Serialize};

use crate::arguments::{self, Arguments};
use crate::console;
use crate::outputs::Outputs;
use crate::settings::Settings;

/// File in a stage's folder that says with what it was finished.
const STAMP: &str = "stage.json";

/// A command and the folder that it fills.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name in the report.
    pub name: String,
    /// What would be typed after `ganglion`.
    pub arguments: Vec<String>,
    /// Where its results go.
    pub folder: PathBuf,
    /// Text of the config's tables that it reads.
    pub tables: String,
    /// Folder that exists once the command can go on from where it was interrupted.
    pub resume: Option<PathBuf>,
    /// Whether the command has an option `--overwrite`.
    pub can_overwrite: bool,
}

/// How a stage was finished.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    /// Its name.
    pub name: String,
    /// The command line.
    pub line: String,
    /// Program that ran it.
    pub program: String,
    /// Text of the config's tables that it read.
    pub tables: String,
    /// When the stages before it were finished, seconds since 1970.
    pub after: Vec<u64>,
    /// When it was finished, seconds since 1970.
    pub at: u64,
    /// How long it took.
    pub seconds: f64,
}

impl Stage {
    /// The command line.
    pub fn line(&self) -> String {
        let quoted = |argument: &String| match argument.contains([' ', '[', '"']) {
            true => format!("'{argument}'"),
            false => argument.clone(),
        };
        let arguments: Vec<String> = self.arguments.iter().map(quoted).collect();
        format!("ganglion {}", arguments.join(" "))
    }

    /// Runs the command, unless it was finished with the same settings after the same stages.
    ///
    /// # Errors
    /// Where the command fails.
    pub fn run(
        &self,
        before: &[Finished],
        outputs: &Outputs,
        settings: &Settings,
    ) -> anyhow::Result<Finished> {
        let wanted = self.wanted(before);
        if let Some(done) = self.done().filter(|done| done.is_same(&wanted)) {
            if !settings.quiet {
                console::complain("      done before");
            }
            return Ok(done);
        }
        let stamp = outputs.folder(&self.folder, [STAMP])?;
        let started = Instant::now();
        self.execute(outputs.overwrites(), settings)
            .with_context(|| format!("stage `{}`", self.name))?;
        let finished = Finished {
            at: now(),
            seconds: started.elapsed().as_secs_f64(),
            ..wanted
        };
        stamp.write(|_| self.save(&finished))?;
        Ok(finished)
    }

    fn execute(&self, overwrite: bool, settings: &Settings) -> anyhow::Result<()> {
        let program = std::iter::once("ganglion".to_owned());
        let interrupted = self.resume.as_ref().is_some_and(|folder| folder.exists());
        let resume = interrupted.then(|| "--resume".to_owned());
        let overwrite = (overwrite && self.can_overwrite).then(|| "--overwrite".to_owned());
        let line = program.chain(self.arguments.iter().cloned());
        let line = line.chain(resume).chain(overwrite);
        let parsed = Arguments::try_parse_from(line)?;
        parsed.command()?.run(settings)
    }

    fn wanted(&self, before: &[Finished]) -> Finished {
        let revision = arguments::revision().unwrap_or("unknown revision");
        Finished {
            name: self.name.clone(),
            line: self.line(),
            program: format!("ganglion {} ({revision})", env!("CARGO_PKG_VERSION")),
            tables: self.tables.clone(),
            after: before.iter().map(|stage| stage.at).collect(),
            at: 0,
            seconds: 0.0,
        }
    }

    fn done(&self) -> Option<Finished> {
        let text = fs::read_to_string(self.folder.join(STAMP)).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn save(&self, finished: &Finished) -> anyhow::Result<()> {
        let text = console::json(finished)?;
        let path = self.folder.join(STAMP);
        write_atomically(&path, |writer| writer.write_all(text.as_bytes()))?;
        Ok(())
    }
}

impl Finished {
    /// Whether another would do the same work from the same inputs.
    fn is_same(&self, other: &Self) -> bool {
        let what = |one: &Self| {
            (
                one.line.clone(),
                one.program.clone(),
                one.tables.clone(),
                one.after.clone(),
            )
        };
        what(self) == what(other)
    }
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(folder: PathBuf, tables: &str) -> Stage {
        Stage {
            name: "devices".to_owned(),
            arguments: vec!["inspect".to_owned(), "nowhere.h5".to_owned()],
            folder,
            tables: tables.to_owned(),
            resume: None,
            can_overwrite: false,
        }
    }

    #[test]
    fn a_stage_is_done_only_with_the_same_settings_after_the_same_stages() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            backend: None,
            quiet: true,
        };
        let outputs = Outputs::of("reproduce", false);
        let stage = stage(folder.path().to_owned(), "seed = 1");
        // The recording does not exist: the stage fails and leaves no stamp.
        assert!(stage.run(&[], &outputs, &settings).is_err());
        let finished = Finished {
            at: 7,
            ..stage.wanted(&[])
        };
        stage.save(&finished).unwrap();
        assert_eq!(stage.run(&[], &outputs, &settings).unwrap(), finished);
        let after_another = [finished.clone()];
        assert!(stage.run(&after_another, &outputs, &settings).is_err());
        let changed = super::tests::stage(folder.path().to_owned(), "seed = 2");
        assert!(changed.run(&[], &outputs, &settings).is_err());
    }
}
