//! The files of scores.

use std::path::Path;

use ganglion_reduction::score::{GroupScore, ScoreSummary};

use crate::results::{write_json, write_text};

/// Names of all of them.
pub const NAMES: [&str; 2] = ["summary.json", "scores.csv"];

/// Writes all of them.
///
/// # Errors
/// Where one cannot be written.
pub fn write(summary: &ScoreSummary, folder: &Path) -> crate::Result<()> {
    write_text(&folder.join("scores.csv"), &table(summary)?)?;
    write_json(&folder.join("summary.json"), summary)
}

/// One row a group and score; empty where a score is not defined or has no interval.
pub fn table(summary: &ScoreSummary) -> crate::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["group", "retinas", "score", "value", "low", "high"])?;
    let groups = summary.groups.iter().chain(&summary.all);
    for group in groups {
        for row in rows(group) {
            table.write_record(row)?;
        }
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

fn rows(group: &GroupScore) -> impl Iterator<Item = [String; 6]> + '_ {
    let told = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    group.scores.iter().map(move |one| {
        [
            group.group.clone(),
            one.clusters.to_string(),
            one.score.clone(),
            told(one.value),
            told(one.interval.map(|[low, _]| low)),
            told(one.interval.map(|[_, high]| high)),
        ]
    })
}
