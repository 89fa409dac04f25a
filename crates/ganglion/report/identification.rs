//! The circuit of every cell, whatever it is used for.

use std::path::Path;

use serde_json::Value;

use super::cells::{entries, summary, text};
use super::figure::figures;
use super::html::Html;
use super::{IDENTIFICATION, Section, planting};

/// How the section differs from those of the phenomena.
const ABOUT: &str = "Circuits of as few rectified pathways as the network's answers to a probe of \
     stripes need, kernels included. The sections below ask for less: for the cheapest circuit of the \
     network's own channels behind one phenomenon, helped by kernels identified here where no circuit of \
     these follows the rate closely enough. On simulated retinas polarity and sign are right \
     more often here, and time courses are not always: of two pathways the one called slow may be the \
     faster. If the network has not seen light change at the scale and the contrasts of the probe, it \
     answers by extrapolation.";

/// Circuits, beside the planted ones where these are known.
///
/// # Errors
/// Where results cannot be read.
pub fn section(out: &Path) -> anyhow::Result<Section> {
    let folder = out.join(IDENTIFICATION);
    let found = summary(&folder)?;
    let mut body = Html::new();
    body.text("p", ABOUT);
    if let Some(sentence) = sentence(&found) {
        body.text("p", &sentence);
    }
    overview(&mut body, &found);
    for cell in entries(&found, "cells") {
        let index = text(&cell["cell"]);
        body.text("h3", &format!("Circuit of cell {index}"));
        body.add(&figures(&folder, &format!("cell{index}-"))?);
        planting::beside(&mut body, &cell["planting"], "the probe");
    }
    Ok(Section {
        anchor: "identification".to_owned(),
        title: "Circuits of the cells".to_owned(),
        body,
    })
}

/// How many planted pathways were found, if that is known.
pub fn sentence(found: &Value) -> Option<String> {
    let cells = entries(found, "cells").iter();
    let cells = cells.filter(|cell| !cell["planting"].is_null());
    let count = cells.clone().count();
    match planting::recovered(cells.map(|cell| &cell["planting"])).as_str() {
        "-" => None,
        right => Some(format!(
            "Identified from the answers to a probe, {right} planted pathways have the right polarity \
             and sign, in {count} cells."
        )),
    }
}

fn overview(body: &mut Html, found: &Value) {
    let row = |cell: &Value| {
        vec![
            text(&cell["cell"]),
            entries(cell, "pathways").len().to_string(),
            text(&cell["correlation"]),
            text(&cell["explained"]),
            text(&cell["description"]),
        ]
    };
    let rows: Vec<Vec<String>> = entries(found, "cells").iter().map(row).collect();
    let headings = [
        "cell",
        "pathways",
        "correlation",
        "variance explained by one, two, ... pathways",
        "in words",
    ];
    body.table(&headings, &rows);
}
