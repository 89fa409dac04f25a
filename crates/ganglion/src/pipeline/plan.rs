//! Which stages a reproduction has.

use std::path::{Path, PathBuf};

use ganglion_experiment::ExperimentConfig;
use ganglion_model::training::RunConfig;
use ganglion_plot::Format;
use ganglion_recording::ConfigPath;
use toml::Value;

use super::Pipeline;
use super::fitting::Fitting;
use super::line::CommandLine;
use super::step::{Finished, Step};
use super::task::Task;
use crate::error::{Error, Result};
use crate::location::Location;
use crate::outputs::Outputs;
use crate::report::{self, Contents, Skipped, StageReport};
use crate::results::write_text;
use crate::stages::experiment::named;
use crate::stages::reduce::ReduceTables;
use crate::stages::{Evaluate, Experiment, Identify, Plot, Reduce, Simulate, Train};

/// Name of the resolved config.
const CONFIG: &str = "config.toml";

/// The stages of a reproduction, in order.
pub struct Plan {
    /// The stages.
    pub steps: Vec<Step>,
    /// The model that is asked.
    pub model: PathBuf,
    /// The simulated retina, if one was made.
    retina: Option<PathBuf>,
    experiments: Vec<String>,
    skipped: Vec<Skipped>,
    config: String,
}

/// What a plan is built from.
struct Builder<'a> {
    pipeline: &'a Pipeline,
    /// The resolved config, which the command of every stage reads.
    file: PathBuf,
    out: &'a Path,
    steps: Vec<Step>,
}

impl Plan {
    /// Plans the stages that a config asks for, and writes the config that their commands read.
    ///
    /// # Errors
    /// Where the config is missing what a stage needs.
    pub fn new(pipeline: &Pipeline, outputs: &Outputs) -> Result<Self> {
        let config = match &pipeline.document {
            Some(document) => document.clone(),
            None => pipeline.config.document()?,
        };
        let Fitting {
            experiments,
            skipped,
        } = Fitting::of(pipeline)?;
        let mut builder = Builder::new(pipeline, &config, outputs)?;
        let retina = match &pipeline.model {
            None => builder.simulate(),
            Some(_) => None,
        };
        let (model, with) = match &pipeline.model {
            Some(model) => (model.clone(), Vec::new()),
            None => builder.train_all(retina.as_deref())?,
        };
        let networks = Networks {
            model: &model,
            with: &with,
        };
        builder.identify(networks, retina.as_deref());
        let names = experiments.iter().map(|one| one.name().to_owned());
        let names: Vec<String> = names.collect();
        for name in &names {
            let experiments = named(&experiments, name, None)?;
            builder.explain(networks, name, &experiments, retina.as_deref());
        }
        Ok(Self {
            steps: builder.steps,
            model,
            retina,
            experiments: names,
            skipped,
            config,
        })
    }

    /// Phenomena whose stimuli the screen cannot show.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// What the report is made of.
    pub fn contents(&self, model: &Location, finished: &[Finished]) -> Contents {
        let stage = |(step, finished): (&Step, &Finished)| StageReport {
            name: step.name.clone(),
            line: finished.line.clone(),
            program: finished.program.clone(),
            seconds: finished.seconds,
            folder: step.folder.clone(),
        };
        Contents {
            config: self.config.clone(),
            stages: self.steps.iter().zip(finished).map(stage).collect(),
            model: self.model.clone(),
            history: model.run().map(|run| run.history().to_path_buf()),
            retina: self.retina.clone(),
            experiments: self.experiments.clone(),
            skipped: self.skipped.clone(),
        }
    }
}

impl<'a> Builder<'a> {
    fn new(pipeline: &'a Pipeline, config: &str, outputs: &Outputs) -> Result<Self> {
        let out = &pipeline.out;
        let file = out.join(CONFIG);
        if std::fs::read_to_string(&file).ok().as_deref() != Some(config) {
            outputs
                .folder(out, [CONFIG])?
                .write(|_| write_text(&file, config))?;
        }
        Ok(Self {
            pipeline,
            file,
            out,
            steps: Vec::new(),
        })
    }

