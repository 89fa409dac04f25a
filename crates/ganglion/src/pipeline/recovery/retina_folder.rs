//! One retina of a recovery, in its folder.

use std::fs;
use std::path::{Path, PathBuf};

use ganglion_experiment::ExperimentConfig;
use ganglion_model::training::RunConfig;
use ganglion_plot::Format;
use ganglion_recording::ConfigPath;
use ganglion_reduction::score::{RetinaScore, ScoreSummary};
use ganglion_simulation::session::ClassReport;

use super::{CONFIG, Recovery};
use crate::error::{Context as _, Error, Result};
use crate::outputs::Outputs;
use crate::pipeline::line::CommandLine;
use crate::pipeline::plan::recordings;
use crate::pipeline::step::{Finished, Step};
use crate::pipeline::task::Task;
use crate::results::{
    EvaluationSummary, ExperimentSummary, IdentificationSummary, RecoveredRetina, ShownPhenomenon,
    SimulationSummary, read, read_summary, write_json,
};
use crate::runner::Runner;
use crate::stages::simulate::SimulateTables;
use crate::stages::{Evaluate, Experiment, Identify, Score, Simulate, Train};

/// What a complete retina leaves in its folder.
const RETINA: &str = "retina.json";
/// What is said of a stage that need not be run.
const DONE_BEFORE: &str = "      done before";
/// Parts of a retina that experiments are made without.
const SILENCED: [&str; 3] = ["on", "off", "inhibition"];
/// Experiments on the retina.
const OF_RETINA: &str = "phenomena";
/// The same on its network.
const OF_NETWORK: &str = "phenomena-of-network";

/// A retina that is being made.
pub(super) struct RetinaFolder<'a> {
    /// The recovery that it is one of.
    pub recovery: &'a Recovery,
    /// Its seed.
    pub seed: u64,
    /// Where everything of it is.
    pub folder: PathBuf,
}

/// What running a stage takes.
struct Running<'a, 'b> {
    outputs: &'a Outputs,
    runner: &'a Runner<'b>,
    tell: &'a mut dyn FnMut(&str) -> Result<()>,
}

impl Running<'_, '_> {
    fn run(&mut self, step: &Step, before: &[Finished]) -> Result<Finished> {
        let line = format!("      {}", step.line);
        self.runner.progress.say(&line);
        let ran = step.run(before, self.outputs, self.runner, self.tell)?;
        if ran.was_done {
            self.runner.progress.say(DONE_BEFORE);
        }
        Ok(ran.finished)
    }
}

