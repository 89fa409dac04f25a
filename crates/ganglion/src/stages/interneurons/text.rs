//! Correlations with interneurons, for people.

use std::fmt::Write;

use super::Compared;
use crate::results::{InterneuronSummary, MeanCorrelation};
use crate::table::{TextTable, decimal};

/// Each interneuron beside the nulls, and means over all.
pub fn text(compared: &Compared) -> String {
    let summary = &compared.summary;
    let mut text = format!("{}\n", units(summary));
    let recordings = format!("over {} recordings, ", summary.with.len() + 1);
    let tables = [
        ("", "all interneurons", &summary.means),
        ("", COVERED, &summary.means_of_covered),
        (
            &recordings,
            "all interneurons",
            &summary.means_over_recordings,
        ),
        (
            &recordings,
            COVERED,
            &summary.means_of_covered_over_recordings,
        ),
    ];
    for (over, which, found) in tables {
        if !found.is_empty() {
            let _ = writeln!(text, "{over}{which}\n{}", means(found));
        }
    }
    let _ = writeln!(
        text,
        "units were chosen on {} bins of `{}` and judged on the {} after them; {}",
        summary.chosen_bins,
        summary.partition,
        summary.judged_bins,
        intervals(summary)
    );
    if let Some(advice) = &compared.advice {
        let _ = writeln!(
            text,
            "no network of shifted responses was compared; train one and name it with --null:\n  {advice}"
        );
    }
    if let Some(folder) = &compared.folder {
        let _ = writeln!(text, "saved in {}", folder.display());
    }
    text
}

/// What the covered ones are.
const COVERED: &str = "interneurons on which a unit of the first layer can be centred";

/// One row an interneuron; its best unit where there is one network.
fn units(summary: &InterneuronSummary) -> TextTable {
    let found = summary.correlations();
    let headings = [
        "unit",
        "type",
        "best unit",
        "r",
        "untrained",
        "shifted",
        "LN model",
    ];
    let mut table = TextTable::new(headings);
    for (place, one) in summary.interneurons.iter().enumerate() {
        let best = match one.networks[..] {
            [Some(best)] => {
                let [row, column] = best.place;
                format!(
                    "layer {} channel {} ({row}, {column})",
                    best.layer, best.channel
                )
            }
            [] | [None] => "-".to_owned(),
            _ => format!("mean of {}", one.networks.len()),
        };
        table.push([
            one.unit.to_string(),
            one.kind.clone(),
            best,
            decimal(found.network(place)),
            decimal(found.untrained(place)),
            decimal(found.shifted(place)),
            decimal(one.ln_model),
        ]);
    }
    table
}

fn means(means: &[MeanCorrelation]) -> TextTable {
    let mut table = TextTable::new(["mean over interneurons", "r", "95 % interval", "types"]);
    for one in means {
        let interval = one.interval.map_or("-".to_owned(), |[low, high]| {
            format!("{} to {}", decimal(Some(low)), decimal(Some(high)))
        });
        let types = one.types.to_string();
        table.push([one.what.clone(), decimal(Some(one.mean)), interval, types]);
    }
    table
}

/// What the intervals are over, and what they are not.
fn intervals(summary: &InterneuronSummary) -> String {
    let (networks, recordings) = (summary.models.len() > 1, !summary.with.is_empty());
    let named = |all: [(bool, &'static str); 3]| {
        let shown = all.into_iter().filter(|(is, _)| *is);
        let names: Vec<&str> = shown.map(|(_, name)| name).collect();
        names.join(", ")
    };
    let over = [
        (true, "types"),
        (networks, "networks"),
        (recordings, "recordings"),
    ];
    let not = [
        (false, ""),
        (!networks, "trainings"),
        (!recordings, "retinas"),
    ];
    let text = format!("intervals by nested bootstrap over {}", named(over));
    match named(not) {
        none if none.is_empty() => text,
        not => format!("{text}; not over {not}"),
    }
}
