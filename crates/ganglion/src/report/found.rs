//! What was found, first of all: for each phenomenon the circuits of the cells that show it.

use std::path::Path;

use ganglion_attribution::Sign;
use ganglion_reduction::Agreement;
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
        let response = pathway.response?.told();
        Some(format!("{} {sign} {response}", pathway.polarity.name()))
    };
    let told: Vec<String> = cell.pathways.iter().filter_map(does).collect();
    (!told.is_empty()).then(|| {
        format!(
            "Of the circuit behind this phenomenon, in the time of the response: {}.",
            told.join("; ")
        )
    })
}

/// A cell's most probable circuit in words: how probable its make-up and its pathways are, and what is right.
fn told(cell: &IdentifiedCell) -> String {
    let pathways: Vec<String> = (cell.pathways.iter())
        .map(|pathway| {
            let probability = pathway
                .probability
                .map_or(String::new(), |p| format!(" {p:.2}"));
            let open = match pathway.stated {
                Some(false) => " (undetermined)",
                _ => "",
            };
            format!("{}{probability}{open}", pathway.name)
        })
        .collect();
    let make_up = cell.alternatives.first().map_or(String::new(), |first| {
        format!("; this make-up {:.2}", first.probability)
    });
    let class = match cell.good_enough {
        Some(false) => " No circuit of this class follows the network closely.",
        _ => "",
    };
    let right = cell.planting.as_ref().map_or(String::new(), |planting| {
        let [right, counted] = planting.recovered();
        format!(" Of the {counted} pathways planted {right} are right.")
    });
    format!(
        "Probabilities: {}{make_up}.{class}{right}",
        pathways.join(", ")
    )
}