    /// The retina, if the config has one.
    fn simulate(&mut self) -> Option<PathBuf> {
        let tables = self.pipeline.config.simulation.clone()?;
        let folder = self.out.join("retina");
        let line = CommandLine::new("simulate")
            .with_path(&self.file)
            .with("--out")
            .with_path(&folder);
        let stage = Simulate {
            tables,
            out: folder.clone(),
            config: Some(self.file.clone()),
        };
        let task = Task::Simulate(Box::new(stage));
        self.push("Simulated retina", task, line, folder.clone());
        Some(folder)
    }

    /// Trains the networks: the first one, which is evaluated, and those that tell what another training changes.
    fn train_all(&mut self, retina: Option<&Path>) -> Result<(PathBuf, Vec<PathBuf>)> {
        let first = self.train(retina)?;
        let others = (1..self.pipeline.networks).map(|other| self.train_again(retina, other));
        Ok((first, others.collect::<Result<_>>()?))
    }

    /// Trains with another seed.
    fn train_again(&mut self, retina: Option<&Path>, other: usize) -> Result<PathBuf> {
        let mut config = self.training()?;
        config.seed += other as u64;
        let run = self.out.join(format!("run-{}", other + 1));
        let files = recordings(&config, retina)?;
        let line = self.train_line(&files, &run);
        let line = line.with("--set").with(format!("seed={}", config.seed));
        config.recording.files = files.iter().cloned().map(ConfigPath::from).collect();
        let stage = Train {
            file: Some(self.file.clone()),
            ..Train::new(config, &run)
        };
        let title = format!("Training, network {}", other + 1);
        self.push(&title, Task::Train(Box::new(stage)), line, run.clone());
        Ok(run)
    }

    fn train_line(&self, files: &[PathBuf], run: &Path) -> CommandLine {
        let texts = files
            .iter()
            .map(|file| Value::from(file.display().to_string()));
        CommandLine::new("train")
            .with_path(&self.file)
            .with("--set")
            .with(format!("recording.files={}", Value::Array(texts.collect())))
            .with("--out")
            .with_path(run)
    }

    /// Trains, then evaluates and draws what was learned.
    fn train(&mut self, retina: Option<&Path>) -> Result<PathBuf> {
        let config = self.training()?;
        let run = self.out.join("run");
        let files = recordings(&config, retina)?;
        let line = self.train_line(&files, &run);
        let mut config = config.clone();
        config.recording.files = files.iter().cloned().map(ConfigPath::from).collect();
        let stage = Train {
            file: Some(self.file.clone()),
            ..Train::new(config, &run)
        };
        self.push("Training", Task::Train(Box::new(stage)), line, run.clone());
        let Some(recording) = files.first() else {
            return Err(Error::input("recording.files is empty; name a recording"));
        };
        let line = CommandLine::new("evaluate")
            .with_path(&run)
            .with("--recording")
            .with_path(recording);
        let task = Task::Evaluate(Evaluate::new(&run, recording));
        self.push("Evaluation", task, line, self.out.join("evaluation"));
        let folder = self.out.join("network");
        let line = CommandLine::new("plot")
            .with_path(&run)
            .with("--recording")
            .with_path(recording)
            .with("--out")
            .with_path(&folder);
        let stage = Plot {
            path: run.clone(),
            recording: Some(recording.clone()),
            out: Some(folder.clone()),
            format: Format::Svg,
        };
        self.push("Network", Task::Plot(stage), line, folder);
        Ok(run)
    }

    fn training(&self) -> Result<RunConfig> {
        let training = self.pipeline.config.training.clone();
        training.ok_or_else(|| {
            Error::request(
                "there is nothing to train on: give recordings and a network, or a model",
            )
        })
    }

    /// Circuits of the cells, whatever they are used for.
    fn identify(&mut self, networks: Networks<'_>, retina: Option<&Path>) {
        let model = networks.model;
        let reduction = &self.pipeline.config.reduction;
        let folder = self.out.join(report::IDENTIFICATION);
        let mut line = networks.beside(CommandLine::new("identify").with_path(model));
        if reduction.is_some() {
            line = line.with_path(&self.file);
        }
        let was_trained = self.pipeline.model.is_none();
        if was_trained {
            line = line.with("--training-recordings");
        }
        let line = with_truth(line.with("--out").with_path(&folder), retina);
        let stage = Identify {
            training_recordings: was_trained,
            identify: reduction.clone().unwrap_or_default().identify,
            with: networks.with.to_vec(),
            truth: truth(retina),
            out: Some(folder.clone()),
            ..Identify::new(model)
        };
        let task = Task::Identify(Box::new(stage));
        self.push("Identification", task, line, folder);
    }

