//! What was found, first of all: for each phenomenon the circuits of the cells that show it.

use std::path::Path;

use ganglion_attribution::Sign;
use ganglion_reduction::Agreement;
use ganglion_reduction::standing::{self, FIT_ONLY, Standing};
use ganglion_reduction::summary::{CellSummary, PathwaySummary};

use super::figure::figure;
use super::html::{Html, escaped};
use super::{Contents, IDENTIFICATION};
use crate::results::{IdentificationSummary, IdentifiedCell, ReductionSummary, read_summary};

/// Cells of a phenomenon that are drawn; the others are in its section.
const DRAWN: usize = 4;

/// For each phenomenon one sentence, and the circuits of its cells, drawn, with how probable they are and what of them
/// was planted, if that is known.
///
/// # Errors
/// Where results cannot be read.
pub fn opening(out: &Path, contents: &Contents) -> crate::Result<Html> {
    let folder = out.join(IDENTIFICATION);
    let identified: Option<IdentificationSummary> = read_summary(&folder)?;
    let identified = identified.map_or_else(Vec::new, |found| found.cells);
    let mut html = Html::new();
    for name in &contents.experiments {
        let reduction: Option<ReductionSummary> = read_summary(&out.join("reduction").join(name))?;
        let Some(reduction) = reduction else { continue };
        let shows: Vec<&CellSummary> = reduction.cells.iter().filter(|cell| cell.present).collect();
        let title = name.replace('-', " ");
        html.text("h3", &(title[..1].to_uppercase() + &title[1..]));
        html.text("p", &sentence(&reduction.cells, &shows));
        html.raw("<div class=\"found\">\n");
        for cell in shows.iter().take(DRAWN) {
            let circuit = identified.iter().find(|one| one.cell == cell.cell);
            let drawing = folder.join(format!("cell{}-circuit.svg", cell.cell));
            if let Some(circuit) = circuit.filter(|_| drawing.is_file()) {
                html.raw("<div>");
                html.add(&figure(&drawing)?);
                html.raw(&format!("<p>{}</p>", escaped(&told(circuit))));
                if let Some(response) = response(cell) {
                    html.raw(&format!("<p>{}</p>", escaped(&response)));
                }
                html.raw("</div>\n");
            }
        }
        html.raw("</div>\n");
    }
    Ok(html)
}

/// Which cells show a phenomenon.
fn sentence(all: &[CellSummary], shows: &[&CellSummary]) -> String {
    let names: Vec<String> = shows.iter().map(|cell| cell.cell.to_string()).collect();
    match names.as_slice() {
        [] => format!("None of the network's {} cells shows it.", all.len()),
        [one] => format!("Cell {one}, of {}, shows it.", all.len()),
        [most @ .., last] => format!(
            "Cells {} and {last}, of {}, show it.",
            most.join(", "),
            all.len()
        ),
    }
}

/// What the pathways of the circuit behind the phenomenon do in the time of the response; nothing where that circuit is
/// refuted by its lesions or does not show the phenomenon.
fn response(cell: &CellSummary) -> Option<String> {
    let acceptance = &cell.details.as_ref()?.acceptance;
    if !acceptance.lesions_agree || acceptance.metric.agreement == Agreement::Different {
        return None;
    }
    let does = |pathway: &PathwaySummary| {
        let sign = match pathway.sign {
            Sign::Inhibitory => "inhibition",
            _ => "excitation",
        };
        let open = match (pathway.stated, pathway.probability) {
            (Some(false), Some(p)) if p < FIT_ONLY => " (a part of the network's fit only)",
            (Some(false), _) => " (undetermined)",
            _ => "",
        };
        let response = pathway.response?.told();
        Some(format!(
            "{} {sign}{open} {response}",
            pathway.polarity.name()
        ))
    };
    let told: Vec<String> = cell.pathways.iter().filter_map(does).collect();
    (!told.is_empty()).then(|| {
        format!(
            "Of the circuit fitted to this phenomenon, in the time of the response: {}.",
            told.join("; ")
        )
    })
}

/// A cell's most probable circuit in words: what is stated, what is not and why, how probable its make-up is, and what is
/// right.
fn told(cell: &IdentifiedCell) -> String {
    let names: Vec<String> = cell.pathways.iter().map(|one| one.name.clone()).collect();
    let may_be_stated = cell.not_stated_because.is_none();
    let standings: Vec<Standing> = (cell.pathways.iter())
        .map(|pathway| Standing::new(pathway.probability, may_be_stated))
        .collect();
    let mut text = standing::told(cell.cell, &names, &standings);
    if let Some(because) = &cell.not_stated_because {
        text += &format!(" Nothing is stated because {because}.");
    }
    if let Some(first) = cell.alternatives.first() {
        text += &format!(
            " This make-up has a probability of {:.2}.",
            first.probability
        );
    }
    if cell.good_enough == Some(false) {
        text += match standings.iter().any(|one| one.is_stated() == Some(true)) {
            true => {
                " These pathways alone are stated, and not this circuit: as a whole it does not follow the network \
                 closely."
            }
            false => " No circuit of this class follows the network closely.",
        };
    }
    if let Some(planting) = &cell.planting {
        let [right, counted] = planting.recovered();
        text += &format!(" Of the {counted} pathways planted {right} are right.");
    }
    text
}
