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
            text(&cell["present"]),
            text(&cell["metrics"][headline.as_str()]),
            text(&cell["description"]),
        ]
    };
    let rows: Vec<Vec<String>> = cells.iter().map(row).collect();
    body.table(&["cell", "shows it", &headline, "in words"], &rows);
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
    let rule = match (&cell["choice"]["reason"], &cell["good_enough"]) {
        (Value::String(reason), _) if reason == "good-enough" => {
            "the fewest that reach the correlation asked for and keep the metric"
        }
        _ => "no number is good enough; more pathways add too little",
    };
    let rows = vec![
        vec!["Number of pathways chosen as".to_owned(), rule.to_owned()],
        vec![
            "Conditions in the fit".to_owned(),
            emphasis(&cell["search"]),
        ],
        vec![
            "Correlation with the network".to_owned(),
            text(&cell["correlation"]),
        ],
        vec![
            format!("{}: network, circuit", text(&reduction["headline"])),
            format!(
                "{}, {}",
                text(&cell["full_metric"]),
                text(&cell["circuit_metric"])
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
            "Effective weights: channels chosen, correlation".to_owned(),
            format!(
                "{}, {}",
                text(&shuffled["channels"]),
                text(&shuffled["correlation"])
            ),
        ],
        vec![
            "The same number of channels by shuffled attributions".to_owned(),
            format!(
                "correlation {} ± {} (sd, n = {}); p = {}, of which {} by choosing the same channels",
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

/// How conditions with weak responses counted in the fit.
fn emphasis(search: &Value) -> String {
    let fit = match search["emphasis"].as_f64() {
        Some(least) if least < 1.0 => format!(
            "residuals over the range of each condition's responses, at least {least} of the \
             largest range, because plain least squares does not keep the metric"
        ),
        _ => "plain least squares".to_owned(),
    };
    let fit = match search["identified"] == true {
        true => format!(
            "{fit}, with kernels identified from the probe besides those of the channels, of which no \
             circuit that was looked at is good enough; for these, the channels most like them are \
             silenced"
        ),
        false => fit,
    };
    match search["closer"].as_u64() {
        Some(closer) if closer > 0 => format!(
            "{fit}; {closer} of as many pathways follow the rate more closely, but do not keep the \
             metric"
        ),
        _ => fit,
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
        let mut html = format!(
            "<p><b class=\"{verdict}\">{verdict}</b>: {} <i>({})</i></p><ul>",
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