    /// The experiments of a name, and the circuits behind them.
    fn explain(
        &mut self,
        networks: Networks<'_>,
        name: &str,
        experiments: &[ExperimentConfig],
        retina: Option<&Path>,
    ) {
        let model = networks.model;
        let config = &self.pipeline.config;
        let line = |command: &str, folder: &Path, needs_config: bool| {
            let mut line = CommandLine::new(command).with_path(model);
            if needs_config {
                line = line.with_path(&self.file);
            }
            line.with("--phenomenon")
                .with(name)
                .with("--out")
                .with_path(folder)
        };
        let shown = self.out.join("experiments").join(name);
        let has_experiments = config.experiments.is_some();
        let experiment_line = line("experiment", &shown, has_experiments);
        let reduced = self.out.join("reduction").join(name);
        let has_any = has_experiments || config.attribution.is_some() || config.reduction.is_some();
        let circuits = self.out.join(report::IDENTIFICATION);
        let reduce_line = networks
            .beside(with_truth(line("reduce", &reduced, has_any), retina))
            .with("--circuits")
            .with_path(&circuits);
        let experiment = Experiment {
            without: Vec::new(),
            model: model.to_owned(),
            experiments: experiments.to_vec(),
            cells: None,
            out: Some(shown.clone()),
            movies: false,
            format: Format::Svg,
            config: Some(self.file.clone()),
        };
        let reduce = Reduce {
            model: model.to_owned(),
            with: networks.with.to_vec(),
            tables: ReduceTables {
                experiments: experiments.to_vec(),
                attribution: config.attribution.clone().unwrap_or_default(),
                reduction: config.reduction.clone().unwrap_or_default(),
            },
            cells: None,
            truth: truth(retina),
            circuits: Some(circuits),
            out: Some(reduced.clone()),
            format: Format::Svg,
            config: Some(self.file.clone()),
        };
        let task = Task::Experiment(Box::new(experiment));
        let title = format!("Experiment: {name}");
        self.push(&title, task, experiment_line, shown);
        let task = Task::Reduce(Box::new(reduce));
        self.push(&format!("Reduction: {name}"), task, reduce_line, reduced);
    }

    fn push(&mut self, name: &str, task: Task, line: CommandLine, folder: PathBuf) {
        self.steps.push(Step {
            name: name.to_owned(),
            task,
            line,
            folder,
        });
    }
}

/// Networks of one recording.
#[derive(Clone, Copy)]
struct Networks<'a> {
    /// The one that is shown the experiments.
    model: &'a Path,
    /// Those that it is put beside.
    with: &'a [PathBuf],
}

impl Networks<'_> {
    /// A command line that names the others.
    fn beside(self, line: CommandLine) -> CommandLine {
        let others = self.with.iter();
        others.fold(line, |line, other| line.with("--with").with_path(other))
    }
}

/// The recordings named in the config, those of a simulated retina in its new place.
pub(super) fn recordings(config: &RunConfig, retina: Option<&Path>) -> Result<Vec<PathBuf>> {
    let named = &config.recording.files;
    let Some(retina) = retina else {
        return Ok(named.iter().map(|file| file.to_path_buf()).collect());
    };
    let root = std::path::absolute(retina)?;
    Ok(named
        .iter()
        .filter_map(|file| file.file_name())
        .map(|name| root.join(name))
        .collect())
}

/// The circuit of a simulated retina.
fn truth(retina: Option<&Path>) -> Option<PathBuf> {
    retina.map(|retina| retina.join("circuit.toml"))
}

/// With the option that names it.
fn with_truth(line: CommandLine, retina: Option<&Path>) -> CommandLine {
    match truth(retina) {
        Some(truth) => line.with("--truth").with_path(&truth),
        None => line,
    }
}
