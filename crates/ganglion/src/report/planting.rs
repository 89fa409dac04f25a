//! Circuits beside those that were planted in a simulated retina.

use ganglion_reduction::Scoreboard;
use ganglion_reduction::truth::planting::{Compared, FoundPathway, Planting};

use super::cells::{list, number, or_dash, yes_no};
use super::html::Html;

/// Adds what was planted in a cell and what was found for it, where that is known; pathways are looked
/// for by their share of the drive under some stimuli.
pub fn beside(body: &mut Html, planted: Option<&Planting>, stimuli: &str) {
    let Some(planted) = planted else {
        return;
    };
    let (class, least) = (&planted.class, planted.least_share);
    body.text(
        "p",
        &format!(
            "Planted in the simulated retina: a cell of the class {class}. Pathways with at least \
             {:.0} % of its drive under {stimuli} are looked for:",
            100.0 * least
        ),
    );
    let rows: Vec<Vec<String>> = planted.pathways.iter().map(row).collect();
    let headings = [
        "planted",
        "polarity",
        "sign",
        "share",
        "found as",
        "polarity right",
        "sign right",
        "kernel correlation",
    ];
    body.table(&headings, &rows);
    if !planted.not_planted.is_empty() {
        let not_planted = list(&planted.not_planted);
        body.text("p", &format!("Found but not planted: {not_planted}."));
    }
}

fn row(one: &Compared) -> Vec<String> {
    let found = one.found.as_ref();
    let told = |of: &dyn Fn(&FoundPathway) -> String| or_dash(found.map(of));
    let name = match (found, one.counts) {
        (Some(found), _) => found.pathway.clone(),
        (None, true) => "nothing".to_owned(),
        (None, false) => "not looked for".to_owned(),
    };
    vec![
        one.planted.clone(),
        one.polarity.key().to_owned(),
        one.sign.key().to_owned(),
        number(Some(one.share)),
        name,
        told(&|found| yes_no(found.polarity_right)),
        told(&|found| yes_no(found.sign_right)),
        told(&|found| number(Some(found.kernel_correlation))),
    ]
}

/// Recall and precision of circuits in a sentence; nothing where no planted pathway is known.
pub fn recovered<'a>(plantings: impl Iterator<Item = &'a Planting>) -> Option<String> {
    let board = Scoreboard::of_plantings(plantings).filter(|board| board.planted > 0)?;
    let share = |value: Option<f64>| {
        value.map_or("-".to_owned(), |value| format!("{:.0} %", 100.0 * value))
    };
    Some(format!(
        "{} of {} planted pathways have the right polarity and sign (recall {}), {} of {} pathways found \
         were planted (precision {}), and {} of {} cells without inhibition were given one; {} {}",
        board.right,
        board.planted,
        share(board.recall()),
        board.found_right,
        board.found,
        share(board.precision()),
        board.false_inhibition,
        board.without_inhibition,
        board.cells,
        if board.cells == 1 { "cell" } else { "cells" },
    ))
}

/// Recall and precision of pathways, and verdicts, of a reduction's scoreboard; dashes where nothing is
/// known to compare with.
pub fn score(board: Option<&Scoreboard>) -> [String; 3] {
    let Some(board) = board else {
        return ["-", "-", "-"].map(ToOwned::to_owned);
    };
    let [right, wrong] = [board.verdicts_right, board.verdicts_wrong];
    let open = board.verdicts.saturating_sub(right + wrong);
    [
        format!("{} of {}", board.right, board.planted),
        format!("{} of {}", board.found_right, board.found),
        format!("{right}, {wrong}, {open}"),
    ]
}
