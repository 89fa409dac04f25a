//! What an experiment found, for people.

use ganglion_experiment::Presence;

use crate::results::ExperimentSummary;
use crate::table::TextTable;

/// A line a cell, and what holds for all; and whether files were written.
pub fn text(summary: &ExperimentSummary, written: bool) -> String {
    let mut table = TextTable::new(["cell", "shows it", &summary.headline]);
    for cell in &summary.cells {
        let verdict = match (cell.measurable, cell.presence) {
            (false, _) => "-",
            (true, Presence::Present) => "yes",
            (true, Presence::Absent) => "no",
            (true, Presence::Undetermined) => Presence::Undetermined.name(),
        };
        let value = cell.metrics.named(&summary.headline);
        let value = match value.is_finite() {
            true => format!("{value:.2}"),
            false => "-".to_owned(),
        };
        table.push([cell.cell.0.to_string(), verdict.to_owned(), value]);
    }
    let table = table.to_string();
    let reasons = summary.cells.iter().map(|cell| &cell.reason);
    let mut lines = table.lines();
    let mut text = format!("{}\n", lines.next().unwrap_or_default());
    for (line, reason) in lines.zip(reasons) {
        text += &format!("{line}  {reason}\n");
    }
    text += &held(&summary.without);
    text += &format!("{}: {}\n", summary.name(), counts(summary));
    if !written {
        text += "numbers, responses and figures are written with --out DIR\n";
    }
    text
}

/// What was silenced, in a sentence; nothing for an intact subject.
fn held(without: &[String]) -> String {
    match without {
        [] => String::new(),
        parts => format!(
            "held at what they give for grey: {}; all else is as in the intact retina\n",
            parts.join(", ")
        ),
    }
}

/// How many cells show it, and its mean over those.
pub fn sentence(summary: &ExperimentSummary) -> String {
    format!("shown by {}", counts(summary))
}

fn counts(summary: &ExperimentSummary) -> String {
    let (present, measurable) = (summary.present, summary.measurable);
    let all = summary.cells.len();
    let mut line = format!("{present} of {measurable} measurable cells ({all} in all)");
    let mut over = summary.over_present_cells.iter();
    if let Some(found) = over.find(|one| one.metric == summary.headline)
        && found.cells > 0
    {
        let (metric, mean, cells) = (&found.metric, found.mean, found.cells);
        line += &match found.error.is_finite() {
            true => format!(
                "; {metric} {mean:.2} ± {:.2} (s.e.m., n = {cells})",
                found.error
            ),
            false => format!("; {metric} {mean:.2} (n = {cells})"),
        };
    }
    line
}
