//! Where a run keeps its files.

use std::path::{Path, PathBuf};

/// A run directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunDirectory {
    root: PathBuf,
}

impl RunDirectory {
    /// The run directory at a path, which need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The resolved config.
    pub fn config(&self) -> PathBuf {
        self.root.join("config.toml")
    }

    /// The best model so far.
    pub fn model(&self) -> PathBuf {
        self.root.join("model")
    }

    /// Complete states to resume from.
    pub fn checkpoints(&self) -> PathBuf {
        self.root.join("checkpoints")
    }

    /// A row an epoch.
    pub fn history(&self) -> PathBuf {
        self.root.join("history.csv")
    }

    /// The recordings that the run was begun with, by their content.
    pub fn recordings(&self) -> PathBuf {
        self.root.join("recordings.toml")
    }

    /// Scores on the test partition, written by `evaluate`.
    pub fn evaluation(&self) -> PathBuf {
        self.root.join("evaluation.json")
    }

    /// Figures, written by `plot`.
    pub fn plots(&self) -> PathBuf {
        self.root.join("plots")
    }

    /// Everything that a run writes by itself, and may replace only in a run.
    pub fn own(&self) -> [PathBuf; 5] {
        [
            self.config(),
            self.recordings(),
            self.history(),
            self.model(),
            self.checkpoints(),
        ]
    }

    /// Whether a run was begun here.
    pub fn holds_a_run(&self) -> bool {
        self.config().exists() || self.checkpoints().exists()
    }
}
