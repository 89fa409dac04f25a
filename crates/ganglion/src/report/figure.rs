//! Figures with their numbers, as parts of the page.

use std::fs;
use std::path::{Path, PathBuf};

use super::html::{Html, escaped, percent_encoded};
use crate::error::Context as _;

/// The SVG figures of a folder whose names begin with `prefix`, in the order of their names.
///
/// # Errors
/// Where the folder cannot be read.
pub fn figures(folder: &Path, prefix: &str) -> crate::Result<Html> {
    let mut html = Html::new();
    for path in svg_files(folder, prefix)? {
        html.add(&figure(&path)?);
    }
    Ok(html)
}

/// One figure; its numbers, from the CSV file beside it, come with the page.
///
/// # Errors
/// Where it cannot be read.
pub fn figure(path: &Path) -> crate::Result<Html> {
    let svg = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    // As an image of its own, so that names within one drawing do not meet those of another.
    let mut html = Html::new();
    html.raw(&format!(
        "<figure><img alt=\"{}\" src=\"data:image/svg+xml;charset=utf-8,{}\"><figcaption>{} {}\
         </figcaption></figure>\n",
        escaped(&name),
        percent_encoded(&svg),
        escaped(&name.replace('-', " ")),
        numbers(path),
    ));
    Ok(html)
}

/// A link to the numbers of a figure, if they are there.
fn numbers(path: &Path) -> String {
    let Ok(text) = fs::read_to_string(path.with_extension("csv")) else {
        return String::new();
    };
    let name = path.with_extension("csv");
    let name = name.file_name().unwrap_or_default().to_string_lossy();
    format!(
        "<a download=\"{0}\" href=\"data:text/csv;charset=utf-8,{1}\">numbers ({0})</a>",
        escaped(&name),
        percent_encoded(&text),
    )
}

fn svg_files(folder: &Path, prefix: &str) -> crate::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".svg") && name.starts_with(prefix) {
            files.push(path);
        } else if path.is_dir() && name == "plots" {
            files.extend(svg_files(&path, prefix)?);
        }
    }
    files.sort();
    Ok(files)
}
