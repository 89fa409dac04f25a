//! The recording and the network.

use super::cells::{entries, number, read, summary, text};
use super::figure::figures;
use super::html::Html;
use super::{Contents, Section};

/// Where the network comes from and how good it is.
///
/// # Errors
/// Where results cannot be read.
pub fn section(contents: &Contents) -> anyhow::Result<Section> {
    let mut body = Html::new();
    if let Some(retina) = &contents.retina {
        let found = summary(retina)?;
        let family = text(&found["family"]);
        body.text(
            "p",
            &format!(
                "Simulated retina of the family {family}, seed {}.",
                text(&found["seed"])
            ),
        );
        if let Ok(circuit) = std::fs::read_to_string(retina.join("circuit.toml")) {
            body.details("The circuit of the simulated retina", &circuit);
        }
    }
    scores(&mut body, contents)?;
    for stage in &contents.stages {
        if stage.name == "Network" {
            body.add(&figures(&stage.folder, "")?);
        }
    }
    Ok(Section {
        anchor: "network".to_owned(),
        title: "Recording and network".to_owned(),
        body,
    })
}

/// How well the network predicts the cells.
fn scores(body: &mut Html, contents: &Contents) -> anyhow::Result<()> {
    let evaluation = read(&contents.model.join("evaluation.json"))?;
    let cells = entries(&evaluation, "cells");
    if cells.is_empty() {
        return Ok(());
    }
    let keys = ["cell", "pearson", "ceiling", "normalised", "fev"];
    let rows: Vec<Vec<String>> = cells
        .iter()
        .map(|cell| keys.iter().map(|key| text(&cell[key])).collect())
        .collect();
    let median = number(evaluation["median_pearson"].as_f64());
    body.text(
        "p",
        &format!(
            "The network predicts held-out responses with a median correlation of {median} over \
             {} cells.",
            cells.len()
        ),
    );
    body.table(
        &["cell", "r", "ceiling", "r / ceiling", "explained variance"],
        &rows,
    );
    Ok(())
}
