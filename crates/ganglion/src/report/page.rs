//! The page around the sections.

use std::path::Path;

use ganglion_experiment::Presence;
use ganglion_model::metrics::median;
use ganglion_reduction::Agreement;
use ganglion_reduction::summary::{CellSummary, Details};

use super::cells::number;
use super::html::{Html, escaped};
use super::{Contents, IDENTIFICATION, Section, found, identification, planting};
use crate::results::{IdentificationSummary, ReductionSummary, read_summary};

const STYLE: &str = "\
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 62rem; margin: 2rem auto; \
padding: 0 1rem; }\
h1 { font-size: 1.7rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; }\
h3 { margin-top: 1.8rem; } .wide { overflow-x: auto; }\
table { border-collapse: collapse; margin: 1rem 0; font-size: 0.85rem; }\
th, td { border-bottom: 1px solid #ddd; padding: 0.25rem 0.7rem; text-align: left; \
vertical-align: top; }\
th { border-bottom: 2px solid #888; } figure { margin: 1rem 0; }\
figure img { max-width: 100%; } figcaption { font-size: 0.8rem; color: #555; }\
pre { background: #f6f6f6; padding: 0.8rem; overflow-x: auto; font-size: 0.8rem; }\
.supported { color: #06603a; } .refuted { color: #a3260b; } .undetermined { color: #666; }\
nav a { margin-right: 1rem; }\
.found { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 1rem; } code { background: #f6f6f6; }";

/// A whole document.
pub fn page(headline: &Html, sections: &[Section]) -> String {
    let links: String = (sections.iter())
        .map(|section| {
            format!(
                "<a href=\"#{}\">{}</a>\n",
                section.anchor,
                escaped(&section.title)
            )
        })
        .collect();
    let bodies: String = (sections.iter())
        .map(|section| {
            format!(
                "<section><h2 id=\"{}\">{}</h2>\n{}</section>\n",
                section.anchor,
                escaped(&section.title),
                section.body
            )
        })
        .collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>ganglion: circuits behind the responses</title>\n<style>{STYLE}</style></head>\n\
         <body>\n{headline}<nav>{links}</nav>\n{bodies}</body></html>\n"
    )
}

/// Title, the circuits that were found, and all phenomena in one table.
///
/// # Errors
/// Where a reduction's summary cannot be read.
pub fn headline(out: &Path, contents: &Contents) -> crate::Result<Html> {
    let mut html = Html::new();
    html.text("h1", "The circuits behind the responses");
    html.text("p", &origin(contents));
    html.add(&found::opening(out, contents)?);
    html.text("h3", "All phenomena");
    let mut rows = Vec::new();
    for name in &contents.experiments {
        let reduction = read_summary(&out.join("reduction").join(name))?;
        rows.push(row(name, reduction.as_ref()));
    }
    let headings = [
        "phenomenon",
        "cells that show it",
        "reduced",
        "pathways",
        "median correlation",
        "median held-out correlation",
        "agree with their lesions",
        "metric the same, not the same, undetermined",
        "planted pathways found",
        "pathways that were planted",
        "verdicts right, wrong, undetermined",
    ];
    html.table(&headings, &rows);
    for skipped in &contents.skipped {
        let name = skipped.name.replace('-', " ");
        html.text(
            "p",
            &format!(
                "Not looked for: {name}, since its stimulus cannot be shown to the network. {}.",
                skipped.reason
            ),
        );
    }
    let identified: Option<IdentificationSummary> = read_summary(&out.join(IDENTIFICATION))?;
    let sentence = identified.and_then(|found| identification::sentence(&found.cells));
    if let Some(sentence) = sentence {
        html.text("p", &sentence);
    }
    Ok(html)
}

fn origin(contents: &Contents) -> String {
    match (&contents.retina, &contents.history) {
        (Some(_), _) => "Everything here is simulated: a network was trained on recordings of a \
             simulated retina whose circuit is known, and then reduced."
            .to_owned(),
        (None, Some(_)) => "A network was trained on a recording, and then reduced.".to_owned(),
        (None, None) => format!(
            "The trained network {} was reduced.",
            contents.model.display()
        ),
    }
}

fn row(name: &str, reduction: Option<&ReductionSummary>) -> Vec<String> {
    let cells = reduction.map_or(&[][..], |reduction| &reduction.cells);
    let reduced: Vec<&CellSummary> = cells.iter().filter(|cell| cell.is_reduced()).collect();
    let details: Vec<&Details> = (reduced.iter())
        .filter_map(|cell| cell.details.as_ref())
        .collect();
    let present = cells.iter().filter(|cell| cell.present).count();
    let correlations = reduced.iter().filter_map(|cell| cell.correlation);
    let held_out = (details.iter()).filter_map(|cell| cell.held_out.as_ref()?.correlation);
    let lesions = details.iter().filter(|cell| cell.acceptance.lesions_agree);
    let metric = |agreement: Agreement| {
        let is = |cell: &&&Details| cell.acceptance.metric.agreement == agreement;
        details.iter().filter(is).count()
    };
    let agreements = [
        Agreement::Same,
        Agreement::Different,
        Agreement::Undetermined,
    ];
    let mut row = vec![
        name.replace('-', " "),
        shown_by(cells, present),
        reduced.len().to_string(),
        pathways(&reduced),
        number(median(correlations)),
        number(median(held_out)),
        format!("{} of {}", lesions.count(), reduced.len()),
        agreements.map(|one| metric(one).to_string()).join(", "),
    ];
    row.extend(planting::score(
        reduction.and_then(|reduction| reduction.scoreboard.as_ref()),
    ));
    row
}

/// How many pathways the circuits have.
fn pathways(reduced: &[&CellSummary]) -> String {
    let counts = || reduced.iter().map(|cell| cell.pathways.len());
    match (counts().min(), counts().max()) {
        (Some(least), Some(most)) if least == most => least.to_string(),
        (Some(least), Some(most)) => format!("{least} to {most}"),
        _ => "-".to_owned(),
    }
}

/// How many cells show a phenomenon, and of how many others errors leave it open.
fn shown_by(cells: &[CellSummary], present: usize) -> String {
    let open = |cell: &&CellSummary| cell.presence == Presence::Undetermined;
    match cells.iter().filter(open).count() {
        0 => format!("{present} of {}", cells.len()),
        open => format!("{present} of {}, {open} undetermined", cells.len()),
    }
}
