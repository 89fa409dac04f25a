//! What silencing parts of a layer does to the responses: causal effects, for comparison.

use std::path::Path as FilePath;

use anyhow::ensure;
use ganglion_attribution::{Part, Replacement};
use ganglion_plot::Table;
use ganglion_recording::{ArrayInfo, Attribute, Spool};

use super::gather::{path, samples_together};
use super::method::Method;
use super::report::{CellReport, Report};
use super::save::{described, write_table};
use super::shown::Shown;
use super::{Arguments, Subject, write_json};
use crate::failure::bad_use;
use crate::steps::Steps;

/// Writes `effects.h5`: how much of each response is lost with each part of the layer.
///
/// # Errors
/// Where a part does not exist, or a file cannot be written.
pub fn measure(
    subject: &Subject,
    shown: &Shown,
    folder: &FilePath,
    arguments: &Arguments,
) -> anyhow::Result<Report> {
    let (kind, names, parts) = parts(subject, arguments)?;
    let outputs = &subject.request.outputs;
    let (cells, samples) = (subject.attributor.cells(), shown.samples());
    let mut effects = Spool::beside(folder.join("effects.h5"))?;
    let (mut response, mut resting) = (Vec::new(), Vec::new());
    let mut sums = vec![[0.0f64; 2]; outputs.len() * parts.len()];
    let steps = Steps::new(&shown.name, samples, shown.rows, subject.settings.quiet);
    for whole in shown.windows() {
        for piece in whole.pieces(samples_together(subject)) {
            let path = path(subject, shown, &piece)?;
            let layer = subject.request.settings.layer;
            let silence = |parts: &[Part]| {
                subject
                    .attributor
                    .without(&path, layer, parts, Replacement::Baseline)
            };
            let intact = subject.attributor.end_rates(&path);
            let rates: Vec<Vec<f32>> = parts
                .chunks(PARTS_TOGETHER)
                .map(silence)
                .collect::<Result<_, _>>()?;
            let rates: Vec<f32> = rates.concat();
            for (sample, intact) in intact.iter().enumerate() {
                for (place, &output) in outputs.iter().enumerate() {
                    let [rest, whole] = intact[output];
                    response.push(whole);
                    resting.push(rest);
                    let lost: Vec<f32> = (0..parts.len())
                        .map(|part| {
                            let row =
                                (part * intact_len(&rates, parts.len(), cells) + sample) * cells;
                            (whole - f64::from(rates[row + output])) as f32
                        })
                        .collect();
                    for (sum, &lost) in sums[place * parts.len()..].iter_mut().zip(&lost) {
                        sum[0] += f64::from(lost);
                        sum[1] += f64::from(lost.abs());
                    }
                    effects.append(&lost)?;
                }
            }
            steps.done(piece.bins.len());
        }
    }
    steps.finish();
    let means: Vec<[f64; 2]> = sums
        .iter()
        .map(|sum| sum.map(|s| s / samples as f64))
        .collect();
    let mut table = Table::new(["cell", kind, "mean_effect_hz", "mean_magnitude_hz"]);
    for (place, cell) in subject.cells().into_iter().enumerate() {
        for (part, name) in names.iter().enumerate() {
            let [sum, magnitude] = means[place * parts.len() + part];
            table.push(vec![
                cell.to_string(),
                name.clone(),
                sum.to_string(),
                magnitude.to_string(),
            ]);
        }
    }
    write_table(&folder.join("effects.csv"), &table)?;
    let shape = [samples, outputs.len(), parts.len()];
    let [_, height, width] = subject.request.planes;
    let unit_shape = [
        samples,
        outputs.len(),
        parts.len() / (height * width).max(1),
        height,
        width,
    ];
    let by_unit = subject.request.method == Method::UnitAblation;
    let info = ArrayInfo {
        shape: if by_unit { &unit_shape } else { &shape },
        dimensions: match by_unit {
            true => &[shown.rows, "cell", "channel", "y", "x"],
            false => &[shown.rows, "cell", kind],
        },
        units: "Hz",
    };
    let rates = ArrayInfo {
        shape: &shape[..2],
        dimensions: &[shown.rows, "cell"],
        units: "Hz",
    };
    let mut file = described(subject, shown)
        .spooled("effect", info, effects)
        .f64("response", rates, response)
        .f64("resting_response", rates, resting);
    if !by_unit {
        file = file.attribute("parts", Attribute::Texts(names.clone()));
    }
    file.write(folder.join("effects.h5"))?;
    // Thousands of units are for the file.
    let listed = if by_unit { &[] } else { &names[..] };
    let cells = subject.cells().into_iter().zip(means.chunks(parts.len()));
    let cells = cells.map(|(cell, means)| CellReport::of_effects(cell, listed, means));
    let report = Report::with(subject, shown, folder, cells.collect());
    write_json(&folder.join("summary.json"), &report)?;
    Ok(report)
}

/// Parts whose rates are in memory together.
const PARTS_TOGETHER: usize = 256;

fn intact_len(rates: &[f32], parts: usize, cells: usize) -> usize {
    rates.len() / (parts * cells)
}

/// What is silenced in turn: what parts are, their names, and the parts.
fn parts(
    subject: &Subject,
    arguments: &Arguments,
) -> anyhow::Result<(&'static str, Vec<String>, Vec<Part>)> {
    let [channels, height, width] = subject.request.planes;
    Ok(match subject.request.method {
        Method::Occlusion => {
            let pathways = arguments
                .pathways
                .as_deref()
                .ok_or_else(|| bad_use("--method occlusion needs --pathways, such as 0+3,1"))?;
            let names: Vec<String> = pathways.split(',').map(ToOwned::to_owned).collect();
            let parts = names
                .iter()
                .map(|name| pathway(name))
                .collect::<Result<_, _>>()?;
            ("pathway", names, parts)
        }
        Method::UnitAblation => {
            let units = channels * height * width;
            ensure!(
                units * subject.request.outputs.len() <= MOST_UNITS,
                "unit-ablation of {units} units: choose fewer --cells"
            );
            let names = (0..units).map(|unit| unit.to_string()).collect();
            (
                "unit",
                names,
                (0..units).map(|unit| Part::Units(vec![unit])).collect(),
            )
        }
        _ => {
            let names = (0..channels).map(|channel| channel.to_string()).collect();
            let parts = (0..channels)
                .map(|channel| Part::Channels(vec![channel]))
                .collect();
            ("channel", names, parts)
        }
    })
}

/// Units times cells that fit a table.
const MOST_UNITS: usize = 10_000_000;

fn pathway(text: &str) -> anyhow::Result<Part> {
    let channels = text
        .split('+')
        .map(|channel| channel.trim().parse::<usize>());
    let channels = channels.collect::<Result<_, _>>();
    channels.map(Part::Channels).map_err(|_| {
        bad_use(format!(
            "--pathways: \"{text}\" is no list of channels; join them by +, as in 0+3,1"
        ))
    })
}
