//! Which stages a reproduction has.

use std::io::Write;
use std::path::{Path, PathBuf};

use ganglion_experiment::{ExperimentConfig, Phenomenon};
use ganglion_recording::write_atomically;

use super::stage::{Finished, Stage};
use crate::config::ConfigFile;
use crate::failure::bad_use;
use crate::location::Location;
use crate::outputs::Outputs;
use crate::report::{self, Contents, StageReport};

/// Name of the resolved config.
const CONFIG: &str = "config.toml";

/// The stages of a reproduction, in order.
pub struct Plan {
    stages: Vec<Stage>,
    /// The model that is asked.
    pub model: PathBuf,
    /// The simulated retina, if one was made.
    retina: Option<PathBuf>,
    experiments: Vec<String>,
    config: String,
}

/// What a plan is built from.
struct Builder<'a> {
    config: &'a ConfigFile,
    /// The resolved config, which every stage reads.
    file: PathBuf,
    out: &'a Path,
    stages: Vec<Stage>,
}

impl Plan {
    /// Plans the stages that a config asks for, and writes the config that they read.
    ///
    /// # Errors
    /// Where the config is missing what a stage needs.
    pub fn new(
        config: &ConfigFile,
        model: Option<&Path>,
        out: &Path,
        outputs: &Outputs,
    ) -> anyhow::Result<Self> {
        let mut builder = Builder::new(config, out, outputs)?;
        let retina = match model.is_none() && config.has("simulation") {
            true => Some(builder.simulate()),
            false => None,
        };
        let model = match model {
            Some(model) => model.to_owned(),
            None => builder.train(retina.as_deref())?,
        };
        builder.identify(&model, retina.as_deref());
        let experiments = experiments(config)?;
        for name in &experiments {
            builder.explain(&model, name, retina.as_deref());
        }
        Ok(Self {
            stages: builder.stages,
            model,
            retina,
            experiments,
            config: config.text()?,
        })
    }

    /// The stages in order.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// What the report is made of.
    pub fn contents(&self, model: &Location, finished: &[Finished]) -> Contents {
        let stage = |(stage, finished): (&Stage, &Finished)| StageReport {
            name: stage.name.clone(),
            line: finished.line.clone(),
            program: finished.program.clone(),
            seconds: finished.seconds,
            folder: stage.folder.clone(),
        };
        Contents {
            config: self.config.clone(),
            stages: self.stages.iter().zip(finished).map(stage).collect(),
            model: self.model.clone(),
            history: model.run().map(|run| run.history().to_path_buf()),
            retina: self.retina.clone(),
            experiments: self.experiments.clone(),
        }
    }
}

impl<'a> Builder<'a> {
    fn new(config: &'a ConfigFile, out: &'a Path, outputs: &Outputs) -> anyhow::Result<Self> {
        let file = out.join(CONFIG);
        let text = config.text()?;
        if std::fs::read_to_string(&file).ok().as_ref() != Some(&text) {
            outputs.folder(out, [CONFIG])?.write(|_| {
                Ok(write_atomically(&file, |writer| {
                    writer.write_all(text.as_bytes())
                })?)
            })?;
        }
        Ok(Self {
            config,
            file,
            out,
            stages: Vec::new(),
        })
    }

    fn simulate(&mut self) -> PathBuf {
        let folder = self.out.join("retina");
        let line = ["simulate", &text(&self.file), "--out", &text(&folder)];
        self.push(
            "Simulated retina",
            &line,
            folder.clone(),
            &["seed", "simulation"],
        );
        folder
    }

