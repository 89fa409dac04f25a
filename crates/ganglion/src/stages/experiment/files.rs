//! The files of an experiment.

use std::fs;
use std::io::Write;
use std::path::Path;

use ganglion_experiment::{Condition, Curve, Map, Outcome, Rates, ResponseFamily};
use ganglion_recording::{ArrayInfo, ResultFile, write_atomically};

use super::stored::{name_of, with_screen};
use super::{Experiment, Experimented};
use crate::error::Context as _;
use crate::figures;
use crate::program::PROGRAM;
use crate::results::{write_json, write_text};
use crate::stimulus_file;

/// Names of all of them, in which `*` stands for anything.
pub fn names(experiment: &str, settings: &Experiment) -> Vec<String> {
    let mut names = [
        "config.toml",
        "conditions.csv",
        "metrics.csv",
        "curves.csv",
        "responses.h5",
        "summary.json",
    ]
    .map(str::to_owned)
    .to_vec();
    let ending = settings.format.extension();
    names.extend(["csv", ending].map(|ending| format!("{experiment}*.{ending}")));
    if settings.movies {
        names.push("movies/*".to_owned());
    }
    names
}

/// Writes all of them into a folder, which is created if needed.
pub fn write(made: &Experimented, folder: &Path, settings: &Experiment) -> crate::Result<()> {
    let config = toml::to_string(&toml::Table::from_iter([(
        "experiments".to_owned(),
        toml::Value::Array(vec![toml::Value::try_from(made.prepared.config())?]),
    )]))?;
    write_text(&folder.join("config.toml"), &config)?;
    table(&folder.join("conditions.csv"), conditions(made))?;
    table(&folder.join("metrics.csv"), metrics(&made.outcome))?;
    table(&folder.join("curves.csv"), curves(&made.outcome))?;
    responses(made).write(folder.join("responses.h5"))?;
    for (name, figure) in figures::experiment(made.prepared.config(), &made.outcome) {
        figure.save(&folder.join(name), settings.format)?;
    }
    if settings.movies {
        movies(made, &folder.join("movies"))?;
    }
    // Last, so that a folder with a summary is complete.
    write_json(&folder.join("summary.json"), &made.summary)
}

fn table(path: &Path, rows: Vec<Vec<String>>) -> crate::Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner()?;
    Ok(write_atomically(path, |writer| writer.write_all(&bytes))?)
}

fn conditions(made: &Experimented) -> Vec<Vec<String>> {
    let conditions = made.prepared.conditions();
    let parameters = conditions.first().map_or(0, |one| one.parameters.len());
    let header = [
        "condition",
        "label",
        "role",
        "zero_frame",
        "frames",
        "first_bin",
    ];
    let mut header: Vec<String> = header.map(str::to_owned).to_vec();
    for number in 0..parameters {
        let column = |what: &str| format!("parameter_{}{what}", number + 1);
        header.extend(["", "_value", "_unit"].map(column));
    }
    let row = |(index, (one, rates)): (usize, (&Condition, &Rates))| {
        let role = format!("{:?}", one.role).to_lowercase();
        let zero = one.stimulus.zero().to_string();
        let frames = one.stimulus.frames().to_string();
        let first = rates.bins().start.to_string();
        let mut row = vec![name_of(index), one.label.clone(), role, zero, frames, first];
        for parameter in &one.parameters {
            row.push(parameter.name.to_owned());
            row.push(parameter.value.to_string());
            row.push(parameter.unit.to_owned());
        }
        row
    };
    let rows = conditions.iter().zip(&made.rates).enumerate().map(row);
    [header].into_iter().chain(rows).collect()
}

fn metrics(outcome: &Outcome) -> Vec<Vec<String>> {
    let names = outcome.cells.first().map(|cell| cell.metrics.iter());
    let names = names.into_iter().flatten().map(|(name, _)| name);
    let owned = |text: &str| text.to_owned();
    let header = ["cell", "present", "measurable"].into_iter().chain(names);
    let header = header.chain(["reason"]).map(owned).collect();
    let mut rows: Vec<Vec<String>> = vec![header];
    for cell in &outcome.cells {
        let mut row = vec![
            cell.cell.0.to_string(),
            cell.present.to_string(),
            cell.measurable.to_string(),
        ];
        row.extend(cell.metrics.iter().map(|(_, value)| number(value)));
        row.push(cell.reason.clone());
        rows.push(row);
    }
    rows
}

