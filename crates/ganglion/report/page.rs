//! The page around the sections.

use std::path::Path;

use super::cells::{number, summary};
use super::html::{Html, escaped};
use super::{Contents, IDENTIFICATION, Section, identification, planting};

const STYLE: &str = "\
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 62rem; margin: 2rem auto; \
padding: 0 1rem; }\
h1 { font-size: 1.7rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; }\
h3 { margin-top: 1.8rem; } .wide { overflow-x: auto; }\
table { border-collapse: collapse; margin: 1rem 0; font-size: 0.85rem; }\
th, td { border-bottom: 1px solid #ddd; padding: 0.25rem 0.7rem; text-align: left; \
vertical-align: top; }\
th { border-bottom: 2px solid #888; } figure { margin: 1rem 0; }\
figure img { max-width: 100%; min-width: 60%; } figcaption { font-size: 0.8rem; color: #555; }\
pre { background: #f6f6f6; padding: 0.8rem; overflow-x: auto; font-size: 0.8rem; }\
.supported { color: #06603a; } .refuted { color: #a3260b; } .undetermined { color: #666; }\
nav a { margin-right: 1rem; } code { background: #f6f6f6; }";

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

/// Title, and what was found in one table.
///
/// # Errors
/// Where a reduction's summary cannot be read.
pub fn headline(out: &Path, contents: &Contents) -> anyhow::Result<Html> {
    let mut html = Html::new();
    html.text("h1", "The circuits behind the responses");
    html.text("p", &origin(contents));
    let mut rows = Vec::new();
    for name in &contents.experiments {
        rows.push(row(name, &summary(&out.join("reduction").join(name))?));
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
    if let Some(sentence) = identification::sentence(&summary(&out.join(IDENTIFICATION))?) {
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

fn row(name: &str, summary: &serde_json::Value) -> Vec<String> {
    let empty = Vec::new();
    let cells = summary["cells"].as_array().unwrap_or(&empty);
    let reduced: Vec<_> = cells
        .iter()
        .filter(|cell| cell["correlation"].is_number())
        .collect();
    let present = cells.iter().filter(|cell| cell["present"] == true).count();
    let median = |of: &dyn Fn(&serde_json::Value) -> Option<f64>| {
        let values = reduced.iter().filter_map(|cell| of(cell));
        number(ganglion_model::metrics::median(values))
    };
    let mut counts: Vec<usize> = reduced
        .iter()
        .filter_map(|cell| Some(cell["pathways"].as_array()?.len()))
        .collect();
    counts.sort_unstable();
    let pathways = match (counts.first(), counts.last()) {
        (Some(least), Some(most)) if least == most => least.to_string(),
        (Some(least), Some(most)) => format!("{least} to {most}"),
        _ => "-".to_owned(),
    };
    let lesions = reduced
        .iter()
        .filter(|cell| cell["acceptance"]["lesions_agree"] == true)
        .count();
    let metric = |agreement: &str| {
        let is =
            |cell: &&&serde_json::Value| cell["acceptance"]["metric"]["agreement"] == agreement;
        reduced.iter().filter(is).count()
    };
    let mut row = vec![
        name.replace('-', " "),
        shown_by(cells, present),
        reduced.len().to_string(),
        pathways,
        median(&|cell| cell["correlation"].as_f64()),
        median(&|cell| cell["held_out"]["correlation"].as_f64()),
        format!("{lesions} of {}", reduced.len()),
        ["same", "different", "undetermined"]
            .map(|agreement| metric(agreement).to_string())
            .join(", "),
    ];
    row.extend(planting::score(&summary["scoreboard"]));
    row
}

/// How many cells show a phenomenon, and of how many others errors leave it open.
fn shown_by(cells: &[serde_json::Value], present: usize) -> String {
    let open = |cell: &&serde_json::Value| cell["presence"] == "undetermined";
    match cells.iter().filter(open).count() {
        0 => format!("{present} of {}", cells.len()),
        open => format!("{present} of {}, {open} undetermined", cells.len()),
    }
}