impl RetinaFolder<'_> {
    /// Makes what is missing, and says what came of it.
    ///
    /// # Errors
    /// Where a stage fails, or a file cannot be read or written.
    pub fn complete(
        &self,
        tables: &SimulateTables,
        training: &RunConfig,
        outputs: &Outputs,
        runner: &Runner<'_>,
        tell: &mut dyn FnMut(&str) -> Result<()>,
    ) -> Result<RecoveredRetina> {
        let place = || format!("retina {}", self.seed);
        let mut running = Running {
            outputs,
            runner,
            tell,
        };
        let stored: Option<RecoveredRetina> = read(&self.folder.join(RETINA))?;
        let (mut made, is_new) = match stored {
            Some(mut stored) => {
                runner.progress.say(DONE_BEFORE);
                if stored.own_spikes.is_none() {
                    stored.own_spikes = Some(self.follows_own_spikes()?);
                }
                (stored, false)
            }
            None => {
                let made = self.made(tables, training, &mut running);
                (made.with_context(place)?, true)
            }
        };
        let is_wider = self
            .add_phenomena(&mut made, &mut running)
            .with_context(place)?;
        if is_new || is_wider {
            let results = outputs.folder(&self.folder, [RETINA])?;
            results.write(|folder| write_json(&folder.join(RETINA), &made))?;
        }
        self.discard_if_asked()?;
        Ok(made)
    }

    /// Runs every stage that is not done.
    fn made(
        &self,
        tables: &SimulateTables,
        training: &RunConfig,
        running: &mut Running<'_, '_>,
    ) -> Result<RecoveredRetina> {
        let mut finished: Vec<Finished> = Vec::new();
        for step in self.steps(tables, training)? {
            let done = running.run(&step, &finished)?;
            finished.push(done);
        }
        self.scored(&finished, running.runner)
    }

    /// The stages, in their order.
    fn steps(&self, tables: &SimulateTables, training: &RunConfig) -> Result<Vec<Step>> {
        let files = recordings(training, Some(&self.recording()))?;
        let Some(first) = files.first().cloned() else {
            return Err(Error::input("recording.files is empty; name a recording"));
        };
        let mut steps = vec![
            self.simulate(tables),
            self.train(training, files.clone()),
            self.evaluate(first),
            // Of a null, whose responses are shifted, spikes belong to other light.
            self.identify(match training.recording.shift_responses {
                0 => files,
                _ => Vec::new(),
            }),
        ];
        for experiment in self.recovery.experiments() {
            let parts = SILENCED.map(Some);
            let without = [None].into_iter().chain(parts);
            steps.extend(without.map(|part| self.on_retina(experiment, part)));
        }
        Ok(steps)
    }

    fn simulate(&self, tables: &SimulateTables) -> Step {
        let stage = Simulate {
            tables: SimulateTables {
                seed: self.seed,
                ..tables.clone()
            },
            out: self.recording(),
            config: None,
        };
        let task = Task::Simulate(Box::new(stage));
        self.stage("simulate", self.recording(), task)
    }

    fn train(&self, training: &RunConfig, files: Vec<PathBuf>) -> Step {
        let mut config = training.clone();
        config.seed = self.seed;
        config.recording.files = files.into_iter().map(ConfigPath::from).collect();
        let stage = Train::new(config, self.run());
        self.stage("train", self.run(), Task::Train(Box::new(stage)))
    }

    fn evaluate(&self, recording: PathBuf) -> Step {
        let task = Task::Evaluate(Evaluate::new(self.run(), recording));
        self.stage("evaluate", self.folder.join("evaluation"), task)
    }

    fn identify(&self, recordings: Vec<PathBuf>) -> Step {
        let settings = self.recovery.config.reduction.clone();
        let stage = Identify {
            recordings,
            identify: settings.unwrap_or_default().identify,
            truth: Some(self.circuit()),
            out: Some(self.identification()),
            ..Identify::new(self.run())
        };
        let task = Task::Identify(Box::new(stage));
        self.stage("identify", self.identification(), task)
    }

    /// A stage that is named as its command.
    fn stage(&self, command: &str, folder: PathBuf, task: Task) -> Step {
        let line = CommandLine::new(command)
            .with_path(&self.recovery.out.join(CONFIG))
            .with("--set")
            .with(format!("seed={}", self.seed));
        Step {
            name: command.to_owned(),
            task,
            line: line.with("--out").with_path(&folder),
            folder,
        }
    }

    /// An experiment on the simulated retina, whole or without a part: the truth by intervention.
    fn on_retina(&self, experiment: &ExperimentConfig, without: Option<&str>) -> Step {
        let name = match without {
            None => experiment.name().to_owned(),
            Some(part) => format!("{}-without-{part}", experiment.name()),
        };
        let folder = self.folder.join(OF_RETINA).join(name);
        self.experiment(experiment, self.circuit(), without, folder)
    }

    /// An experiment on the network.
    fn on_network(&self, experiment: &ExperimentConfig) -> Step {
        let folder = self.folder.join(OF_NETWORK).join(experiment.name());
        self.experiment(experiment, self.run(), None, folder)
    }

    fn experiment(
        &self,
        experiment: &ExperimentConfig,
        model: PathBuf,
        without: Option<&str>,
        folder: PathBuf,
    ) -> Step {
        let mut line = CommandLine::new("experiment")
            .with_path(&model)
            .with_path(&self.recovery.out.join(CONFIG))
            .with("--phenomenon")
            .with(experiment.name());
        if let Some(part) = without {
            line = line.with("--without").with(part);
        }
        let stage = Experiment {
            model,
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
            task: Task::Experiment(Box::new(stage)),
            line: line.with("--out").with_path(&folder),
            folder,
        }
    }

    /// Shows the network what the retina was shown, unless that is done, and adds what came of it. A retina
    /// that an earlier version completed gets it from its circuit and its network, which are kept where
    /// movies are not. True if something was added.
    fn add_phenomena(
        &self,
        made: &mut RecoveredRetina,
        running: &mut Running<'_, '_>,
    ) -> Result<bool> {
        if made.phenomena.len() == self.recovery.experiments().count() {
            return Ok(false);
        }
        let mut phenomena = Vec::new();
        for experiment in self.recovery.experiments() {
            let on_retina = self.on_retina(experiment, None);
            if read_summary::<ExperimentSummary>(&on_retina.folder)?.is_none() {
                made.seconds += running.run(&on_retina, &[])?.seconds;
            }
            let on_network = self.on_network(experiment);
            made.seconds += running.run(&on_network, &[])?.seconds;
            let [retina, network] = [on_retina, on_network].map(|step| found(&step));
            phenomena.push(ShownPhenomenon::of(&retina?, &network?));
        }
        made.phenomena = phenomena;
        Ok(true)
    }

    fn scored(&self, finished: &[Finished], runner: &Runner<'_>) -> Result<RecoveredRetina> {
        let simulated: Option<SimulationSummary> = read_summary(&self.recording())?;
        let evaluation: Option<EvaluationSummary> = read(&self.run().join("evaluation.json"))?;
        Ok(RecoveredRetina {
            seed: self.seed,
            correlation: evaluation.as_ref().and_then(|found| found.median_pearson),
            of_ceiling: evaluation.and_then(|found| found.median_normalised),
            spikes_a_cell: simulated.map(|found| spikes_a_cell(&found, self.period_s())),
            seconds: finished.iter().map(|stage| stage.seconds).sum(),
            own_spikes: Some(self.follows_own_spikes()?),
            score: self.score(runner)?,
            phenomena: Vec::new(),
        })
    }

    /// Whether circuits of the retina follow the cells' own spikes.
    fn follows_own_spikes(&self) -> Result<bool> {
        let found: Option<IdentificationSummary> = read_summary(&self.identification())?;
        let mut cells = found.iter().flat_map(|found| &found.cells);
        Ok(cells.any(|cell| cell.own_spikes.is_some()))
    }

    fn score(&self, runner: &Runner<'_>) -> Result<RetinaScore> {
        let score = Score {
            predictions: vec![self.identification()],
            truth: vec![self.circuit()],
            ..Score::default()
        };
        let mut scores: ScoreSummary = score.run(runner)?.summary;
        let mut score = scores.retinas.remove(0);
        if let Some(name) = self.recovery.out.file_name() {
            score.group = name.to_string_lossy().into_owned();
        }
        Ok(score)
    }

    fn recording(&self) -> PathBuf {
        self.folder.join("recording")
    }

    fn circuit(&self) -> PathBuf {
        self.recording().join("circuit.toml")
    }

    fn run(&self) -> PathBuf {
        self.folder.join("run")
    }

    fn identification(&self) -> PathBuf {
        self.folder.join("identification")
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
        for entry in fs::read_dir(self.recording())? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "h5") {
                fs::remove_file(&path)?;
            }
        }
        let checkpoints = self.run().join("checkpoints");
        if checkpoints.exists() {
            fs::remove_dir_all(checkpoints)?;
        }
        Ok(())
    }
}

/// What an experiment left.
fn found(step: &Step) -> Result<ExperimentSummary> {
    let missing = |folder: &Path| {
        Error::input(format!(
            "{}: has no summary.json; remove the folder and give the same command again",
            folder.display()
        ))
    };
    read_summary(&step.folder)?.ok_or_else(|| missing(&step.folder))
}

/// Mean number of spikes of a cell in all training movies.
fn spikes_a_cell(simulated: &SimulationSummary, period_s: f64) -> f64 {
    let of_movies = |stimulus: &ClassReport| {
        let rates: f64 = stimulus.cells.iter().map(|cell| cell.mean_rate_hz).sum();
        rates / stimulus.cells.len().max(1) as f64 * stimulus.train_frames as f64 * period_s
    };
    simulated.classes.iter().map(of_movies).sum()
}
