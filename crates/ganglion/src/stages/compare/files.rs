//! The files of a comparison.

use std::path::Path;

use ganglion_model::evaluation::{CellDifference, Interval};
use ganglion_plot::{Figure, Format};

use crate::figures;
use crate::results::{ComparisonSummary, write_json, write_text};

/// Names of all of them, in which `*` stands for an ending.
pub const NAMES: [&str; 3] = ["comparison.json", "comparison.csv", "comparison-figure.*"];

/// Writes all of them, the summary last.
///
/// # Errors
/// Where one cannot be written or the figure cannot be drawn.
pub(super) fn write(
    summary: &ComparisonSummary,
    folder: &Path,
    format: Format,
) -> crate::Result<()> {
    let table = table(&summary.comparison.cells)?;
    write_text(&folder.join("comparison.csv"), &table)?;
    let figure = figures::comparison(&summary.comparison, axes(summary).each_ref().map(|s| &**s));
    figure.save(&folder.join("comparison-figure"), format)?;
    write_json(&folder.join("comparison.json"), summary)
}

/// What each side is called.
pub(super) fn axes(summary: &ComparisonSummary) -> [String; 2] {
    let name = |side: &str, networks: &[std::path::PathBuf]| {
        let first = networks[0]
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        match networks.len() {
            1 => format!("{side}: {first}"),
            count => format!("{side}: {first} and {} more", count - 1),
        }
    };
    [name("A", &summary.a), name("B", &summary.b)]
}

/// One row a cell and score.
fn table(cells: &[CellDifference]) -> crate::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "cell",
        "score",
        "a",
        "a_low",
        "a_high",
        "b",
        "b_low",
        "b_high",
        "difference",
        "difference_low",
        "difference_high",
        "p",
        "corrected_p",
        "significant",
    ])?;
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let end = |interval: Option<Interval>, end: usize| number(interval.map(|both| both[end]));
    for cell in cells {
        table.write_record([
            cell.cell.to_string(),
            cell.score.key().to_owned(),
            cell.a.to_string(),
            end(cell.a_interval, 0),
            end(cell.a_interval, 1),
            cell.b.to_string(),
            end(cell.b_interval, 0),
            end(cell.b_interval, 1),
            cell.difference.to_string(),
            end(cell.difference_interval, 0),
            end(cell.difference_interval, 1),
            number(cell.p),
            number(cell.corrected_p),
            cell.significant.to_string(),
        ])?;
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}
