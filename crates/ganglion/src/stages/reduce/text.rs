//! What was found, for people.

use std::fmt::Write;

use super::Reduced;
use super::files::explained;
use crate::table::{TextTable, decimal};

/// The circuits of all cells, the verdicts on claims, and where everything is.
pub fn text(
    Reduced {
        reduction, folder, ..
    }: &Reduced,
) -> String {
    let mut text = format!("{}\n", reduction.phenomenon);
    let headings = [
        "cell",
        "pathways",
        "r",
        "held-out r",
        reduction.headline,
        "of the circuit",
        "enough",
    ];
    let mut table = TextTable::new(headings);
    for (cell, explanation) in explained(reduction) {
        let step = &explanation.curve.steps[explanation.choice.step];
        let held_out = explanation
            .held_out
            .as_ref()
            .and_then(|held_out| held_out.correlation);
        table.push([
            cell.to_string(),
            explanation.circuit.pathways.len().to_string(),
            decimal(Some(explanation.circuit.correlation)),
            decimal(held_out),
            decimal(Some(explanation.metric)),
            decimal(step.metric),
            if explanation.acceptance.is_good() {
                "yes"
            } else {
                "no"
            }
            .to_owned(),
        ]);
    }
    let summary = reduction.summary();
    if explained(reduction).next().is_some() {
        let _ = writeln!(text, "{table}");
    }
    for cell in &summary.cells {
        let _ = match cell.pathways.is_empty() {
            true => writeln!(text, "cell {}: {}", cell.cell, cell.description),
            false => writeln!(text, "{}", cell.description),
        };
    }
    for (cell, explanation) in explained(reduction) {
        for hypothesis in &explanation.hypotheses {
            let verdict = hypothesis.verdict.name();
            let truth = hypothesis.truth.map_or(String::new(), |truth| {
                format!(" (in the simulated retina: {})", truth.name())
            });
            let _ = writeln!(text, "cell {cell}: {verdict}{truth}: {}", hypothesis.claim);
        }
    }
    if let Some(board) = summary.scoreboard {
        let _ = writeln!(
            text,
            "of {} planted pathways {} were found with their polarity and sign; of {} pathways of the \
             circuits {} were planted; of {} verdicts {} are right and {} wrong",
            board.planted,
            board.right,
            board.found,
            board.found_right,
            board.verdicts,
            board.verdicts_right,
            board.verdicts_wrong
        );
    }
    let _ = writeln!(text, "saved in {}", folder.display());
    text
}

/// How many circuits there are, and what is right where a simulated retina is known.
pub fn sentence(Reduced { reduction, .. }: &Reduced) -> String {
    let mut sentence = match explained(reduction).count() {
        0 => return "no cell was reduced".to_owned(),
        1 => "1 circuit".to_owned(),
        circuits => format!("{circuits} circuits"),
    };
    let board = reduction.summary().scoreboard;
    if let Some(board) = board.filter(|board| board.planted > 0) {
        let (planted, right) = (board.planted, board.right);
        let _ = write!(
            sentence,
            "; of {planted} planted pathways {right} have the right polarity and sign"
        );
        if board.verdicts > 0 {
            let (right, wrong) = (board.verdicts_right, board.verdicts_wrong);
            let _ = write!(
                sentence,
                "; of {} verdicts {right} are right, {wrong} wrong",
                board.verdicts
            );
        }
    }
    sentence
}
