//! One phenomenon: does the network show it, and by which circuit.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use super::cells::{entries, number, summary, text};
use super::figure::figures;
use super::html::{Html, escaped};
use super::{Section, planting, stability};

/// Experiment, circuits, causal checks and claims.
///
/// # Errors
/// Where results cannot be read.
pub fn section(out: &Path, name: &str) -> anyhow::Result<Section> {
    let folder = out.join("reduction").join(name);
    let reduction = summary(&folder)?;
    let mut body = Html::new();
    body.add(&figures(&out.join("experiments").join(name), "")?);
    presence(&mut body, &reduction);
    body.add(&stability::over_cells(&reduction));
    for cell in entries(&reduction, "cells") {
        if cell["correlation"].is_number() {
            circuit(&mut body, &folder, &reduction, cell)?;
        }
    }
    let title = name.replace('-', " ");
    Ok(Section {
        anchor: name.to_owned(),
        title: title[..1].to_uppercase() + &title[1..],
        body,
    })
}

/// Which cells show it, and why not.
fn presence(body: &mut Html, reduction: &Value) {
    let cells = entries(reduction, "cells");
    let present = cells.iter().filter(|cell| cell["present"] == true).count();
    body.text(
        "p",
        &format!("{present} of {} cells of the network show it.", cells.len()),
    );
    let headline = text(&reduction["headline"]);
    let row = |cell: &Value| {
        vec![
            text(&cell["cell"]),
            shows_it(cell).to_owned(),
            text(&cell["metrics"][headline.as_str()]),
            text(&cell["description"]),
        ]
    };
    let rows: Vec<Vec<String>> = cells.iter().map(row).collect();
    body.table(&["cell", "shows it", &headline, "in words"], &rows);
}

/// Whether a cell shows it, in a word.
fn shows_it(cell: &Value) -> &'static str {
    match cell["presence"].as_str() {
        Some("present") => "yes",
        Some("undetermined") => "undetermined",
        _ => "no",
    }
}

fn circuit(body: &mut Html, folder: &Path, reduction: &Value, cell: &Value) -> anyhow::Result<()> {
    let index = text(&cell["cell"]);
    body.text("h3", &format!("Cell {index}"));
    body.text("p", &text(&cell["description"]));
    body.add(&figures(folder, &format!("cell{index}-"))?);
    pathways(body, cell);
    planting::beside(body, &cell["planted"], "these stimuli");
    fidelity(body, reduction, cell);
    body.add(&stability::over_range(cell));
    lesions(body, reduction, cell);
    claims(body, cell);
    if let Ok(file) = std::fs::read_to_string(folder.join(format!("cell{index}-circuit.toml"))) {
        let head = file.split("[pathways.kernel]").next().unwrap_or_default();
        body.details("The circuit's file, without kernels", head);
    }
    Ok(())
}

fn pathways(body: &mut Html, cell: &Value) {
    let keys = [
        ("channels", "channels"),
        ("polarity", "polarity"),
        ("sign", "sign"),
        ("effect", "effect of the stimuli"),
        ("peak_ms", "peak (ms)"),
        ("biphasic_index", "biphasic index"),
        ("weight", "weight (Hz)"),
        ("threshold", "threshold"),
        ("threshold_spread", "spread of thresholds (±)"),
        ("share", "share"),
        ("pool_sd_um", "pool sd (um)"),
        ("receptive_field_sd_um", "receptive field sd (um)"),
    ];
    let row = |pathway: &Value| keys.iter().map(|(key, _)| text(&pathway[*key])).collect();
    let rows: Vec<Vec<String>> = entries(cell, "pathways").iter().map(row).collect();
    body.table(&keys.map(|(_, heading)| heading), &rows);
}

