//! What a file that is in the way is.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use ganglion_model::training::RunDirectory;
use ganglion_recording::RecordingFile;

/// Files of a model's folder.
pub const MODEL_FILES: [&str; 2] = ["model.toml", "model.safetensors"];

/// How many folders up a run may begin: `RUN/checkpoints/epoch-000001/network.bpk`.
const DEEPEST_IN_A_RUN: usize = 4;

/// What a file is to its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precious {
    /// A model, a checkpoint, the config or the history of a run, in this folder.
    OfRun(PathBuf),
    /// A model's weights or description.
    OfModel,
    /// A recording.
    Recording,
    /// A folder.
    Folder,
    /// Anything else.
    File,
}

impl Precious {
    /// Looks at a file's place and content.
    pub fn of(path: &Path) -> Self {
        let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if let Some(run) = run_of(&absolute) {
            return Self::OfRun(run);
        }
        if is_of_model(&absolute) {
            return Self::OfModel;
        }
        match (path.is_dir(), RecordingFile::open(path).is_ok()) {
            (true, _) => Self::Folder,
            (false, true) => Self::Recording,
            (false, false) => Self::File,
        }
    }

    /// Whether not even `--overwrite` replaces it.
    pub fn is_sacred(&self) -> bool {
        matches!(self, Self::OfRun(_) | Self::OfModel | Self::Folder)
    }
}

impl fmt::Display for Precious {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfRun(run) => write!(f, "a part of the run {}", run.display()),
            Self::OfModel => f.write_str("a part of a model"),
            Self::Recording => f.write_str("a recording"),
            Self::Folder => f.write_str("a folder"),
            Self::File => f.write_str("a file of other origin"),
        }
    }
}

/// The run that a file is an essential part of.
fn run_of(path: &Path) -> Option<PathBuf> {
    let mut roots = path.ancestors().skip(1).take(DEEPEST_IN_A_RUN);
    let root = roots.find(|root| is_run(root) && is_essential(path, root))?;
    Some(root.to_owned())
}

fn is_run(root: &Path) -> bool {
    let run = RunDirectory::new(root);
    let has_more = run.checkpoints().is_dir() || run.model().join(MODEL_FILES[0]).is_file();
    run.config().is_file() && has_more
}

fn is_essential(path: &Path, root: &Path) -> bool {
    let run = RunDirectory::new(root);
    let is_file = [run.config(), run.history()]
        .iter()
        .any(|file| file == path);
    let is_inside = [run.model(), run.checkpoints()]
        .iter()
        .any(|folder| path.starts_with(folder));
    is_file || is_inside
}

fn is_of_model(path: &Path) -> bool {
    let is_named_so = path
        .file_name()
        .is_some_and(|name| MODEL_FILES.iter().any(|file| name == *file));
    is_named_so && path.with_file_name(MODEL_FILES[0]).is_file()
}
