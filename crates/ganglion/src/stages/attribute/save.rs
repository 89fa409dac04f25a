//! `attribution.h5`, tables and figures.

use std::path::Path;

use ganglion_attribution::{ChannelKind, Quality, Summary};
use ganglion_plot::{Format, Table};
use ganglion_recording::{ArrayInfo, Attribute, ResultFile, Spool, write_atomically};

use super::gather::Gathered;
use super::peaks::Peaks;
use super::shown::StimulusSet;
use super::{Analysis, Maps};
use crate::figures::attribution::{AttributedCell, Channel, ResponseStretch};
use crate::program::PROGRAM;
use crate::results::{AttributionCell, AttributionSummary, write_json};

/// Writes the headlines, tables and arrays of one experiment or stimulus.
///
/// # Errors
/// Where a file cannot be written.
pub fn save(
    subject: &Analysis,
    shown: &StimulusSet,
    folder: &Path,
    gathered: Gathered,
    report: &AttributionSummary,
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
    Ok(file(subject, shown, gathered)?.write(folder.join("attribution.h5"))?)
}

/// Draws what stands out of each cell.
///
/// # Errors
/// Where a file cannot be written.
pub fn figures(
    subject: &Analysis,
    shown: &StimulusSet,
    folder: &Path,
    (report, highlights): (&AttributionSummary, &[ResponseStretch]),
    format: Format,
) -> crate::Result<()> {
    let cells = report.cells.iter().zip(highlights);
    for (cell, stretch) in cells.take(MOST_FIGURES) {
        for (name, figure) in drawn(subject, shown, cell, stretch).figures() {
            figure.save(&folder.join("figures").join(name), format)?;
        }
    }
    Ok(())
}

/// Most cells that get figures of their own.
const MOST_FIGURES: usize = 32;

fn drawn<'a>(
    subject: &'a Analysis,
    shown: &'a StimulusSet,
    cell: &'a AttributionCell,
    stretch: &'a ResponseStretch,
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
pub fn described(subject: &Analysis, shown: &StimulusSet) -> ResultFile {
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

/// Units of effective weights.
const OF_WEIGHTS: &str = "Hz per unit of the layer";

fn file(subject: &Analysis, shown: &StimulusSet, gathered: Gathered) -> crate::Result<ResultFile> {
    let arrays = SavedArrays {
        samples: gathered.rows.len(),
        cells: subject.request.outputs.len(),
        planes: subject.request.planes,
        row: shown.rows,
    };
    let file = described(subject, shown);
    let file = arrays.maps(file, gathered.attribution, gathered.effective_weights);
    let file = arrays.columns(file, gathered.by_column, gathered.weights_by_column);
    let file = match subject.request.maps {
        Maps::None => arrays.peaks(file, shown.conditions.len(), gathered.peaks),
        _ => file,
    };
    let file = arrays.channels(file, &gathered.by_channel, &gathered.weights_by_channel);
    let file = match subject.request.polarities() {
        Some(polarities) => arrays.kinds(file, &gathered.by_channel.by_kind(&polarities)?),
        None => file,
    };
    let rates = [
        ("response", gathered.response),
        ("resting_response", gathered.resting),
    ];
    let file = arrays.rates(file, rates);
    let file = arrays.quality(file, &gathered.quality);
    Ok(arrays.rows(file, &gathered.rows))
}

/// An array of a number for each response and cell: its name, its unit and its values.
type Column = (&'static str, &'static str, fn(&Quality) -> f64);

/// Adds arrays of some responses and cells to a file.
struct SavedArrays<'a> {
    samples: usize,
    cells: usize,
    planes: [usize; 3],
    /// What a row is: `frame` or `clip`.
    row: &'a str,
}

