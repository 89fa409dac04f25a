//! How far the choice of a circuit depends on the cell and on the stimuli.

use std::collections::BTreeMap;

use serde_json::Value;

use super::cells::{entries, text};
use super::html::Html;

/// How often the same pathways are chosen among the cells that show a phenomenon; nothing where
/// fewer than two were reduced.
pub fn over_cells(reduction: &Value) -> Html {
    let mut html = Html::new();
    let cells = entries(reduction, "cells").iter();
    let reduced: Vec<&Value> = cells
        .filter(|cell| cell["correlation"].is_number())
        .collect();
    if reduced.len() < 2 {
        return html;
    }
    html.text(
        "p",
        &format!(
            "Stability over cells: the circuits of the {} cells that were reduced, by the polarity \
             and sign of their pathways, and how many of them have each kind of pathway:",
            reduced.len()
        ),
    );
    let circuits = counted(reduced.iter().map(|cell| kinds(cell).join(" + ")));
    let pathways = counted(reduced.iter().flat_map(|cell| {
        let mut kinds = kinds(cell);
        kinds.dedup();
        kinds
    }));
    let channels = counted(reduced.iter().flat_map(|cell| channels(cell)));
    let rows = |what: &str, counts: Vec<(String, usize)>| {
        let row = |(name, count): (String, usize)| {
            vec![
                what.to_owned(),
                name,
                format!("{count} of {}", reduced.len()),
            ]
        };
        counts.into_iter().map(row).collect::<Vec<_>>()
    };
    let all = [
        rows("circuit", circuits),
        rows("pathway", pathways),
        rows("channels", channels),
    ];
    html.table(&["", "chosen", "cells"], &all.concat());
    html
}

/// What is chosen on each half of the sweep alone.
pub fn over_range(cell: &Value) -> Html {
    let mut html = Html::new();
    let held_out = &cell["held_out"];
    let turns = entries(held_out, "turns");
    if turns.is_empty() {
        return html;
    }
    html.text(
        "p",
        &format!(
            "Stability over the stimulus range: chosen and fitted without half of the values of {}, \
             ends always included:",
            text(&held_out["varied"])
        ),
    );
    let row = |turn: &Value| {
        let chosen = entries(turn, "chosen_again").iter();
        let chosen: Vec<String> = chosen
            .map(|channels| format!("[{}]", text(channels)))
            .collect();
        vec![
            text(&turn["values"]),
            text(&turn["correlation"]),
            chosen.join(" "),
            text(&turn["same"]),
            text(&turn["chosen_again_correlation"]),
        ]
    };
    let rows: Vec<Vec<String>> = turns.iter().map(row).collect();
    let headings = [
        "not seen",
        "correlation there, same pathways",
        "channels chosen again",
        "the same",
        "correlation there, chosen again",
    ];
    html.table(&headings, &rows);
    html
}

/// Polarity and sign of every pathway of a cell, in alphabetical order.
fn kinds(cell: &Value) -> Vec<String> {
    let kind = |pathway: &Value| {
        let (polarity, sign) = (text(&pathway["polarity"]), text(&pathway["sign"]));
        format!("{} {sign}", polarity.to_uppercase())
    };
    let mut kinds: Vec<String> = entries(cell, "pathways").iter().map(kind).collect();
    kinds.sort();
    kinds
}

/// Channels of every pathway of a cell, with their kind.
fn channels(cell: &Value) -> Vec<String> {
    let told = |pathway: &Value| {
        let (polarity, sign) = (text(&pathway["polarity"]), text(&pathway["sign"]));
        let channels = text(&pathway["channels"]);
        format!("{channels} as {} {sign}", polarity.to_uppercase())
    };
    entries(cell, "pathways").iter().map(told).collect()
}

/// How often each name occurs, the most frequent first.
fn counted(names: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(kinds: &[(&str, &str, usize)]) -> Value {
        let pathway = |(polarity, sign, channel): &(&str, &str, usize)| serde_json::json!({ "polarity": polarity, "sign": sign, "channels": [channel] });
        let pathways: Vec<Value> = kinds.iter().map(pathway).collect();
        serde_json::json!({ "correlation": 0.97, "pathways": pathways })
    }

    #[test]
    fn the_same_pathways_in_another_order_are_the_same_circuit() {
        let cells = [
            cell(&[("off", "excitatory", 5), ("on", "inhibitory", 7)]),
            cell(&[("on", "inhibitory", 7), ("off", "excitatory", 4)]),
            cell(&[("off", "excitatory", 5), ("off", "excitatory", 4)]),
            serde_json::json!({ "correlation": null, "pathways": [] }),
        ];
        let html = over_cells(&serde_json::json!({ "cells": cells })).to_string();
        for (chosen, count) in [
            ("OFF excitatory + ON inhibitory", "2 of 3"),
            ("OFF excitatory + OFF excitatory", "1 of 3"),
            ("OFF excitatory", "3 of 3"),
            ("7 as ON inhibitory", "2 of 3"),
            ("5 as OFF excitatory", "2 of 3"),
        ] {
            let row = format!("<td>{chosen}</td><td>{count}</td>");
            assert!(html.contains(&row), "{row} is not in {html}");
        }
        let one = serde_json::json!({ "cells": cells[..1] });
        assert!(over_cells(&one).to_string().is_empty());
    }
}
