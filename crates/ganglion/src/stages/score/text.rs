//! Scores, for people.

use std::fmt::Write;

use ganglion_reduction::score::calibration::Calibration;
use ganglion_reduction::score::{GroupScore, OwnMisfit, ScoreSummary};
use ganglion_reduction::truth::scoreboard::Scoreboard;

use super::Scored;
use crate::table::{TextTable, decimal};

/// The scores of each group, and of all where there are several.
pub fn text(scored: &Scored) -> String {
    let mut text = summary(&scored.summary);
    if let Some(folder) = &scored.folder {
        let _ = writeln!(text, "saved in {}", folder.display());
    }
    text
}

/// The same without where it was saved.
pub fn summary(summary: &ScoreSummary) -> String {
    let groups = summary.groups.iter().chain(&summary.all);
    let groups = groups.map(group).collect::<Vec<_>>().join("\n");
    format!("{groups}{}", own_misfits(summary))
}

/// How many circuits' own misfits are read from their correlation, and how many are not known.
fn own_misfits(summary: &ScoreSummary) -> String {
    let circuits = summary.retinas.iter().flat_map(|one| &one.misfits);
    let circuits = circuits.filter(|one| one.truth.is_finite());
    let (mut by_correlation, mut unknown) = (0, 0);
    for one in circuits {
        by_correlation += usize::from(one.own_from == Some(OwnMisfit::Correlation));
        unknown += usize::from(one.own_from.is_none());
    }
    let mut text = String::new();
    if by_correlation > 0 {
        let _ = writeln!(
            text,
            "own misfit of {by_correlation} circuits: 1 - r² of their correlation with the network, since their \
             predictions do not tell `unexplained`"
        );
    }
    if unknown > 0 {
        let _ = writeln!(text, "own misfit of {unknown} circuits: not known");
    }
    text
}

fn group(group: &GroupScore) -> String {
    let counts = &group.counts;
    let mut text = format!(
        "{}: {} simulated {}, {} cells; {} of {} planted pathways found, {} of {} found were planted\n",
        group.group,
        group.retinas,
        if group.retinas == 1 {
            "retina"
        } else {
            "retinas"
        },
        counts.cells,
        counts.right,
        counts.planted,
        counts.found_right,
        counts.found,
    );
    let _ = write!(text, "{}", without_circuit(counts));
    let mut table = TextTable::new(["score", "value", "95 % interval"]);
    for one in group.scores.iter().filter(|one| one.value.is_some()) {
        let interval = one.interval.map_or("-".to_owned(), |[low, high]| {
            format!("{} to {}", decimal(Some(low)), decimal(Some(high)))
        });
        table.push([one.told.clone(), decimal(one.value), interval]);
    }
    let _ = write!(text, "{table}");
    if let Some(calibration) = &group.calibration {
        let _ = write!(text, "{}", reliability(calibration));
    }
    let _ = match group.retinas {
        1 => writeln!(
            text,
            "one retina: no intervals, since cells of a retina are not independent"
        ),
        retinas => writeln!(text, "intervals by bootstrap over {retinas} retinas"),
    };
    text
}

/// Cells that have no circuit, in words; nothing where there are none.
fn without_circuit(counts: &Scoreboard) -> String {
    let mut text = String::new();
    if counts.without_circuit > 0 {
        let _ = writeln!(
            text,
            "no circuit, as the prediction says, of {} cells; {} planted pathways of theirs count as not found",
            counts.without_circuit, counts.planted_without_circuit
        );
    }
    if counts.not_predicted > 0 {
        let _ = writeln!(
            text,
            "not predicted: {} more cells, with neither a circuit nor `good_enough = false`; they are in no score",
            counts.not_predicted
        );
    }
    text
}

/// How often pathways of each probability were planted.
fn reliability(calibration: &Calibration) -> String {
    let mut table = TextTable::new(["probability", "pathways", "mean probability", "planted"]);
    for bin in &calibration.table {
        table.push([
            format!("{:.1} to {:.1}", bin.range[0], bin.range[1]),
            bin.forecasts.to_string(),
            decimal(Some(bin.probability)),
            decimal(Some(bin.is_true)),
        ]);
    }
    table.to_string()
}
