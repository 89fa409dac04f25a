//! Circuits beside those that were planted in a simulated retina.

use serde_json::Value;

use super::cells::{entries, text};
use super::html::Html;

/// Adds what was planted in a cell and what was found for it, where that is known; pathways are looked
/// for by their share of the drive under some stimuli.
pub fn beside(body: &mut Html, planted: &Value, stimuli: &str) {
    if planted.is_null() {
        return;
    }
    let class = text(&planted["class"]);
    let least = planted["least_share"].as_f64().unwrap_or(0.0);
    body.text(
        "p",
        &format!(
            "Planted in the simulated retina: a cell of the class {class}. Pathways with at least \
             {:.0} % of its drive under {stimuli} are looked for:",
            100.0 * least
        ),
    );
    let rows: Vec<Vec<String>> = entries(planted, "pathways").iter().map(row).collect();
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
    if !entries(planted, "not_planted").is_empty() {
        let not_planted = text(&planted["not_planted"]);
        body.text("p", &format!("Found but not planted: {not_planted}."));
    }
}

fn row(one: &Value) -> Vec<String> {
    let found = &one["found"];
    let name = match (found.is_null(), one["counts"] == true) {
        (false, _) => text(&found["pathway"]),
        (true, true) => "nothing".to_owned(),
        (true, false) => "not looked for".to_owned(),
    };
    vec![
        text(&one["planted"]),
        text(&one["polarity"]),
        text(&one["sign"]),
        text(&one["share"]),
        name,
        text(&found["polarity_right"]),
        text(&found["sign_right"]),
        text(&found["kernel_correlation"]),
    ]
}

/// How many of the planted pathways that count were found as what they are; a dash if none is known.
pub fn recovered<'a>(planted: impl Iterator<Item = &'a Value>) -> String {
    let pathways = planted.flat_map(|planted| entries(planted, "pathways"));
    let counting: Vec<_> = pathways.filter(|one| one["counts"] == true).collect();
    if counting.is_empty() {
        return "-".to_owned();
    }
    let is_right = |one: &&&Value| {
        let found = &one["found"];
        found["polarity_right"] == true && found["sign_right"] == true
    };
    let right = counting.iter().filter(is_right).count();
    format!("{right} of {}", counting.len())
}

/// Recall and precision of pathways, and verdicts, of a reduction's scoreboard; dashes where nothing is
/// known to compare with.
pub fn score(board: &Value) -> [String; 3] {
    if board.is_null() {
        return ["-", "-", "-"].map(ToOwned::to_owned);
    }
    let count = |key: &str| board[key].as_u64().unwrap_or(0);
    let open = count("verdicts") - count("verdicts_right") - count("verdicts_wrong");
    [
        format!("{} of {}", count("right"), count("planted")),
        format!("{} of {}", count("found_right"), count("found")),
        format!(
            "{}, {}, {open}",
            count("verdicts_right"),
            count("verdicts_wrong")
        ),
    ]
}
