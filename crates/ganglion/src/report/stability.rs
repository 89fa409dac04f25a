//! How far the choice of a circuit depends on the cell and on the stimuli.

use std::collections::BTreeMap;

use ganglion_reduction::summary::{CellSummary, PathwaySummary};
use ganglion_reduction::trust::held_out::{HeldOut, TurnOutcome};

use super::cells::{list, number, numbers, yes_no};
use super::html::Html;

/// How often the same pathways are chosen among the cells that show a phenomenon; nothing where
/// fewer than two were reduced.
pub fn over_cells(cells: &[CellSummary]) -> Html {
    let mut html = Html::new();
    let reduced: Vec<&CellSummary> = cells.iter().filter(|cell| cell.is_reduced()).collect();
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
pub fn over_range(held_out: Option<&HeldOut>) -> Html {
    let mut html = Html::new();
    let Some(held_out) = held_out.filter(|held_out| !held_out.turns.is_empty()) else {
        return html;
    };
    html.text(
        "p",
        &format!(
            "Stability over the stimulus range: chosen and fitted without half of the values of {}, \
             ends always included:",
            held_out.varied
        ),
    );
    let row = |turn: &TurnOutcome| {
        let chosen = turn.chosen_again.iter();
        let chosen: Vec<String> = chosen
            .map(|channels| format!("[{}]", list(channels)))
            .collect();
        vec![
            numbers(&turn.values),
            number(turn.correlation),
            chosen.join(" "),
            yes_no(turn.same),
            number(turn.chosen_again_correlation),
        ]
    };
    let rows: Vec<Vec<String>> = held_out.turns.iter().map(row).collect();
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

fn kind(pathway: &PathwaySummary) -> String {
    let polarity = pathway.polarity.name();
    format!("{polarity} {}", pathway.sign.key())
}

/// Polarity and sign of every pathway of a cell, in alphabetical order.
fn kinds(cell: &CellSummary) -> Vec<String> {
    let mut kinds: Vec<String> = cell.pathways.iter().map(kind).collect();
    kinds.sort();
    kinds
}

/// Channels of every pathway of a cell, with their kind.
fn channels(cell: &CellSummary) -> Vec<String> {
    let told =
        |pathway: &PathwaySummary| format!("{} as {}", list(&pathway.channels), kind(pathway));
    cell.pathways.iter().map(told).collect()
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
    use ganglion_attribution::{Polarity, Sign};
    use ganglion_experiment::{Metrics, Presence};
    use ganglion_recording::CellIndex;

    use super::*;

    fn pathway(polarity: Polarity, sign: Sign, channel: usize) -> PathwaySummary {
        PathwaySummary {
            channels: vec![channel],
            polarity,
            sign,
            effect: None,
            peak_ms: 50.0,
            biphasic_index: 0.0,
            weight: 1.0,
            threshold: 0.0,
            threshold_spread: 0.0,
            share: 0.5,
            pool_sd_um: 50.0,
            receptive_field_sd_um: 50.0,
            probability: None,
            stated: None,
            part_of: None,
            response: None,
            networks_agree: None,
        }
    }

    fn cell(correlation: Option<f64>, pathways: Vec<PathwaySummary>) -> CellSummary {
        CellSummary {
            cell: CellIndex(0),
            present: true,
            presence: Presence::Present,
            metrics: Metrics::default(),
            pathways,
            correlation,
            description: String::new(),
            details: None,
        }
    }

    #[test]
    fn the_same_pathways_in_another_order_are_the_same_circuit() {
        use Polarity::{Off, On};
        use Sign::{Excitatory, Inhibitory};
        let [off5, off4] = [5, 4].map(|channel| pathway(Off, Excitatory, channel));
        let on7 = pathway(On, Inhibitory, 7);
        let cells = [
            cell(Some(0.97), vec![off5.clone(), on7.clone()]),
            cell(Some(0.97), vec![on7, off4.clone()]),
            cell(Some(0.97), vec![off5, off4]),
            cell(None, Vec::new()),
        ];
        let html = over_cells(&cells).to_string();
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
        assert!(over_cells(&cells[..1]).to_string().is_empty());
    }
}
