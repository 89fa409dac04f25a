//! The circuit of every cell, whatever it is used for.

use std::path::Path;

use super::cells::{number, numbers};
use super::figure::figures;
use super::html::Html;
use super::{IDENTIFICATION, Section, planting};
use crate::results::{IdentificationSummary, IdentifiedCell, read_summary};

/// How the section differs from those of the phenomena.
const ABOUT: &str = "The most probable circuits of rectified pathways behind the network's answers to a probe of \
     stripes, kernels included. Pathways with a probability above 0.9, if the circuit is of this class, are stated, unless the network \
     does not predict the cell well enough; others are undetermined, and drawn pale and dashed. The sections below ask for less: for the cheapest circuit of the \
     network's own channels behind one phenomenon, helped by kernels identified here where no circuit of \
     these follows the rate closely enough. On simulated retinas polarity and sign are right \
     more often here, and time courses are not always: of two pathways the one called slow may be the \
     faster. If the network has not seen light change at the scale and the contrasts of the probe, it \
     answers by extrapolation.";

/// Circuits, beside the planted ones where these are known.
///
/// # Errors
/// Where results cannot be read.
pub fn section(out: &Path) -> crate::Result<Section> {
    let folder = out.join(IDENTIFICATION);
    let found: Option<IdentificationSummary> = read_summary(&folder)?;
    let cells = found.map_or_else(Vec::new, |found| found.cells);
    let mut body = Html::new();
    body.text("p", ABOUT);
    if let Some(sentence) = sentence(&cells) {
        body.text("p", &sentence);
    }
    overview(&mut body, &cells);
    for cell in &cells {
        let index = cell.cell;
        body.text("h3", &format!("Circuit of cell {index}"));
        body.add(&figures(&folder, &format!("cell{index}-"))?);
        planting::beside(&mut body, cell.planting.as_ref(), "the probe");
    }
    Ok(Section {
        anchor: "identification".to_owned(),
        title: "Circuits of the cells".to_owned(),
        body,
    })
}

/// How many planted pathways were found, if that is known.
pub fn sentence(cells: &[IdentifiedCell]) -> Option<String> {
    let plantings = cells.iter().filter_map(|cell| cell.planting.as_ref());
    let recovered = planting::recovered(plantings)?;
    Some(format!(
        "Identified from the answers to a probe, {recovered}."
    ))
}

/// How many pathways are stated, and whether the circuit follows the network closely enough.
fn stated(cell: &IdentifiedCell) -> String {
    let known: Vec<bool> = cell.pathways.iter().filter_map(|one| one.stated).collect();
    let count = known.iter().filter(|stated| **stated).count();
    let predicted = match cell.not_stated_because {
        Some(_) => "; the network does not predict the cell well enough",
        None => "",
    };
    let follows = match cell.good_enough {
        Some(false) => "; does not follow the network closely enough",
        _ => "",
    };
    format!("{count} of {}{predicted}{follows}", known.len())
}

fn overview(body: &mut Html, cells: &[IdentifiedCell]) {
    let row = |cell: &IdentifiedCell| {
        vec![
            cell.cell.to_string(),
            cell.pathways.len().to_string(),
            number(cell.correlation),
            stated(cell),
            numbers(&cell.explained),
            cell.description.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = cells.iter().map(row).collect();
    let headings = [
        "cell",
        "pathways",
        "correlation",
        "stated, of those with a probability",
        "variance explained by one, two, ... pathways",
        "in words",
    ];
    body.table(&headings, &rows);
}
