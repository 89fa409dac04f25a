//! What a file that is in the way is.

use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

use ganglion_model::training::RunDirectory;
use ganglion_recording::RecordingFile;

/// Files of a model's folder.
pub const MODEL_FILES: [&str; 2] = ["model.toml", "model.safetensors"];

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
        let absolute = really(path);
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

/// The run in whose folders of models and checkpoints a path is, or will be once it exists.
pub fn run_around(path: &Path) -> Option<PathBuf> {
    run_of(&really(path))
}

/// A path without links and steps back, of which the end may not exist yet.
fn really(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let known = |ancestor: &Path| {
        let rest = absolute.strip_prefix(ancestor).ok()?;
        let known = fs::canonicalize(ancestor).ok()?;
        Some((known, rest.to_owned()))
    };
    let Some((known, rest)) = absolute.ancestors().find_map(known) else {
        return absolute;
    };
    let mut found = known;
    // Nothing is there yet, so that a step back leads through no link.
    for part in rest.components() {
        match part {
            Component::ParentDir => drop(found.pop()),
            part => found.push(part),
        }
    }
    match rest.components().any(|part| part == Component::ParentDir) {
        true => really(&found),
        false => found,
    }
}

/// The run that a file is an essential part of.
fn run_of(path: &Path) -> Option<PathBuf> {
    let mut roots = path.ancestors().skip(1);
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
    let model = run.model();
    let is_result = RESULTS
        .iter()
        .any(|name| path.starts_with(model.join(name)));
    is_file || (is_inside && !is_result)
}

/// Folders in which commands put what they find on a model unless told otherwise.
const RESULTS: [&str; 4] = ["plots", "attribution", "reduction", "identification"];

fn is_of_model(path: &Path) -> bool {
    let is_named_so = path
        .file_name()
        .is_some_and(|name| MODEL_FILES.iter().any(|file| name == *file));
    is_named_so && path.with_file_name(MODEL_FILES[0]).is_file()
}
