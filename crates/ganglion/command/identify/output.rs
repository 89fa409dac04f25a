//! What an identification leaves: circuits, tables, figures, and text.

use std::fmt::Write;
use std::io::Write as _;
use std::path::Path;

use ganglion_plot::{Figure, Format};
use ganglion_recording::write_atomically;
use ganglion_reduction::identify::IdentifyConfig;
use ganglion_reduction::truth::planting::Planting;
use serde::Serialize;

use super::Found;
use crate::circuit_tables::{self, polarity, sign};
use crate::console;
use crate::figures;
use crate::table::{TextTable, decimal};

/// Names of the files, in which `*` stands for a cell's number or an ending.
pub const NAMES: [&str; 6] = [
    "summary.json",
    "config.toml",
    "pathways.csv",
    "explained.csv",
    "planted.csv",
    "cell*-*.*",
];

/// Whose results they are, and where they go.
pub struct Place<'a> {
    /// The model.
    pub model: &'a Path,
    /// The folder.
    pub folder: &'a Path,
    /// Format of the figures.
    pub format: Format,
}

/// What was identified, for programs.
#[derive(Serialize)]
pub struct Summary<'a> {
    cells: Vec<CellSummary<'a>>,
}

#[derive(Serialize)]
struct CellSummary<'a> {
    cell: usize,
    /// Correlation with the network's answer to the probe.
    correlation: f64,
    /// Share of the variance of the rate explained with one pathway, with two, and so on.
    explained: &'a [f64],
    pathways: Vec<PathwaySummary>,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    planting: Option<&'a Planting>,
}

#[derive(Serialize)]
struct PathwaySummary {
    name: String,
    polarity: &'static str,
    sign: &'static str,
    peak_ms: f64,
    biphasic_index: f64,
    weight_hz: f64,
    threshold: f64,
    share: f64,
}

/// Writes everything into a folder.
///
/// # Errors
/// Where a file cannot be written or a figure cannot be drawn.
pub fn write(found: &[Found], config: &IdentifyConfig, place: &Place<'_>) -> anyhow::Result<()> {
    let folder = place.folder;
    let circuits = || found.iter().map(|one| &one.identified.circuit);
    let plantings = found.iter().filter_map(|one| {
        let cell = one.identified.circuit.cell;
        Some((cell, one.planting.as_ref()?))
    });
    text_file(
        &folder.join("summary.json"),
        &console::json(&summary(found))?,
    )?;
    text_file(&folder.join("config.toml"), &resolved(config, place.model)?)?;
    text_file(
        &folder.join("pathways.csv"),
        &circuit_tables::pathways(circuits())?,
    )?;
    text_file(&folder.join("explained.csv"), &explained(found)?)?;
    if let Some(planted) = circuit_tables::planted(plantings)? {
        text_file(&folder.join("planted.csv"), &planted)?;
    }
    for circuit in circuits() {
        let name = |what: &str| folder.join(format!("cell{}-{what}", circuit.cell));
        text_file(&name("circuit.toml"), &circuit.to_toml()?)?;
        figures::circuit_schematic(circuit).save(&name("circuit"), place.format)?;
    }
    Ok(())
}

fn text_file(path: &Path, text: &str) -> anyhow::Result<()> {
    write_atomically(path, |writer| writer.write_all(text.as_bytes()))?;
    Ok(())
}

/// The settings with every value resolved.
fn resolved(config: &IdentifyConfig, model: &Path) -> anyhow::Result<String> {
    let mut reduction = toml::Table::new();
    reduction.insert("identify".into(), toml::Value::try_from(config)?);
    let mut table = toml::Table::new();
    table.insert("reduction".into(), reduction.into());
    Ok(format!(
        "# ganglion {} identify {}\n{}",
        env!("CARGO_PKG_VERSION"),
        model.display(),
        toml::to_string(&table)?
    ))
}

/// One row a number of pathways: the curve from which the number is chosen.
fn explained(found: &[Found]) -> anyhow::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["cell", "pathways", "explained"])?;
    for one in found {
        for (place, explained) in one.identified.explained.iter().enumerate() {
            let cell = one.identified.circuit.cell.to_string();
            table.write_record([cell, (place + 1).to_string(), explained.to_string()])?;
        }
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

/// What was identified.
pub fn summary(found: &[Found]) -> Summary<'_> {
    let cells = found.iter().map(|one| {
        let circuit = &one.identified.circuit;
        let pathways = circuit.names().into_iter().zip(&circuit.pathways);
        CellSummary {
            cell: circuit.cell.0,
            correlation: circuit.correlation,
            explained: &one.identified.explained,
            pathways: pathways
                .map(|(name, pathway)| PathwaySummary {
                    name,
                    polarity: polarity(pathway.polarity),
                    sign: sign(pathway.sign),
                    peak_ms: pathway.peak.0,
                    biphasic_index: pathway.biphasic_index,
                    weight_hz: pathway.weight,
                    threshold: pathway.threshold,
                    share: pathway.share,
                })
                .collect(),
            description: circuit.describe(),
            planting: one.planting.as_ref(),
        }
    });
    Summary {
        cells: cells.collect(),
    }
}

/// What is printed.
pub fn text(found: &[Found], folder: &Path) -> String {
    let mut table = TextTable::new(["cell", "pathways", "r", "of the simulated retina"]);
    for one in found {
        let circuit = &one.identified.circuit;
        table.push([
            circuit.cell.to_string(),
            circuit.pathways.len().to_string(),
            decimal(Some(circuit.correlation)),
            one.planting.as_ref().map_or(String::new(), right),
        ]);
    }
    let mut text = format!("{table}\n");
    for one in found {
        let _ = writeln!(text, "{}", one.identified.circuit.describe());
    }
    let _ = writeln!(text, "saved in {}", folder.display());
    text
}

/// How many of the planted pathways that count were found with their polarity and sign.
fn right(planting: &Planting) -> String {
    let counted = planting.pathways.iter().filter(|one| one.counts);
    let right = counted.clone().filter(|one| {
        let found = one.found.as_ref();
        found.is_some_and(|found| found.polarity_right && found.sign_right)
    });
    format!("{} of {} pathways right", right.count(), counted.count())
}
