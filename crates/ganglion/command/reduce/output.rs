//! What a reduction leaves: circuits, tables, arrays, figures, and text.

use std::fmt::Write;
use std::io::Write as _;
use std::path::Path;

use ganglion_experiment::PreparedExperiment;
use ganglion_plot::{Figure, Format};
use ganglion_recording::{ArrayInfo, CellIndex, ResultFile, write_atomically};
use ganglion_reduction::truth::planting::Planting;
use ganglion_reduction::{Circuit, Explanation, Reduction, ReductionConfig};

use crate::circuit_tables;
use crate::console;
use crate::figures;
use crate::table::{TextTable, decimal};

/// Whose results they are, and where they go.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The model that was reduced.
    pub model: &'a Path,
    /// The folder.
    pub folder: &'a Path,
    /// Format of the figures.
    pub format: Format,
}

/// Writes everything into a folder.
///
/// # Errors
/// Where a file cannot be written or a figure cannot be drawn.
pub fn write(
    reduction: &Reduction,
    experiment: &PreparedExperiment,
    config: &ReductionConfig,
    Place {
        model,
        folder,
        format,
    }: Place<'_>,
) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    text_file(
        &folder.join("summary.json"),
        &console::json(&reduction.summary())?,
    )?;
    text_file(
        &folder.join("config.toml"),
        &resolved(experiment, config, model)?,
    )?;
    text_file(
        &folder.join("pathways.csv"),
        &circuit_tables::pathways(circuits(reduction))?,
    )?;
    text_file(&folder.join("lesions.csv"), &lesions(reduction)?)?;
    if let Some(planted) = circuit_tables::planted(plantings(reduction))? {
        text_file(&folder.join("planted.csv"), &planted)?;
    }
    for (cell, explanation) in explained(reduction) {
        let name = |what: &str| folder.join(format!("cell{cell}-{what}"));
        text_file(&name("circuit.toml"), &explanation.circuit.to_toml()?)?;
        arrays(cell, explanation, experiment, &name("rates.h5"))?;
        let schematic = figures::circuit_schematic(&explanation.circuit);
        schematic.save(&name("circuit"), format)?;
        figures::fidelity(reduction.headline, explanation).save(&name("fidelity"), format)?;
        figures::circuit_traces(experiment, explanation).save(&name("traces"), format)?;
        let sweep = figures::attribution_sweep(cell, experiment, explanation);
        sweep.save(&name("attribution"), format)?;
    }
    Ok(())
}

/// Cells that were reduced.
fn explained(reduction: &Reduction) -> impl Iterator<Item = (CellIndex, &Explanation)> {
    let cells = reduction.cells.iter();
    cells.filter_map(|cell| Some((cell.cell, cell.result.as_ref().ok()?.as_ref())))
}

fn circuits(reduction: &Reduction) -> impl Iterator<Item = &Circuit> {
    explained(reduction).map(|(_, explanation)| &explanation.circuit)
}

fn plantings(reduction: &Reduction) -> impl Iterator<Item = (CellIndex, &Planting)> {
    explained(reduction).filter_map(|(cell, one)| Some((cell, one.planting.as_ref()?)))
}

fn text_file(path: &Path, text: &str) -> anyhow::Result<()> {
    write_atomically(path, |writer| writer.write_all(text.as_bytes()))?;
    Ok(())
}

/// The settings with every value resolved.
fn resolved(
    experiment: &PreparedExperiment,
    config: &ReductionConfig,
    model: &Path,
) -> anyhow::Result<String> {
    let mut table = toml::Table::new();
    table.insert("reduction".into(), toml::Value::try_from(config)?);
    let experiments = vec![toml::Value::try_from(experiment.config())?];
    table.insert("experiments".into(), toml::Value::Array(experiments));
    Ok(format!(
        "# ganglion {} reduce {}\n{}",
        env!("CARGO_PKG_VERSION"),
        model.display(),
        toml::to_string(&table)?
    ))
}

/// One row a lesion.
fn lesions(reduction: &Reduction) -> anyhow::Result<String> {
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
) -> anyhow::Result<()> {
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

/// What is printed.
pub fn text(reduction: &Reduction, folder: &Path) -> String {
    let mut text = format!("{}\n", reduction.phenomenon);
    let headings = [
        "cell",
        "pathways",
        "r",
        "held-out r",
        reduction.headline,
        "of the circuit",
        "enough",
    ];
    let mut table = TextTable::new(headings);
    for (cell, explanation) in explained(reduction) {
        let step = &explanation.curve.steps[explanation.choice.step];
        let held_out = explanation
            .held_out
            .as_ref()
            .and_then(|held_out| held_out.correlation);
        table.push([
            cell.to_string(),
            explanation.circuit.pathways.len().to_string(),
            decimal(Some(explanation.circuit.correlation)),
            decimal(held_out),
            decimal(Some(explanation.metric)),
            decimal(step.metric),
            if explanation.acceptance.is_good() {
                "yes"
            } else {
                "no"
            }
            .to_owned(),
        ]);
    }
    let summary = reduction.summary();
    if super::explained(reduction) {
        let _ = writeln!(text, "{table}");
    }
    for cell in &summary.cells {
        let _ = match cell.pathways.is_empty() {
            true => writeln!(text, "cell {}: {}", cell.cell, cell.description),
            false => writeln!(text, "{}", cell.description),
        };
    }
    for (cell, explanation) in explained(reduction) {
        for hypothesis in &explanation.hypotheses {
            let verdict = hypothesis.verdict.name();
            let truth = hypothesis.truth.map_or(String::new(), |truth| {
                format!(" (in the simulated retina: {})", truth.name())
            });
            let _ = writeln!(text, "cell {cell}: {verdict}{truth}: {}", hypothesis.claim);
        }
    }
    if let Some(board) = summary.scoreboard {
        let _ = writeln!(
            text,
            "of {} planted pathways {} were found with their polarity and sign; of {} pathways of the \
             circuits {} were planted; of {} verdicts {} are right and {} wrong",
            board.planted,
            board.right,
            board.found,
            board.found_right,
            board.verdicts,
            board.verdicts_right,
            board.verdicts_wrong
        );
    }
    let _ = writeln!(text, "saved in {}", folder.display());
    text
}
