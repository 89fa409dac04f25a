//! What a reduction leaves: circuits, tables, arrays and figures.

use std::path::Path;

use ganglion_experiment::PreparedExperiment;
use ganglion_plot::Figure;
use ganglion_recording::{ArrayInfo, CellIndex, ResultFile};
use ganglion_reduction::truth::planting::Planting;
use ganglion_reduction::{Explanation, Reduction};

use super::Reduce;
use crate::figures;
use crate::program::PROGRAM;
use crate::results::{circuit_tables, write_json, write_text};

/// Names of the files of an experiment, in which `*` stands for anything.
pub const NAMES: [&str; 6] = [
    "summary.json",
    "config.toml",
    "pathways.csv",
    "lesions.csv",
    "planted.csv",
    "cell*-*.*",
];

/// Writes everything into a folder.
///
/// # Errors
/// Where a file cannot be written or a figure cannot be drawn.
pub fn write(
    reduction: &Reduction,
    experiment: &PreparedExperiment,
    settings: &Reduce,
    folder: &Path,
) -> crate::Result<()> {
    std::fs::create_dir_all(folder)?;
    let format = settings.format;
    write_json(&folder.join("summary.json"), &reduction.summary())?;
    write_text(
        &folder.join("config.toml"),
        &resolved(experiment, settings)?,
    )?;
    write_text(
        &folder.join("pathways.csv"),
        &circuit_tables::pathways(explained(reduction).map(|(_, one)| one))?,
    )?;
    write_text(&folder.join("lesions.csv"), &lesions(reduction)?)?;
    if let Some(planted) = circuit_tables::planted(plantings(reduction))? {
        write_text(&folder.join("planted.csv"), &planted)?;
    }
    for (cell, explanation) in explained(reduction) {
        let name = |what: &str| folder.join(format!("cell{cell}-{what}"));
        write_text(&name("circuit.toml"), &explanation.circuit.to_toml()?)?;
        arrays(cell, explanation, experiment, &name("rates.h5"))?;
        let schematic = figures::explained_schematic(explanation);
        schematic.save(&name("circuit"), format)?;
        figures::fidelity(reduction.headline, explanation).save(&name("fidelity"), format)?;
        figures::circuit_traces(experiment, explanation).save(&name("traces"), format)?;
        let sweep = figures::attribution_sweep(cell, experiment, explanation);
        sweep.save(&name("attribution"), format)?;
    }
    Ok(())
}

/// Cells that were reduced.
pub(super) fn explained(reduction: &Reduction) -> impl Iterator<Item = (CellIndex, &Explanation)> {
    let cells = reduction.cells.iter();
    cells.filter_map(|cell| Some((cell.cell, cell.result.as_ref().ok()?.as_ref())))
}

fn plantings(reduction: &Reduction) -> impl Iterator<Item = (CellIndex, &Planting)> {
    explained(reduction).filter_map(|(cell, one)| Some((cell, one.planting.as_ref()?)))
}

/// The settings with every value resolved.
fn resolved(experiment: &PreparedExperiment, settings: &Reduce) -> crate::Result<String> {
    let mut table = toml::Table::new();
    table.insert(
        "reduction".into(),
        toml::Value::try_from(&settings.tables.reduction)?,
    );
    let experiments = vec![toml::Value::try_from(experiment.config())?];
    table.insert("experiments".into(), toml::Value::Array(experiments));
    let with = settings.with.iter().map(|model| ("--with", model));
    let circuits = settings
        .circuits
        .iter()
        .map(|folder| ("--circuits", folder));
    let more: String = (with.chain(circuits))
        .map(|(option, path)| format!(" {option} {}", path.display()))
        .collect();
    Ok(format!(
        "# {PROGRAM} reduce {}{more}\n{}",
        settings.model.display(),
        toml::to_string(&table)?
    ))
}

/// One row a lesion.
fn lesions(reduction: &Reduction) -> crate::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "cell",
        "silenced",
        "channels",
        "present",
        reduction.headline,
        "correlation",
        "rate_over_intact",
        "reason",
    ])?;
    for (cell, explanation) in explained(reduction) {
        for effect in &explanation.effects {
            let channels: Vec<String> = effect
                .lesion
                .silenced
                .iter()
                .map(ToString::to_string)
                .collect();
            let number = |value: Option<f64>| value.map_or(String::new(), |v| v.to_string());
            table.write_record([
                cell.to_string(),
                effect.lesion.name.clone(),
                channels.join(" "),
                effect.present.to_string(),
                number(effect.metric),
                number(effect.correlation),
                effect.rate.to_string(),
                effect.reason.clone(),
            ])?;
        }
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

/// Rates of network and circuit, and the channels' attributions.
fn arrays(
    cell: CellIndex,
    explanation: &Explanation,
    experiment: &PreparedExperiment,
    path: &Path,
) -> crate::Result<()> {
    let labels: Vec<&str> = experiment
        .conditions()
        .iter()
        .map(|condition| condition.label.as_str())
        .collect();
    let lengths: Vec<f64> = explanation
        .samples
        .iter()
        .map(|range| range.len() as f64)
        .collect();
    let info = |shape, dimensions, units| ArrayInfo {
        shape,
        dimensions,
        units,
    };
    let samples = [explanation.rates.len()];
    let channels = &explanation.channels;
    let numbers: Vec<f64> = channels.iter().map(|one| one.channel as f64).collect();
    let attributions = channels.iter().flat_map(|one| &one.attribution);
    ResultFile::new()
        .attribute("cell", i64::try_from(cell.0)?)
        .attribute("conditions", labels.join("; ").as_str())
        .f64(
            "circuit",
            info(&samples, &["sample"], "Hz"),
            explanation.rates.clone(),
        )
        .f64(
            "network",
            info(&samples, &["sample"], "Hz"),
            explanation.full_rates.clone(),
        )
        .f64(
            "attribution",
            info(&[channels.len(), samples[0]], &["channel", "sample"], "Hz"),
            attributions.copied().collect(),
        )
        .f64(
            "channel",
            info(&[channels.len()], &["channel"], ""),
            numbers,
        )
        .f64(
            "samples_of_condition",
            info(&[labels.len()], &["condition"], ""),
            lengths,
        )
        .write(path)?;
    Ok(())
}
