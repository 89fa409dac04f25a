//! Figures with their numbers, as parts of the page.

use std::fs;
use std::path::{Path, PathBuf};

use super::html::{Html, escaped, percent_encoded};
use crate::error::Context as _;

/// Size of a point of a figure on the page, rem: letters of figures are a little smaller than those of the text,
/// and alike in all of them.
const POINT: f64 = 0.098;

/// What is shown first of several figures, by their names: results before what led to them.
const ORDER: [&str; 6] = [
    "psth",
    "cell-scores",
    "circuit",
    "traces",
    "fidelity",
    "filters",
];

/// The SVG figures of a folder whose names begin with `prefix`, results first.
///
/// # Errors
/// Where the folder cannot be read.
pub fn figures(folder: &Path, prefix: &str) -> crate::Result<Html> {
    let mut html = Html::new();
    let mut files = svg_files(folder, prefix)?;
    files.sort_by_key(|path| place(path, prefix));
    for path in files {
        html.add(&figure(&path)?);
    }
    Ok(html)
}

/// Its place in the order; those that it does not name come last.
fn place(path: &Path, prefix: &str) -> usize {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = name.strip_prefix(prefix).unwrap_or(&name);
    let mut order = ORDER.iter();
    order
        .position(|first| name.starts_with(first))
        .unwrap_or(ORDER.len())
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
        "<figure><img alt=\"{}\"{} src=\"data:image/svg+xml;charset=utf-8,{}\"><figcaption>{} {}\
         </figcaption></figure>\n",
        escaped(&name),
        width(&svg).map_or_else(String::new, |points| format!(
            " style=\"width:{:.2}rem\"",
            POINT * points
        )),
        percent_encoded(&svg),
        escaped(&name.replace('-', " ")),
        numbers(path),
    ));
    Ok(html)
}

/// Width of a drawing, points.
fn width(svg: &str) -> Option<f64> {
    let (_, after) = svg.split_once("width=\"")?;
    let (points, _) = after.split_once("pt\"")?;
    points.parse().ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_before_what_led_to_them() {
        let mut names = ["learning-curve", "filters", "psth-b", "cell-scores"];
        names.sort_by_key(|name| place(Path::new(&format!("{name}.svg")), ""));
        assert_eq!(
            names,
            ["psth-b", "cell-scores", "filters", "learning-curve"]
        );
    }

    #[test]
    fn a_drawing_says_how_wide_it_is() {
        let svg = "<?xml version=\"1.0\"?>\n<svg width=\"252pt\" height=\"150pt\">";
        assert_eq!(width(svg), Some(252.0));
        assert_eq!(width("<svg width=\"12\">"), None);
    }
}