    /// Trains, then evaluates and draws what was learned.
    fn train(&mut self, retina: Option<&Path>) -> anyhow::Result<PathBuf> {
        let run = self.out.join("run");
        let files = self.recordings(retina)?;
        let quoted: Vec<String> = files
            .iter()
            .map(|file| format!("{:?}", text(file)))
            .collect();
        let set = format!("recording.files=[{}]", quoted.join(", "));
        let line = [
            "train",
            &text(&self.file),
            "--set",
            &set,
            "--out",
            &text(&run),
        ];
        let tables = ["seed", "recording", "model", "training", "device"];
        self.push("Training", &line, run.clone(), &tables);
        if let Some(training) = self.stages.last_mut() {
            training.resume = Some(run.join("checkpoints"));
        }
        let recording = text(&files[0]);
        let line = ["evaluate", &text(&run), "--recording", &recording];
        self.push("Evaluation", &line, self.out.join("evaluation"), &[]);
        let folder = self.out.join("network");
        let line = [
            "plot",
            &text(&run),
            "--recording",
            &recording,
            "--out",
            &text(&folder),
        ];
        self.push("Network", &line, folder, &[]);
        Ok(run)
    }

    /// The recordings named in the config, those of a simulated retina in its new place.
    fn recordings(&self, retina: Option<&Path>) -> anyhow::Result<Vec<PathBuf>> {
        let named = self.config.run()?.recording.files;
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

    /// Circuits of the cells, whatever they are used for.
    fn identify(&mut self, model: &Path, retina: Option<&Path>) {
        let folder = self.out.join(report::IDENTIFICATION);
        let mut line = vec!["identify".to_owned(), text(model)];
        if self.config.has("reduction") {
            line.push(text(&self.file));
        }
        line.extend(["--out".to_owned(), text(&folder)]);
        line.extend(truth(retina));
        self.push("Identification", &line, folder, &["reduction.identify"]);
    }

    fn explain(&mut self, model: &Path, name: &str, retina: Option<&Path>) {
        let (model, file) = (text(model), text(&self.file));
        let folder = self.out.join("experiments").join(name);
        let line = |command: &str, folder: &Path, tables: &[&str]| -> Vec<String> {
            let mut line = vec![command.to_owned(), model.clone()];
            if tables.iter().any(|table| self.config.has(table)) {
                line.push(file.clone());
            }
            line.extend(["--phenomenon", name, "--out", &text(folder)].map(ToOwned::to_owned));
            line
        };
        let experiment = line("experiment", &folder, &["experiments"]);
        self.push(
            &format!("Experiment: {name}"),
            &experiment,
            folder,
            &["experiments"],
        );
        let folder = self.out.join("reduction").join(name);
        let tables = ["experiments", "attribution", "reduction"];
        let mut reduce = line("reduce", &folder, &tables);
        reduce.extend(truth(retina));
        self.push(&format!("Reduction: {name}"), &reduce, folder, &tables);
    }

    fn push(&mut self, name: &str, line: &[impl ToString], folder: PathBuf, tables: &[&str]) {
        self.stages.push(Stage {
            name: name.to_owned(),
            arguments: line.iter().map(ToString::to_string).collect(),
            folder,
            tables: self.config.tables(tables),
            resume: None,
            can_overwrite: !matches!(name, "Training" | "Evaluation"),
        });
    }
}

/// The option that names the circuit of a simulated retina.
fn truth(retina: Option<&Path>) -> Vec<String> {
    let option = |retina: &Path| vec!["--truth".to_owned(), text(&retina.join("circuit.toml"))];
    retina.map(option).unwrap_or_default()
}

/// Experiments of the config, or the four phenomena.
fn experiments(config: &ConfigFile) -> anyhow::Result<Vec<String>> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Tables {
        experiments: Vec<ExperimentConfig>,
    }
    if !config.has("experiments") {
        return Ok(Phenomenon::ALL
            .map(|phenomenon| phenomenon.name().to_owned())
            .to_vec());
    }
    let tables: Tables = config.parse()?;
    let names: Vec<String> = tables
        .experiments
        .iter()
        .map(|one| one.name().to_owned())
        .collect();
    if names.is_empty() {
        return Err(bad_use(
            "`experiments` is empty; leave it out for all phenomena",
        ));
    }
    Ok(names)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
