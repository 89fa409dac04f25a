//! What a path that names a run or a model holds.

use std::path::{Path, PathBuf};

use ganglion_model::hub::{Hub, ModelName, name_of};
use ganglion_model::training::RunDirectory;

/// A run directory, or a model directory by itself.
#[derive(Debug)]
pub enum Location {
    /// A run, whose best model is meant.
    Run(RunDirectory),
    /// A model without a run around it.
    Model(PathBuf),
    /// A model that was asked for by its name, and its folder, in which nothing is written.
    Named(ModelName, PathBuf),
}

impl Location {
    /// Looks at what is there; whether the model can be opened shows later.
    pub fn of(path: &Path) -> Self {
        if let Some(name) = name_of(path)
            && let Ok(folder) = Hub::of_environment().find(&name)
        {
            return Self::Named(name, folder);
        }
        let run = RunDirectory::new(path);
        if run.config().is_file() && !path.join("model.toml").exists() {
            Self::Run(run)
        } else {
            Self::Model(path.to_owned())
        }
    }

    /// The run, if it is one.
    pub fn run(&self) -> Option<&RunDirectory> {
        match self {
            Self::Run(run) => Some(run),
            Self::Model(_) | Self::Named(..) => None,
        }
    }

    /// Its folder: of a run the whole, not its model's.
    pub fn root(&self) -> &Path {
        match self {
            Self::Run(run) => run.root(),
            Self::Model(path) | Self::Named(_, path) => path,
        }
    }

    /// Where results on it go unless told otherwise: its own folder; of a model that was found by its name
    /// one of that name here.
    pub fn results(&self) -> PathBuf {
        match self {
            Self::Run(_) | Self::Model(_) => self.root().to_owned(),
            Self::Named(name, _) => PathBuf::from(name.to_string().replace('/', "--")),
        }
    }

    /// Where figures go unless told otherwise.
    pub fn plots(&self) -> PathBuf {
        match self {
            Self::Run(run) => run.plots().to_path_buf(),
            Self::Model(_) | Self::Named(..) => self.results().join("plots"),
        }
    }
}
