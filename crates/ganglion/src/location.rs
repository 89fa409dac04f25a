//! What a path that names a run or a model holds.

use std::path::{Path, PathBuf};

use ganglion_model::training::RunDirectory;

/// A run directory, or a model directory by itself.
#[derive(Debug)]
pub enum Location {
    /// A run, whose best model is meant.
    Run(RunDirectory),
    /// A model without a run around it.
    Model(PathBuf),
}

impl Location {
    /// Looks at what is there; whether the model can be opened shows later.
    pub fn of(path: &Path) -> Self {
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
            Self::Model(_) => None,
        }
    }

    /// Where figures go unless told otherwise.
    pub fn plots(&self) -> PathBuf {
        match self {
            Self::Run(run) => run.plots().to_path_buf(),
            Self::Model(path) => path.join("plots"),
        }
    }
}
