//! `attribution.h5`, tables and figures.

use std::path::Path;

use ganglion_attribution::{Kind, Quality, Summary};
use ganglion_plot::{Format, Table};
use ganglion_recording::{ArrayInfo, Attribute, ResultFile, write_atomically};

use super::gather::Gathered;
use super::peaks::Peaks;
use super::report::{polarity_name, sign_name};
use super::shown::Shown;
use super::{Maps, Subject};
use crate::figures::attribution::{AttributedCell, Channel, Stretch};
use crate::program::PROGRAM;
use crate::results::{AttributionCell, AttributionSummary, write_json};

/// Writes everything of one experiment or stimulus.
///
/// # Errors
/// Where a file cannot be written.
pub fn save(
    subject: &Subject,
    shown: &Shown,
    folder: &Path,
    gathered: Gathered,
    report: &AttributionSummary,
    format: Format,
) -> crate::Result<()> {
    write_json(&folder.join("summary.json"), report)?;
    write_table(
        &folder.join("channels.csv"),
        &channels(subject, &gathered, report),
    )?;
    write_table(
        &folder.join("responses.csv"),
        &responses(subject, shown, &gathered),
    )?;
    for (cell, stretch) in report
        .cells
        .iter()
        .zip(&gathered.highlights)
        .take(MOST_FIGURES)
    {
        for (name, figure) in drawn(subject, shown, cell, stretch).figures() {
            figure.save(&folder.join("figures").join(name), format)?;
        }
    }
    Ok(file(subject, shown, gathered)?.write(folder.join("attribution.h5"))?)
}

/// Most cells that get figures of their own.
const MOST_FIGURES: usize = 32;

fn drawn<'a>(
    subject: &'a Subject,
    shown: &'a Shown,
    cell: &'a AttributionCell,
    stretch: &'a Stretch,
) -> AttributedCell<'a> {
    let channels = cell.channels.iter().enumerate();
    AttributedCell {
        cell: cell.cell,
        experiment: (shown.name != "stimulus").then_some(&*shown.name),
        clips: shown.rows == "clip",
        planes: subject.request.planes,
        microns_per_pixel: subject.model.description.microns_per_pixel,
        stretch,
        channels: channels
            .map(|(index, channel)| Channel {
                polarity: subject.channel(index).map(|known| known.polarity),
                mean_magnitude_hz: channel.mean_magnitude_hz,
                kept: channel.kept,
            })
            .collect(),
    }
}

/// A result file with what every result says about its origin.
pub fn described(subject: &Subject, shown: &Shown) -> ResultFile {
    let settings = &subject.request.settings;
    let labels = shown.conditions.iter().map(|c| c.label.clone()).collect();
    let roles = shown.conditions.iter().map(|c| c.role.to_owned()).collect();
    ResultFile::new()
        .attribute("program", PROGRAM)
        .attribute(
            "model",
            subject.request.model.display().to_string().as_str(),
        )
        .attribute("shown", shown.name.as_str())
        .attribute("attributed", shown.which.as_str())
        .attribute("conditions", Attribute::Texts(labels))
        .attribute("roles", Attribute::Texts(roles))
        .attribute("method", subject.request.method.to_string().as_str())
        .attribute("stage", settings.layer.stage as i64)
        .attribute("point", subject.request.point_name())
        .attribute("tolerance", settings.tolerance)
        .attribute("cells", format!("{:?}", subject.cells()).as_str())
        .attribute("frame_period_ms", subject.frame_period_ms())
}

fn file(subject: &Subject, shown: &Shown, gathered: Gathered) -> crate::Result<ResultFile> {
    let (samples, cells) = (gathered.rows.len(), subject.request.outputs.len());
    let [channels, height, width] = subject.request.planes;
    let row = shown.rows;
    let mut file = described(subject, shown);
    let maps = ArrayInfo {
        shape: &[samples, cells, channels, height, width],
        dimensions: &[row, "cell", "channel", "y", "x"],
        units: "Hz",
    };
    if let Some(spool) = gathered.attribution {
        file = file.spooled("attribution", maps, spool);
    }
    if let Some(spool) = gathered.effective_weights {
        let units = ArrayInfo {
            units: "Hz per unit of the layer",
            ..maps
        };
        file = file.spooled("effective_weight", units, spool);
    }
    let columns = ArrayInfo {
        shape: &[samples, cells, channels, width],
        dimensions: &[row, "cell", "channel", "x"],
        units: "Hz",
    };
    file = file.spooled("attribution_by_channel_and_x", columns, gathered.by_column);
    if let Some(spool) = gathered.weights_by_column {
        let units = ArrayInfo {
            units: "Hz per unit of the layer",
            ..columns
        };
        file = file.spooled("effective_weight_by_channel_and_x", units, spool);
    }
    if subject.request.maps == Maps::None {
        file = peaks(file, subject, shown, gathered.peaks);
    }
    file = sums(
        file,
        row,
        "attribution_by_channel",
        "channel",
        "Hz",
        &gathered.by_channel,
    );
    let weights = &gathered.weights_by_channel;
    let units = "Hz per unit of the layer";
    file = sums(
        file,
        row,
        "effective_weight_by_channel",
        "channel",
        units,
        weights,
    );
    if let Some(polarities) = subject.request.polarities() {
        let kinds = gathered.by_channel.by_kind(&polarities)?;
        let names = Kind::ALL
            .map(|kind| format!("{} {}", polarity_name(kind.polarity), sign_name(kind.sign)));
        file = file.attribute("kinds", Attribute::Texts(names.to_vec()));
        file = sums(file, row, "attribution_by_kind", "kind", "Hz", &kinds);
    }
    let (shape, names) = ([samples, cells], [row, "cell"]);
    let a_cell = |units: &'static str| ArrayInfo {
        shape: &shape,
        dimensions: &names,
        units,
    };
    let quality = |value: fn(&Quality) -> f64| gathered.quality.iter().map(value).collect();
    let a_row = |units: &'static str| ArrayInfo {
        shape: &shape[..1],
        dimensions: &names[..1],
        units,
    };
    let times = if row == "clip" { "" } else { "ms" };
    Ok(file
        .f64("response", a_cell("Hz"), gathered.response)
        .f64("resting_response", a_cell("Hz"), gathered.resting)
        .f64(
            "completeness_gap",
            a_cell("Hz"),
            quality(|q| q.completeness_gap),
        )
        .f64("nodes", a_cell(""), quality(|q| q.nodes as f64))
        .f64(
            "channel_error",
            a_cell("Hz"),
            quality(|q| q.channel_error.unwrap_or(f64::NAN)),
        )
        .f64(
            "map_error",
            a_cell(""),
            quality(|q| q.map_error.unwrap_or(f64::NAN)),
        )
        .f64(
            "within_tolerance",
            a_cell(""),
            quality(|q| f64::from(u8::from(q.within_tolerance))),
        )
        .f64(
            "condition",
            a_row(""),
            gathered.rows.iter().map(|row| row.0 as f64).collect(),
        )
        .f64(
            "time",
            a_row(times),
            gathered.rows.iter().map(|row| row.1).collect(),
        ))
}

