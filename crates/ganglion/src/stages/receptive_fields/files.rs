//! The files of receptive fields.

use std::ops::Range;
use std::path::Path;

use ganglion_experiment::receptive_field::ReceptiveField;
use ganglion_plot::{Figure, Format};
use ganglion_recording::{ArrayInfo, ResultFile};
use ganglion_reverse_correlation::{Fields, FoundField, MeasuredNumber};

use crate::figures;
use crate::program::PROGRAM;
use crate::results::{CellReceptiveField, ReceptiveFieldSummary, write_json, write_text};

/// Names of all of them, in which `*` stands for an ending.
pub const NAMES: [&str; 4] = [
    "receptive-fields.json",
    "receptive-fields.csv",
    "receptive-fields.h5",
    "receptive-fields-figure.*",
];

/// What the HDF5 file says that it holds.
const CONTENT: &str = "receptive fields of ganglion receptive-fields";

/// Writes all of them, the summary last.
///
/// # Errors
/// Where one cannot be written or the figure cannot be drawn.
pub(super) fn write(
    summary: &ReceptiveFieldSummary,
    fields: &Fields,
    folder: &Path,
    format: Format,
) -> crate::Result<()> {
    arrays(summary, fields).write(folder.join("receptive-fields.h5"))?;
    write_text(&folder.join("receptive-fields.csv"), &table(summary)?)?;
    let figure = folder.join("receptive-fields-figure");
    figures::receptive_fields(summary).save(&figure, format)?;
    write_json(&folder.join("receptive-fields.json"), summary)
}

/// Averages, fields, and their best products of space and time.
fn arrays(summary: &ReceptiveFieldSummary, fields: &Fields) -> ResultFile {
    let cells = &summary.cells;
    let [height, width] = summary.frame;
    let lags = (1..=summary.history_frames).rev();
    let lags = lags.map(|lag| lag as f64 * summary.frame_period_ms);
    let numbers = cells.iter().map(|cell| cell.cell as f64);
    let field_shape = [cells.len(), summary.history_frames, height, width];
    let info = |axes: Range<usize>, units| ArrayInfo {
        shape: &field_shape[axes.clone()],
        dimensions: &["cell", "lag", "y", "x"][axes],
        units,
    };
    let joined = |of: &dyn Fn(&FoundField) -> Option<&ReceptiveField>| -> Vec<f32> {
        let fields = fields.cells.iter().filter_map(of);
        fields.flat_map(|field| field.values().to_vec()).collect()
    };
    let space = ArrayInfo {
        shape: &[cells.len(), height, width],
        dimensions: &["cell", "y", "x"],
        units: "",
    };
    let file = described(summary)
        .f64("cell", info(0..1, ""), numbers.collect())
        .f64("lag", info(1..2, "ms"), lags.collect())
        .f32(
            "average",
            info(0..4, "Hz sd"),
            joined(&|cell| Some(&cell.average)),
        )
        .f32("space", space, joined_over(cells, |cell| &cell.space))
        .f32(
            "time",
            info(0..2, "Hz/sd"),
            joined_over(cells, |cell| &cell.time),
        );
    let decorrelated = joined(&|cell| Some(&cell.decorrelated.as_ref()?.0));
    match decorrelated.is_empty() {
        true => file,
        false => file.f32("decorrelated", info(0..4, "Hz/sd"), decorrelated),
    }
}

/// A file that says what it is of.
fn described(summary: &ReceptiveFieldSummary) -> ResultFile {
    let file = ResultFile::new()
        .attribute("content", CONTENT)
        .attribute("program", PROGRAM)
        .attribute("recording", summary.source.name.clone())
        .attribute("recording_sha256", summary.source.sha256.clone())
        .attribute("partition", summary.partition.to_string())
        .attribute("frame_period_ms", summary.frame_period_ms);
    match summary.microns_per_pixel {
        Some(microns) => file.attribute("microns_per_pixel", microns),
        None => file,
    }
}

fn joined_over(cells: &[CellReceptiveField], of: fn(&CellReceptiveField) -> &Vec<f32>) -> Vec<f32> {
    cells.iter().flat_map(of).copied().collect()
}

/// One row a cell; empty where something is not known.
fn table(summary: &ReceptiveFieldSummary) -> crate::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let columns = columns();
    table.write_record(columns.iter().map(|(name, _)| *name))?;
    for cell in &summary.cells {
        table.write_record(columns.iter().map(|(_, value)| value(cell)))?;
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

type Column = (&'static str, fn(&CellReceptiveField) -> String);

fn columns() -> Vec<Column> {
    vec![
        ("cell", |cell| cell.cell.to_string()),
        ("mean_rate_hz", |cell| cell.mean_rate_hz.to_string()),
        ("p", |cell| number(cell.significance.map(|found| found.p))),
        ("significant", |cell| {
            let found = cell.significance.map(|found| found.significant);
            found.map_or(String::new(), |found| found.to_string())
        }),
        ("polarity", |cell| cell.polarity.key().to_owned()),
        ("centre_x_pixels", |cell| value(cell.centre_x_pixels)),
        ("centre_x_error_pixels", |cell| error(cell.centre_x_pixels)),
        ("centre_y_pixels", |cell| value(cell.centre_y_pixels)),
        ("centre_y_error_pixels", |cell| error(cell.centre_y_pixels)),
        ("centre_x_um", |cell| value(cell.centre_x_um)),
        ("centre_y_um", |cell| value(cell.centre_y_um)),
        ("diameter_2sd_pixels", |cell| {
            value(cell.diameter_2sd_pixels)
        }),
        ("diameter_2sd_error_pixels", |cell| {
            error(cell.diameter_2sd_pixels)
        }),
        ("diameter_2sd_um", |cell| value(cell.diameter_2sd_um)),
        ("peak_lag_ms", |cell| number(cell.peak_lag_ms)),
        ("zero_crossing_ms", |cell| value(cell.zero_crossing_ms)),
        ("zero_crossing_error_ms", |cell| {
            error(cell.zero_crossing_ms)
        }),
        ("biphasic_index", |cell| value(cell.biphasic_index)),
        ("biphasic_index_error", |cell| error(cell.biphasic_index)),
        ("separability", |cell| number(cell.separability)),
        ("penalty", |cell| {
            number(cell.ridge.map(|ridge| ridge.penalty))
        }),
        ("explained_variance", |cell| {
            number(cell.ridge.map(|ridge| ridge.explained_variance))
        }),
        ("bins", |cell| cell.bins.to_string()),
        ("note", |cell| cell.note.clone().unwrap_or_default()),
    ]
}

fn value(measured: Option<MeasuredNumber>) -> String {
    number(measured.map(|measured| measured.value))
}

fn error(measured: Option<MeasuredNumber>) -> String {
    number(measured.and_then(|measured| measured.error))
}

fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}
