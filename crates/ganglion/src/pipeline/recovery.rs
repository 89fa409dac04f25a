//! Many simulated retinas, each recorded from, learned, identified and scored, unattended.

use std::fs;
use std::path::{Path, PathBuf};

use ganglion_experiment::ExperimentConfig;
use ganglion_model::training::{RunConfig, RunLock};
use ganglion_plot::Format;
use ganglion_recording::ConfigPath;
use ganglion_reduction::score::ScoreSummary;

use super::line::CommandLine;
use super::plan::recordings;
use super::step::{Finished, Step};
use super::task::Task;
use super::{PipelineConfig, tell_promise};
use crate::error::{Context as _, Error, Result};
use crate::outputs::Outputs;
use crate::results::{
    EvaluationSummary, RecoveredRetina, RecoverySummary, SimulationSummary, read, read_summary,
    write_json, write_text,
};
use crate::runner::Runner;
use crate::stages::simulate::SimulateTables;
use crate::stages::{Evaluate, Experiment, Identify, Score, Simulate, Train};

/// Name of the resolved config.
const CONFIG: &str = "config.toml";
/// What a complete retina leaves in its folder.
const RETINA: &str = "retina.json";
/// Names of what is written for all retinas together.
const NAMES: [&str; 3] = ["summary.json", "retinas.csv", CONFIG];
/// Parts of a retina that experiments are made without.
const SILENCED: [&str; 3] = ["on", "off", "inhibition"];

