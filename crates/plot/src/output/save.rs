//! A figure and its numbers, side by side.

use super::atomic::write_bytes;
use super::{Format, png, svg};
use crate::{Error, Scene, Table};
use std::path::{Path, PathBuf};

/// The files a figure was written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFigure {
    /// The figure.
    pub figure: PathBuf,
    /// The numbers in it.
    pub numbers: PathBuf,
}

/// Writes `stem.svg` or `stem.png`, and `stem.csv`, creating their folder.
pub(crate) fn save(
    scene: &Scene,
    table: &Table,
    stem: &Path,
    format: Format,
) -> Result<SavedFigure, Error> {
    let saved = SavedFigure {
        figure: with_suffix(stem, format.extension()),
        numbers: with_suffix(stem, "csv"),
    };
    create_folder(stem)?;
    match format {
        Format::Svg => write_bytes(&saved.figure, svg::document(scene).as_bytes())?,
        Format::Png => png::write(scene, &saved.figure)?,
    }
    write_csv(table, &saved.numbers)?;
    Ok(saved)
}

/// Writes a table to a file.
pub(crate) fn write_csv(table: &Table, path: &Path) -> Result<(), Error> {
    create_folder(path)?;
    write_bytes(path, &table.to_csv()?)
}

fn create_folder(path: &Path) -> Result<(), Error> {
    let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    else {
        return Ok(());
    };
    let failed = |source| Error::Write {
        path: folder.to_owned(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(failed)
}

/// Appends an extension; a dot in the stem, as in `cell-1.5`, is kept.
fn with_suffix(stem: &Path, extension: &str) -> PathBuf {
    let mut path = stem.as_os_str().to_owned();
    path.push(".");
    path.push(extension);
    path.into()
}
