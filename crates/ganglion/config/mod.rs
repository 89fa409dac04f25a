//! Config files: TOML, then overrides, then checked against what a run knows.
//!
//! Serde tells what it dislikes, but not always where (tables with a `kind` lose their places), so
//! [`diagnosis`] finds the key by trying, and [`document`] finds its line.

mod diagnosis;
mod document;
mod nearest;
mod overrides;
mod schema;

use std::path::{Path, PathBuf};
use std::{fs, path};

use anyhow::{Context, anyhow};
use ganglion_model::training::RunConfig;

use crate::failure::bad_use;
use diagnosis::Problem;
use document::Document;
pub use overrides::Override;

/// Reads a training run's config.
///
/// # Errors
/// Naming the file, line and key, and the nearest key where one is unknown.
pub fn load(path: &Path, overrides: &[Override]) -> anyhow::Result<RunConfig> {
    let document = Document::read(path)?;
    let mut table = document.table().clone();
    for change in overrides {
        change
            .apply(&mut table)
            .map_err(|text| bad_use(format!("--set {change}: {text}")))?;
    }
    let mut config = schema::parse(&table)
        .map_err(|message| explain(&document, overrides, &diagnosis::diagnose(&table, &message)))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    for file in &mut config.recording.files {
        *file = resolve(folder, file)?;
    }
    Ok(config)
}

/// Blames the override that set the key, or else the file's line.
fn explain(document: &Document, overrides: &[Override], problem: &Problem) -> anyhow::Error {
    let blamed = overrides
        .iter()
        .rev()
        .find(|change| change.concerns(&problem.key));
    let line = document.line_of(&problem.key);
    match (blamed, line) {
        (Some(change), line) if line.is_none() || change.sets(&problem.key) => {
            bad_use(format!("--set {change}: {}", problem.text))
        }
        (_, Some(line)) => anyhow!("{}:{line}: {}", document.path().display(), problem.text),
        _ => anyhow!("{}: {}", document.path().display(), problem.text),
    }
}

/// The absolute path of a file named in a config in `folder`, without `..` where it exists.
fn resolve(folder: &Path, file: &Path) -> anyhow::Result<PathBuf> {
    let joined = folder.join(file);
    fs::canonicalize(&joined)
        .or_else(|_| path::absolute(&joined))
        .with_context(|| format!("{}: not a usable path", joined.display()))
}

#[cfg(test)]
mod tests;