/// Where no map is kept, those of the largest response of each condition are.
fn peaks(file: ResultFile, subject: &Subject, shown: &Shown, peaks: Peaks) -> ResultFile {
    let [channels, height, width] = subject.request.planes;
    let (conditions, cells) = (shown.conditions.len(), subject.request.outputs.len());
    let maps = ArrayInfo {
        shape: &[conditions, cells, channels, height, width],
        dimensions: &["condition", "cell", "channel", "y", "x"],
        units: "Hz",
    };
    let rows = ArrayInfo {
        shape: &[conditions, cells],
        dimensions: &["condition", "cell"],
        units: "",
    };
    let (peaks, spool) = peaks.into_arrays();
    file.f64("peak", rows, peaks)
        .spooled("attribution_at_peak", maps, spool)
}

fn sums(
    file: ResultFile,
    row: &str,
    name: &str,
    group: &str,
    units: &str,
    sums: &Summary,
) -> ResultFile {
    let info = ArrayInfo {
        shape: &[sums.samples, sums.cells, sums.groups],
        dimensions: &[row, "cell", group],
        units,
    };
    file.f64(name, info, sums.values.clone())
}

/// A row a cell and channel.
fn channels(subject: &Subject, gathered: &Gathered, report: &AttributionSummary) -> Table {
    let mut table = Table::new([
        "cell",
        "channel",
        "polarity",
        "sign",
        "mean_magnitude_hz",
        "share",
        "total_hz",
        "kept",
        "peak_lag_ms",
        "biphasic_index",
        "surround_over_centre",
        "explained_variance",
    ]);
    let (totals, signs) = (gathered.by_channel.totals(), gathered.by_channel.signs());
    for (place, cell) in report.cells.iter().enumerate() {
        for (index, channel) in cell.channels.iter().enumerate() {
            let known = subject.channel(index);
            let text = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
            table.push(vec![
                cell.cell.to_string(),
                index.to_string(),
                known.map_or("", |c| polarity_name(c.polarity)).to_owned(),
                sign_name(signs[place][index]).to_owned(),
                channel.mean_magnitude_hz.to_string(),
                channel.share.to_string(),
                totals[place][index].to_string(),
                channel.kept.to_string(),
                text(known.map(|c| c.peak_lag.0)),
                text(known.map(|c| c.biphasic_index)),
                text(known.map(|c| c.centre_surround.index)),
                text(known.map(|c| c.explained_variance)),
            ]);
        }
    }
    table
}

/// A row a response and cell.
fn responses(subject: &Subject, shown: &Shown, gathered: &Gathered) -> Table {
    let sums = &gathered.by_channel;
    let time = if shown.rows == "clip" {
        "clip"
    } else {
        "time_ms"
    };
    let header = [
        "condition",
        time,
        "cell",
        "response_hz",
        "resting_hz",
        "gap_hz",
        "nodes",
    ];
    let channels = (0..sums.groups).map(|channel| format!("channel_{channel}_hz"));
    let mut table = Table::new(header.into_iter().map(ToOwned::to_owned).chain(channels));
    let cells = subject.cells();
    for (sample, &(condition, time)) in gathered.rows.iter().enumerate() {
        for (place, cell) in cells.iter().enumerate() {
            let row = sample * cells.len() + place;
            let quality = &gathered.quality[row];
            let mut values = vec![
                shown.conditions[condition].label.clone(),
                time.to_string(),
                cell.to_string(),
                gathered.response[row].to_string(),
                gathered.resting[row].to_string(),
                quality.completeness_gap.to_string(),
                quality.nodes.to_string(),
            ];
            let of_channel = |channel| sums.at(sample, place, channel).to_string();
            values.extend((0..sums.groups).map(of_channel));
            table.push(values);
        }
    }
    table
}

/// Writes a table as CSV.
///
/// # Errors
/// Where it cannot be written.
pub fn write_table(path: &Path, table: &Table) -> crate::Result<()> {
    let bytes = table.to_csv()?;
    Ok(write_atomically(path, |file| {
        std::io::Write::write_all(file, &bytes)
    })?)
}
