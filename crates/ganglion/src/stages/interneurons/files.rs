//! The files of a comparison with interneurons.

use std::path::Path;

use ganglion_plot::{Figure, Format};

use crate::figures;
use crate::results::{InterneuronSummary, write_json, write_text};

/// Names of all of them, in which `*` stands for an ending.
pub const NAMES: [&str; 3] = ["summary.json", "correlations.csv", "interneurons.*"];

/// Writes all of them.
///
/// # Errors
/// Where one cannot be written or the figure cannot be drawn.
pub fn write(summary: &InterneuronSummary, folder: &Path, format: Format) -> crate::Result<()> {
    write_text(&folder.join("correlations.csv"), &table(summary)?)?;
    figures::interneurons(summary).save(&folder.join("interneurons"), format)?;
    write_json(&folder.join("summary.json"), summary)
}

/// One row an interneuron and network; empty where a correlation is not defined. Nulls are averaged over their
/// networks.
fn table(summary: &InterneuronSummary) -> crate::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "unit",
        "type",
        "row",
        "column",
        "layer",
        "channel",
        "unit_row",
        "unit_column",
        "chosen",
        "network",
        "untrained",
        "shifted",
        "ln_model",
        "model",
    ])?;
    let found = summary.correlations();
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let count = |value: Option<usize>| value.map_or(String::new(), |value| value.to_string());
    for (place, one) in summary.interneurons.iter().enumerate() {
        for (best, model) in one.networks.iter().zip(&summary.models) {
            table.write_record([
                one.unit.to_string(),
                one.kind.clone(),
                number(one.place.map(|place| place[0])),
                number(one.place.map(|place| place[1])),
                count(best.map(|best| best.layer)),
                count(best.map(|best| best.channel)),
                count(best.map(|best| best.place[0])),
                count(best.map(|best| best.place[1])),
                number(best.map(|best| best.chosen)),
                number(best.map(|best| best.correlation)),
                number(found.untrained(place)),
                number(found.shifted(place)),
                number(one.ln_model),
                model.display().to_string(),
            ])?;
        }
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}
