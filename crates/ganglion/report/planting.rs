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
    if !entries(planted, "unmatched").is_empty() {
        let unmatched = text(&planted["unmatched"]);
        body.text("p", &format!("Found but not planted: {unmatched}."));
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