/// One row a curve and value of what was varied; empty where nothing was measured.
fn curves(outcome: &Outcome) -> Vec<Vec<String>> {
    let header = [
        "curve", "x_is", "x_unit", "x", "y_is", "y_unit", "mean", "sem",
    ];
    let cells = outcome
        .cells
        .iter()
        .map(|cell| format!("cell_{}", cell.cell.0));
    let header = header.map(str::to_owned).into_iter().chain(cells).collect();
    let measurable = outcome.measurable();
    let rows = |curve: &Curve| -> Vec<Vec<String>> {
        let row = |(index, (mean, error)): (usize, (f64, f64))| {
            let what = [curve.name, curve.x.name, curve.x.unit].map(str::to_owned);
            let y = [curve.y.name, curve.y.unit].map(str::to_owned);
            let cells = curve.cells.iter().map(|cell| number(cell[index]));
            (what.into_iter())
                .chain([number(curve.at[index])])
                .chain(y)
                .chain([number(mean), number(error)])
                .chain(cells)
                .collect()
        };
        let means = curve.mean_and_error(&measurable);
        means.into_iter().enumerate().map(row).collect()
    };
    [header]
        .into_iter()
        .chain(outcome.curves.iter().flat_map(rows))
        .collect()
}

fn number(value: f64) -> String {
    match value.is_finite() {
        true => value.to_string(),
        false => String::new(),
    }
}

/// Rates of every condition, and curves, families and maps.
fn responses(made: &Experimented) -> ResultFile {
    let file = ResultFile::new()
        .attribute("program", PROGRAM)
        .attribute("experiment", made.prepared.config().name())
        .attribute(
            "cells",
            format!("{:?}", cell_numbers(&made.outcome)).as_str(),
        )
        .attribute(
            "conditions",
            "response/NNN holds condition NNN of conditions.csv, from its first_bin on",
        );
    let file = match &made.summary.without[..] {
        [] => file,
        parts => file.attribute("without", parts.join(", ")),
    };
    let file = with_screen(file, &made.prepared.screen());
    let file = (made.rates.iter().enumerate()).fold(file, |file, (index, rates)| {
        let name = format!("response/{}", name_of(index));
        let shape = [rates.cells(), rates.bins().len()];
        let values = (0..rates.cells()).flat_map(|cell| rates.cell(cell).to_vec());
        file.f32(
            &name,
            info(&shape, &["cell", "bin"], "Hz"),
            values.collect(),
        )
    });
    let file = made.outcome.curves.iter().fold(file, add_curve);
    let file = made.outcome.families.iter().fold(file, add_family);
    made.outcome.maps.iter().fold(file, add_map)
}

fn cell_numbers(outcome: &Outcome) -> Vec<usize> {
    outcome.cells.iter().map(|cell| cell.cell.0).collect()
}

fn info<'a>(shape: &'a [usize], dimensions: &'a [&'a str], units: &'a str) -> ArrayInfo<'a> {
    ArrayInfo {
        shape,
        dimensions,
        units,
    }
}

fn add_curve(file: ResultFile, curve: &Curve) -> ResultFile {
    let count = curve.at.len();
    let name = |what: &str| format!("{}/{what}", curve.name);
    let shape = [curve.cells.len(), count];
    file.f64(
        &name("x"),
        info(&[count], &["x"], curve.x.unit),
        curve.at.clone(),
    )
    .f64(
        &name("y"),
        info(&shape, &["cell", "x"], curve.y.unit),
        curve.cells.concat(),
    )
}

fn add_family(file: ResultFile, family: &ResponseFamily) -> ResultFile {
    let (conditions, frames) = (family.at.len(), family.times_ms.len());
    let name = |what: &str| format!("{}/{what}", family.name);
    let shape = [family.rates.len(), conditions, frames];
    let rates = family.rates.iter().flat_map(|cell| cell.concat()).collect();
    let unit = family.parameter.unit;
    file.f64(
        &name("parameter"),
        info(&[conditions], &["condition"], unit),
        family.at.clone(),
    )
    .f64(
        &name("time"),
        info(&[frames], &["frame"], "ms"),
        family.times_ms.clone(),
    )
    .f64(
        &name("shown"),
        info(
            &[conditions, frames],
            &["condition", "frame"],
            family.shown_as.unit,
        ),
        family.shown.concat(),
    )
    .f64(
        &name("rate"),
        info(&shape, &["cell", "condition", "frame"], "Hz"),
        rates,
    )
}

fn add_map(file: ResultFile, map: &Map) -> ResultFile {
    let shape = [map.cells.len(), map.height, map.width];
    let name = format!("map/{}", map.name);
    file.f64(
        &name,
        info(&shape, &["cell", "y", "x"], map.quantity.unit),
        map.cells.concat(),
    )
}

fn movies(made: &Experimented, folder: &Path) -> crate::Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("{}: the folder cannot be made", folder.display()))?;
    for (index, condition) in made.prepared.conditions().iter().enumerate() {
        let path = folder.join(format!("{}.h5", name_of(index)));
        stimulus_file::write(&condition.stimulus, &path)?;
    }
    Ok(())
}
