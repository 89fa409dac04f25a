//! One stage of a reproduction, run unless it is done.

use std::fs;
use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use ganglion_recording::sha256_of;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::line::CommandLine;
use super::task::Task;
use crate::error::{Context as _, Result};
use crate::outputs::Outputs;
use crate::program::{PROGRAM, revision};
use crate::progress::StageEnd;
use crate::results::write_json;
use crate::runner::Runner;

/// File in a stage's folder that says with what it was finished.
const STAMP: &str = "stage.json";

/// A stage and the folder that it fills.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name in the report.
    pub name: String,
    /// What it does.
    pub task: Task,
    /// The command that does the same.
    pub line: CommandLine,
    /// Where its results go.
    pub folder: PathBuf,
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
    /// SHA-256 of its settings as JSON.
    pub settings_sha256: String,
    /// SHA-256 of each file that it read; none where there was no such file.
    #[serde(default)]
    pub inputs_sha256: Vec<Option<String>>,
    /// When the stages before it were finished, seconds since 1970.
    pub after: Vec<u64>,
    /// When it was finished, seconds since 1970.
    pub at: u64,
    /// How long it took.
    pub seconds: f64,
    /// What it found, in a sentence; none where it finds nothing, or an earlier version finished it.
    #[serde(default)]
    pub found: Option<String>,
}

/// A stage that is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    /// How it was finished.
    pub finished: Finished,
    /// Whether that was before.
    pub was_done: bool,
}

impl Ran {
    /// The same, for whoever is told.
    pub fn end(&self) -> StageEnd<'_> {
        StageEnd {
            was_done: self.was_done,
            seconds: self.finished.seconds,
            found: self.finished.found.as_deref(),
        }
    }
}

impl Step {
    /// Runs the stage, unless it was finished with the same settings after the same stages.
    ///
    /// # Errors
    /// Where the stage fails.
    pub fn run(
        &self,
        before: &[Finished],
        outputs: &Outputs,
        runner: &Runner<'_>,
        tell: &mut dyn FnMut(&str) -> Result<()>,
    ) -> Result<Ran> {
        let wanted = self.wanted(before)?;
        if let Some(done) = self.done().filter(|done| done.is_same(&wanted)) {
            return Ok(Ran {
                finished: done,
                was_done: true,
            });
        }
        let stamp = outputs.folder(&self.folder, [STAMP])?;
        let started = Instant::now();
        let found = self
            .task
            .run(runner, tell)
            .with_context(|| format!("stage `{}`", self.name))?;
        let finished = Finished {
            at: now(),
            seconds: started.elapsed().as_secs_f64(),
            found,
            ..wanted
        };
        stamp.write(|folder| write_json(&folder.join(STAMP), &finished))?;
        Ok(Ran {
            finished,
            was_done: false,
        })
    }

    fn wanted(&self, before: &[Finished]) -> Result<Finished> {
        let revision = revision().unwrap_or("unknown revision");
        let settings = Sha256::digest(serde_json::to_vec(&self.task)?);
        let hexadecimal = settings.iter().map(|byte| format!("{byte:02x}"));
        Ok(Finished {
            name: self.name.clone(),
            line: self.line.to_string(),
            program: format!("{PROGRAM} ({revision})"),
            settings_sha256: hexadecimal.collect(),
            inputs_sha256: self.inputs()?,
            after: before.iter().map(|stage| stage.at).collect(),
            at: 0,
            seconds: 0.0,
            found: None,
        })
    }

    fn inputs(&self) -> Result<Vec<Option<String>>> {
        let files = self.task.inputs().into_iter();
        let digest = |file: PathBuf| Ok(file.is_file().then(|| sha256_of(&file)).transpose()?);
        files.map(digest).collect()
    }

    fn done(&self) -> Option<Finished> {
        let text = fs::read_to_string(self.folder.join(STAMP)).ok()?;
        serde_json::from_str(&text).ok()
    }
}

impl Finished {
    /// Whether another would do the same work from the same inputs.
    fn is_same(&self, other: &Self) -> bool {
        self.line == other.line
            && self.program == other.program
            && self.settings_sha256 == other.settings_sha256
            && self.inputs_sha256 == other.inputs_sha256
            && self.after == other.after
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
    use crate::stages::Evaluate;

    fn step(folder: PathBuf, recording: &str) -> Step {
        Step {
            name: "Evaluation".to_owned(),
            task: Task::Evaluate(Evaluate::new("nowhere", recording)),
            line: CommandLine::new("evaluate"),
            folder,
        }
    }

    #[test]
    fn a_stage_is_done_only_with_the_same_settings_after_the_same_stages() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = Outputs::of("reproduce", false);
        let run = |step: &Step, before: &[Finished]| -> Result<Finished> {
            let ran = step.run(before, &outputs, &Runner::default(), &mut |_| Ok(()))?;
            assert!(ran.was_done);
            Ok(ran.finished)
        };
        let first = step(folder.path().to_owned(), "a.h5");
        // The model does not exist: the stage fails and leaves no stamp.
        assert!(run(&first, &[]).is_err());
        let finished = Finished {
            at: 7,
            ..first.wanted(&[]).unwrap()
        };
        write_json(&folder.path().join(STAMP), &finished).unwrap();
        assert_eq!(run(&first, &[]).unwrap(), finished);
        assert!(run(&first, std::slice::from_ref(&finished)).is_err());
        assert!(run(&step(folder.path().to_owned(), "b.h5"), &[]).is_err());
        // A recording that changes under its name is another one.
        let path = folder.path().join("c.h5");
        fs::write(&path, "one").unwrap();
        let changing = step(folder.path().to_owned(), path.to_str().unwrap());
        let finished = changing.wanted(&[]).unwrap();
        write_json(&folder.path().join(STAMP), &finished).unwrap();
        assert_eq!(run(&changing, &[]).unwrap(), finished);
        fs::write(&path, "two").unwrap();
        assert!(run(&changing, &[]).is_err());
    }
}
