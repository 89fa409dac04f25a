//! Networks that are named together are each another one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Result, ensure};
use crate::location::Location;

/// Refuses a network that is named twice: it would agree with itself.
///
/// # Errors
/// As it says.
pub fn refuse_twice(model: &Path, with: &[PathBuf]) -> Result<()> {
    let all: Vec<&Path> = std::iter::once(model)
        .chain(with.iter().map(PathBuf::as_path))
        .collect();
    for (place, one) in all.iter().enumerate() {
        ensure!(
            !all[..place].iter().any(|before| is_same(before, one)),
            "{}: is named twice; give each network once",
            one.display()
        );
    }
    Ok(())
}

/// Whether two paths name one model, be it by its run or by its folder.
pub fn is_same(one: &Path, other: &Path) -> bool {
    folder(one) == folder(other)
}

/// Where the model's files are.
fn folder(path: &Path) -> PathBuf {
    let location = Location::of(path);
    let folder = match location.run() {
        Some(run) => run.model().to_path_buf(),
        None => location.root().to_owned(),
    };
    fs::canonicalize(&folder).unwrap_or(folder)
}