fn fidelity(body: &mut Html, reduction: &Value, cell: &Value) {
    let held_out = &cell["held_out"];
    let shuffled = &cell["shuffled"];
    let acceptance = &cell["acceptance"];
    let metric = &acceptance["metric"];
    let rows = vec![
        vec!["Chosen as".to_owned(), chosen_as(&cell["search"])],
        vec![
            "Correlation with the network".to_owned(),
            text(&cell["correlation"]),
        ],
        vec![
            format!("{}: network, circuit", text(&reduction["headline"])),
            format!(
                "{}, {} (difference {} ± {}, allowed {}: {})",
                text(&cell["full_metric"]),
                text(&cell["circuit_metric"]),
                text(&metric["difference"]),
                text(&metric["error"]),
                text(&metric["allowed"]),
                text(&metric["agreement"]),
            ),
        ],
        vec![
            "What the circuit says of silencing its channels, and all others (causal R²)"
                .to_owned(),
            format!(
                "{} ({})",
                text(&acceptance["causal_r_squared"]),
                match acceptance["lesions_agree"] == true {
                    true => "the lesions agree with it",
                    false => "the lesions do not agree with it",
                }
            ),
        ],
        vec![
            format!(
                "Correlation on values that the fit did not see: {}",
                text(&held_out["varied"])
            ),
            format!(
                "{} ({} values, each held out once)",
                text(&held_out["correlation"]),
                entries(held_out, "values").len()
            ),
        ],
        vec![
            format!(
                "{} of fits that did not see them",
                text(&reduction["headline"])
            ),
            text(&held_out["metric"]),
        ],
        vec![
            "Chosen on half of the values; its channels alone in the network, on the others"
                .to_owned(),
            format!(
                "{} channels, correlation with the intact network {}",
                text(&shuffled["channels"]),
                text(&shuffled["correlation"])
            ),
        ],
        vec![
            "As many random channels alone".to_owned(),
            format!(
                "correlation {} ± {} (sd, n = {}); p = {}, at least {}",
                text(&shuffled["mean"]),
                text(&shuffled["sd"]),
                text(&shuffled["shuffles"]),
                text(&shuffled["p"]),
                text(&shuffled["same"]),
            ),
        ],
        vec![
            "Channel and column terms needed, of how many".to_owned(),
            text(&cell["terms"]),
        ],
        vec![
            "Largest completeness gap of the attributions (Hz)".to_owned(),
            cell["completeness_gap_hz"]
                .as_f64()
                .map_or("-".to_owned(), |gap| format!("{gap:.1e}")),
        ],
    ];
    body.table(&["fidelity", ""], &rows);
}

/// By what rule the circuit was chosen, and from which kernels.
fn chosen_as(search: &Value) -> String {
    let rule = "the circuit that costs least: unexplained variance, of the intact network and of the \
         network with channels silenced, and a price a pathway";
    match search["identified"] == true {
        true => format!(
            "{rule}; with kernels identified from the probe besides those of the channels, of which no \
             circuit follows the rate closely enough (for these, the channels most like them are silenced)"
        ),
        false => rule.to_owned(),
    }
}

/// What silencing does, in the full network.
fn lesions(body: &mut Html, reduction: &Value, cell: &Value) {
    let headline = text(&reduction["headline"]);
    let row = |lesion: &Value| {
        vec![
            text(&lesion["name"]),
            text(&lesion["silenced"]),
            text(&lesion["present"]),
            text(&lesion["metric"]),
            text(&lesion["correlation"]),
            number(lesion["rate"].as_f64()),
        ]
    };
    let rows: Vec<Vec<String>> = entries(cell, "lesions").iter().map(row).collect();
    body.text(
        "p",
        "Silenced in the full network (held at their value for grey):",
    );
    let headings = [
        "silenced",
        "channels",
        "phenomenon present",
        &headline,
        "correlation with intact",
        "rate / intact",
    ];
    body.table(&headings, &rows);
}

/// Claims of the literature, tested on this cell.
fn claims(body: &mut Html, cell: &Value) {
    for claim in entries(cell, "hypotheses") {
        let verdict = text(&claim["verdict"]);
        let truth = match claim["truth"].as_str() {
            Some(truth) => format!(" (by intervention on the simulated retina: {truth})"),
            None => String::new(),
        };
        let mut html = format!(
            "<p><b class=\"{verdict}\">{verdict}</b>{truth}: {} <i>({})</i></p><ul>",
            escaped(&text(&claim["claim"])),
            escaped(&text(&claim["source"])),
        );
        for evidence in entries(claim, "evidence") {
            let _ = write!(html, "<li>{}</li>", escaped(&text(evidence)));
        }
        let refuted = escaped(&text(&claim["refuted_if"]));
        let _ = write!(html, "<li>It would be refuted if {refuted}.</li>");
        if let Some(dispute) = claim["dispute"].as_str() {
            let _ = write!(html, "<li>{}</li>", escaped(dispute));
        }
        body.raw(&(html + "</ul>\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::shows_it;
    use serde_json::json;

    #[test]
    fn a_verdict_that_is_open_is_no_no() {
        let told = |presence: &str| shows_it(&json!({"present": false, "presence": presence}));
        assert_eq!(told("absent"), "no");
        assert_eq!(told("undetermined"), "undetermined");
        let present = json!({"present": true, "presence": "present"});
        assert_eq!(shows_it(&present), "yes");
    }
}