/// Retinas of one config, each from its own seed, in a folder of its own.
///
/// A retina that is complete is not made again; one that was interrupted goes on from its last complete
/// stage, its training from its last checkpoint.
#[derive(Clone, Debug)]
pub struct Recovery {
    /// The tables of every stage; those of the simulation and of training are needed. Experiments are
    /// made on the simulated retina, whole and with parts silenced.
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

/// One retina that is being made.
struct Retina<'a> {
    recovery: &'a Recovery,
    seed: u64,
    folder: PathBuf,
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
        results.write(|out| write_text(&out.join(CONFIG), &document))?;
        let mut made = Vec::new();
        let seeds = self.first_seed..self.first_seed.saturating_add(self.retinas);
        for (index, seed) in seeds.enumerate() {
            let retina = Retina {
                folder: self.out.join(format!("retina{seed}")),
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
        let simulation = self.config.simulation.as_ref();
        let training = self.config.training.as_ref();
        Ok((
            simulation.ok_or_else(|| missing("simulation"))?,
            training.ok_or_else(|| missing("recording"))?,
        ))
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

impl Retina<'_> {
    /// Makes what is missing, and says what came of it.
    fn complete(
        &self,
        tables: &SimulateTables,
        training: &RunConfig,
        outputs: &Outputs,
        runner: &Runner<'_>,
        tell: &mut dyn FnMut(&str) -> Result<()>,
    ) -> Result<RecoveredRetina> {
        if let Some(done) = read(&self.folder.join(RETINA))? {
            runner.progress.say("      done before");
            self.discard_if_asked()?;
            return Ok(done);
        }
        let place = || format!("retina {}", self.seed);
        let mut finished: Vec<Finished> = Vec::new();
        for step in self.steps(tables, training)? {
            runner.progress.say(&format!("      {}", step.line));
            let done = step
                .run(&finished, outputs, runner, tell)
                .with_context(place)?;
            finished.push(done);
        }
        let made = self.scored(&finished, runner).with_context(place)?;
        let results = outputs.folder(&self.folder, [RETINA])?;
        results.write(|folder| write_json(&folder.join(RETINA), &made))?;
        self.discard_if_asked()?;
        Ok(made)
    }

    fn steps(&self, tables: &SimulateTables, training: &RunConfig) -> Result<Vec<Step>> {
        let [recording, run] = ["recording", "run"].map(|name| self.folder.join(name));
        let simulate = Simulate {
            tables: SimulateTables {
                seed: self.seed,
                ..tables.clone()
            },
            out: recording.clone(),
            config: None,
        };
        let mut config = training.clone();
        config.seed = self.seed;
        let files = recordings(training, Some(&recording))?;
        let Some(first) = files.first().cloned() else {
            return Err(Error::input("recording.files is empty; name a recording"));
        };
        config.recording.files = files.into_iter().map(ConfigPath::from).collect();
        let identification = self.folder.join("identification");
        let identify = Identify {
            identify: self
                .recovery
                .config
                .reduction
                .clone()
                .unwrap_or_default()
                .identify,
            truth: Some(recording.join("circuit.toml")),
            out: Some(identification.clone()),
            ..Identify::new(&run)
        };
        let seed = format!("seed={}", self.seed);
        let step = |name: &str, folder: &Path, task| Step {
            name: name.to_owned(),
            task,
            line: CommandLine::new(name)
                .with_path(&self.recovery.out.join(CONFIG))
                .with("--set")
                .with(seed.clone())
                .with("--out")
                .with_path(folder),
            folder: folder.to_owned(),
        };
        let evaluation = self.folder.join("evaluation");
        let mut steps = vec![
            step("simulate", &recording, Task::Simulate(Box::new(simulate))),
            step(
                "train",
                &run,
                Task::Train(Box::new(Train::new(config, &run))),
            ),
            step(
                "evaluate",
                &evaluation,
                Task::Evaluate(Evaluate::new(&run, first)),
            ),
            step(
                "identify",
                &identification,
                Task::Identify(Box::new(identify)),
            ),
        ];
        for experiment in self.recovery.config.experiments.iter().flatten() {
            steps.extend(self.phenomenon(experiment, &recording));
        }
        Ok(steps)
    }

    /// An experiment on the simulated retina, whole and without each part: the truth by intervention.
    fn phenomenon(&self, experiment: &ExperimentConfig, recording: &Path) -> Vec<Step> {
        let circuit = recording.join("circuit.toml");
        let made = |without: Option<&str>| {
            let name = match without {
                None => experiment.name().to_owned(),
                Some(part) => format!("{}-without-{part}", experiment.name()),
            };
            let folder = self.folder.join("phenomena").join(name);
            let mut line = CommandLine::new("experiment").with_path(&circuit);
            line = line.with("--phenomenon").with(experiment.name());
            if let Some(part) = without {
                line = line.with("--without").with(part);
            }
            let task = Experiment {
                model: circuit.clone(),
                experiments: vec![experiment.clone()],
                without: without.map(ToOwned::to_owned).into_iter().collect(),
                cells: None,
                out: Some(folder.clone()),
                movies: false,
                format: Format::Svg,
                config: None,
            };
            Step {
                name: "experiment".to_owned(),
                task: Task::Experiment(Box::new(task)),
                line: line.with("--out").with_path(&folder),
                folder,
            }
        };
        let parts = SILENCED.map(Some);
        [None].into_iter().chain(parts).map(made).collect()
    }

    fn scored(&self, finished: &[Finished], runner: &Runner<'_>) -> Result<RecoveredRetina> {
        let score = Score {
            predictions: vec![self.folder.join("identification")],
            truth: vec![self.folder.join("recording/circuit.toml")],
            ..Score::default()
        };
        let mut scores: ScoreSummary = score.run(runner)?.summary;
        let mut score = scores.retinas.remove(0);
        if let Some(name) = self.recovery.out.file_name() {
            score.group = name.to_string_lossy().into_owned();
        }
        let simulated: Option<SimulationSummary> = read_summary(&self.folder.join("recording"))?;
        let evaluation: Option<EvaluationSummary> = read(&self.folder.join("run/evaluation.json"))?;
        Ok(RecoveredRetina {
            seed: self.seed,
            correlation: evaluation.as_ref().and_then(|found| found.median_pearson),
            of_ceiling: evaluation.and_then(|found| found.median_normalised),
            spikes_a_cell: simulated.map(|found| spikes_a_cell(&found, self.period_s())),
            seconds: finished.iter().map(|stage| stage.seconds).sum(),
            score,
        })
    }

    /// Time from one frame to the next, seconds.
    fn period_s(&self) -> f64 {
        let simulation = self.recovery.config.simulation.as_ref();
        simulation.map_or(f64::NAN, |tables| {
            tables.simulation.screen.frame_period.seconds()
        })
    }

    /// Removes what is large and can be made again: movies and checkpoints.
    fn discard_if_asked(&self) -> Result<()> {
        if !self.recovery.discard_recordings {
            return Ok(());
        }
        let recording = self.folder.join("recording");
        for entry in fs::read_dir(&recording)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "h5") {
                fs::remove_file(&path)?;
            }
        }
        let checkpoints = self.folder.join("run/checkpoints");
        if checkpoints.exists() {
            fs::remove_dir_all(checkpoints)?;
        }
        Ok(())
    }
}

/// Mean number of spikes of a cell in all training movies.
fn spikes_a_cell(simulated: &SimulationSummary, period_s: f64) -> f64 {
    let of_class = |class: &ganglion_simulation::session::ClassReport| {
        let rates: f64 = class.cells.iter().map(|cell| cell.mean_rate_hz).sum();
        rates / class.cells.len().max(1) as f64 * class.train_frames as f64 * period_s
    };
    simulated.classes.iter().map(of_class).sum()
}
