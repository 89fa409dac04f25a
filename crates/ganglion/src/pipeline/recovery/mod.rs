//! Many simulated retinas, each recorded from, learned, identified and scored, unattended.

mod retina_folder;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use ganglion_experiment::ExperimentConfig;
use ganglion_model::training::{RunConfig, RunLock};

use super::{PipelineConfig, clear_leftovers, tell_promise};
use crate::error::{Error, Result};
use crate::outputs::Outputs;
use crate::results::{RecoveredRetina, RecoverySummary, write_json, write_text};
use crate::runner::Runner;
use crate::stages::simulate::SimulateTables;
use retina_folder::RetinaFolder;

/// Name of the resolved config.
const CONFIG: &str = "config.toml";
/// Names of what is written for all retinas together.
const NAMES: [&str; 3] = ["summary.json", "retinas.csv", CONFIG];

/// Retinas of one config, each from its own seed, in a folder of its own.
///
/// A retina that is complete is not made again; one that was interrupted goes on from its last complete
/// stage, its training from its last checkpoint.
#[derive(Clone, Debug)]
pub struct Recovery {
    /// The tables of every stage; those of the simulation and of training are needed. Experiments are
    /// made on the simulated retina, whole and with parts silenced, and on the network.
    pub config: PipelineConfig,
    /// How many retinas.
    pub retinas: u64,
    /// Seed of the first; the others follow.
    pub first_seed: u64,
    /// Folder for all of them.
    pub out: PathBuf,
    /// Whether movies and checkpoints are removed once a retina is complete.
    pub discard_recordings: bool,
    /// The config as it was written; made of `config` if there is none.
    pub document: Option<String>,
    /// The file that the config was read from, if any, which is never replaced.
    pub file: Option<PathBuf>,
}

impl Recovery {
    /// Makes the retinas that are not complete, and puts the scores of all together; `tell` is told what
    /// each stage found, in words.
    ///
    /// # Errors
    /// Where a stage fails; what was done before is kept, and the next call goes on from there. Where the
    /// folder holds retinas of another config. Those of `tell`.
    pub fn run(
        &self,
        runner: &Runner<'_>,
        mut tell: impl FnMut(&str) -> Result<()>,
    ) -> Result<RecoverySummary> {
        let (tables, training) = self.needed()?;
        let outputs = Outputs::of("recovery", runner.overwrite).reading_all(&self.file);
        let results = outputs.folder(&self.out, NAMES)?;
        let document = match &self.document {
            Some(document) => document.clone(),
            None => self.config.document()?,
        };
        self.refuse_other_config(&document)?;
        let mut lock = RunLock::take(&self.out)?;
        lock.keep();
        tell_promise(lock.promise());
        let seeds = self.first_seed..self.first_seed.saturating_add(self.retinas);
        let folder = |seed: u64| self.out.join(format!("retina{seed}"));
        clear_leftovers(&lock, &self.out, seeds.clone().map(folder))?;
        results.write(|out| write_text(&out.join(CONFIG), &document))?;
        let mut made = Vec::new();
        for (index, seed) in seeds.enumerate() {
            let retina = RetinaFolder {
                folder: folder(seed),
                recovery: self,
                seed,
            };
            let line = format!("[{}/{}] retina {seed}", index + 1, self.retinas);
            runner.progress.say(&line);
            made.push(retina.complete(tables, training, &outputs, runner, &mut tell)?);
            let summary = RecoverySummary::of(&made);
            results.write(|out| {
                write_text(&out.join("retinas.csv"), &summary.table()?)?;
                write_json(&out.join("summary.json"), &summary)
            })?;
        }
        tell_mixed(&made);
        Ok(RecoverySummary::of(&made))
    }

    fn needed(&self) -> Result<(&SimulateTables, &RunConfig)> {
        let missing = |table: &str| {
            Error::request(format!(
                "there is no table `{table}` in the config; a recovery needs `simulation`, `recording`, \
                 `model` and `training`, as in configs/recovery.toml"
            ))
        };
        if self.retinas == 0 {
            return Err(Error::request("0 retinas are none; give 1 or more"));
        }
        self.refuse_repeated_experiments()?;
        let simulation = self.config.simulation.as_ref();
        let training = self.config.training.as_ref();
        Ok((
            simulation.ok_or_else(|| missing("simulation"))?,
            training.ok_or_else(|| missing("recording"))?,
        ))
    }

    /// Experiments on a retina have a folder each, by their names.
    fn refuse_repeated_experiments(&self) -> Result<()> {
        let mut seen = BTreeSet::new();
        let mut names = self.experiments().map(ExperimentConfig::name);
        match names.find(|name| !seen.insert(*name)) {
            None => Ok(()),
            Some(name) => Err(Error::request(format!(
                "`experiments` has `{name}` more than once, and a recovery keeps one of each phenomenon; \
                 leave one, or make the others in a config and an --out of their own"
            ))),
        }
    }

    fn experiments(&self) -> impl Iterator<Item = &ExperimentConfig> {
        self.config.experiments.iter().flatten()
    }

    /// Retinas of two configs would be scored together as if they were of one.
    fn refuse_other_config(&self, document: &str) -> Result<()> {
        let file = self.out.join(CONFIG);
        let before = fs::read_to_string(&file).ok();
        if before.is_some_and(|before| before != document) {
            return Err(Error::request(format!(
                "{} is another config than this one; choose another --out, or go on with that config",
                file.display()
            )));
        }
        Ok(())
    }
}

/// Warns where some retinas were identified with the cells' own spikes and others without, by an earlier version: their
/// scores are not of one method.
fn tell_mixed(made: &[RecoveredRetina]) {
    let without: Vec<String> = (made.iter().filter(|one| one.own_spikes != Some(true)))
        .map(|one| one.seed.to_string())
        .collect();
    if !without.is_empty() && without.len() < made.len() {
        tracing::warn!(
            "circuits of the retinas {} do not follow the cells' own spikes, those of the others do; scores over all are of \
             two methods. Remove the folders of those retinas and give the same command again",
            without.join(", ")
        );
    }
}
