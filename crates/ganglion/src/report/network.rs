//! The recording and the network.

use ganglion_model::evaluation::CellScore;

use super::cells::{number, or_dash};
use super::figure::figures;
use super::html::Html;
use super::{Contents, Section};
use crate::results::{EvaluationSummary, SimulationSummary, read, read_summary};

/// Where the network comes from and how good it is.
///
/// # Errors
/// Where results cannot be read.
pub fn section(contents: &Contents) -> crate::Result<Section> {
    let mut body = Html::new();
    if let Some(retina) = &contents.retina {
        let found: Option<SimulationSummary> = read_summary(retina)?;
        let family = or_dash(found.as_ref().map(|found| &found.family));
        let seed = or_dash(found.map(|found| found.seed));
        body.text(
            "p",
            &format!("Simulated retina of the family {family}, seed {seed}."),
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
fn scores(body: &mut Html, contents: &Contents) -> crate::Result<()> {
    let file = contents.model.join("evaluation.json");
    let evaluation: Option<EvaluationSummary> = read(&file)?;
    let Some(evaluation) = evaluation.filter(|found| !found.cells.is_empty()) else {
        return Ok(());
    };
    let row = |cell: &CellScore| {
        let numbers = [cell.pearson, cell.ceiling, cell.normalised, cell.fev].map(number);
        [vec![cell.cell.to_string()], numbers.to_vec()].concat()
    };
    let rows: Vec<Vec<String>> = evaluation.cells.iter().map(row).collect();
    let median = number(evaluation.median_pearson);
    body.text(
        "p",
        &format!(
            "The network predicts held-out responses with a median correlation of {median} over \
             {} cells.",
            rows.len()
        ),
    );
    body.table(
        &["cell", "r", "ceiling", "r / ceiling", "explained variance"],
        &rows,
    );
    Ok(())
}