impl SavedArrays<'_> {
    /// Of every unit, as far as they are kept.
    fn maps(&self, file: ResultFile, maps: Option<Spool>, weights: Option<Spool>) -> ResultFile {
        let [channels, height, width] = self.planes;
        let shape = [self.samples, self.cells, channels, height, width];
        let names = [self.row, "cell", "channel", "y", "x"];
        let info = |units| ArrayInfo {
            shape: &shape,
            dimensions: &names,
            units,
        };
        let file = match maps {
            Some(maps) => file.spooled("attribution", info("Hz"), maps),
            None => file,
        };
        match weights {
            Some(weights) => file.spooled("effective_weight", info(OF_WEIGHTS), weights),
            None => file,
        }
    }

    /// Summed over y.
    fn columns(&self, file: ResultFile, sums: Spool, weights: Option<Spool>) -> ResultFile {
        let [channels, _, width] = self.planes;
        let shape = [self.samples, self.cells, channels, width];
        let names = [self.row, "cell", "channel", "x"];
        let info = |units| ArrayInfo {
            shape: &shape,
            dimensions: &names,
            units,
        };
        let file = file.spooled("attribution_by_channel_and_x", info("Hz"), sums);
        match weights {
            Some(weights) => file.spooled(
                "effective_weight_by_channel_and_x",
                info(OF_WEIGHTS),
                weights,
            ),
            None => file,
        }
    }

    /// Where no map is kept, those of the largest response of each condition are.
    fn peaks(&self, file: ResultFile, conditions: usize, peaks: Peaks) -> ResultFile {
        let [channels, height, width] = self.planes;
        let maps = ArrayInfo {
            shape: &[conditions, self.cells, channels, height, width],
            dimensions: &["condition", "cell", "channel", "y", "x"],
            units: "Hz",
        };
        let rows = ArrayInfo {
            shape: &[conditions, self.cells],
            dimensions: &["condition", "cell"],
            units: "",
        };
        let (peaks, spool) = peaks.into_arrays();
        file.f64("peak", rows, peaks)
            .spooled("attribution_at_peak", maps, spool)
    }

    /// Summed over space.
    fn channels(&self, file: ResultFile, sums: &Summary, weights: &Summary) -> ResultFile {
        let file = self.sums(file, "attribution_by_channel", ["channel", "Hz"], sums);
        let of_weights = ["channel", OF_WEIGHTS];
        self.sums(file, "effective_weight_by_channel", of_weights, weights)
    }

    /// Summed over channels of one kind.
    fn kinds(&self, file: ResultFile, sums: &Summary) -> ResultFile {
        let names =
            ChannelKind::ALL.map(|kind| format!("{} {}", kind.polarity.key(), kind.sign.key()));
        let file = file.attribute("kinds", Attribute::Texts(names.to_vec()));
        self.sums(file, "attribution_by_kind", ["kind", "Hz"], sums)
    }

    fn sums(
        &self,
        file: ResultFile,
        name: &str,
        [group, units]: [&str; 2],
        sums: &Summary,
    ) -> ResultFile {
        let info = ArrayInfo {
            shape: &[sums.samples, sums.cells, sums.groups],
            dimensions: &[self.row, "cell", group],
            units,
        };
        file.f64(name, info, sums.values.clone())
    }

    /// A number a response and cell.
    fn a_cell(&self, file: ResultFile, [name, units]: [&str; 2], values: Vec<f64>) -> ResultFile {
        let info = ArrayInfo {
            shape: &[self.samples, self.cells],
            dimensions: &[self.row, "cell"],
            units,
        };
        file.f64(name, info, values)
    }

    fn rates(&self, file: ResultFile, rates: [(&str, Vec<f64>); 2]) -> ResultFile {
        rates.into_iter().fold(file, |file, (name, values)| {
            self.a_cell(file, [name, "Hz"], values)
        })
    }

    /// How good each attribution is.
    fn quality(&self, file: ResultFile, quality: &[Quality]) -> ResultFile {
        let columns: [Column; 5] = [
            ("completeness_gap", "Hz", |q| q.completeness_gap),
            ("nodes", "", |q| q.nodes as f64),
            ("channel_error", "Hz", |q| {
                q.channel_error.unwrap_or(f64::NAN)
            }),
            ("map_error", "", |q| q.map_error.unwrap_or(f64::NAN)),
            ("within_tolerance", "", |q| {
                f64::from(u8::from(q.within_tolerance))
            }),
        ];
        columns
            .into_iter()
            .fold(file, |file, (name, units, value)| {
                self.a_cell(file, [name, units], quality.iter().map(value).collect())
            })
    }

    /// Condition and time of each response.
    fn rows(&self, file: ResultFile, rows: &[(usize, f64)]) -> ResultFile {
        let info = |units| ArrayInfo {
            shape: std::slice::from_ref(&self.samples),
            dimensions: std::slice::from_ref(&self.row),
            units,
        };
        let times = if self.row == "clip" { "" } else { "ms" };
        let conditions = rows.iter().map(|row| row.0 as f64).collect();
        file.f64("condition", info(""), conditions).f64(
            "time",
            info(times),
            rows.iter().map(|row| row.1).collect(),
        )
    }
}

/// A row a cell and channel.
fn channels(subject: &Analysis, gathered: &Gathered, report: &AttributionSummary) -> Table {
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
                known.map_or("", |c| c.polarity.key()).to_owned(),
                signs[place][index].key().to_owned(),
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
fn responses(subject: &Analysis, shown: &StimulusSet, gathered: &Gathered) -> Table {
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
