//! Receptive fields, for people.

use std::fmt::Write;

use ganglion_reverse_correlation::{FieldEstimate, MeasuredNumber, ResponseKind};

use super::FoundReceptiveFields;
use crate::results::{CellReceptiveField, ReceptiveFieldSummary};
use crate::table::TextTable;

/// A row a cell, and how the fields were found.
pub fn text(found: &FoundReceptiveFields) -> String {
    let summary = &found.summary;
    let unit = if summary.microns_per_pixel.is_some() {
        "um"
    } else {
        "pixels"
    };
    let size = format!("diameter ({unit})");
    let headings = [
        "cell",
        "rate (Hz)",
        "p",
        "polarity",
        "x (pixels)",
        "y (pixels)",
        &size,
        "peak (ms)",
        "zero crossing (ms)",
        "biphasic",
        "rank one",
    ];
    let mut table = TextTable::new(headings);
    summary.cells.iter().for_each(|cell| table.push(row(cell)));
    let mut text = format!("{table}{}{}", remarks(summary), method(summary));
    if let Some(folder) = &found.folder {
        let _ = writeln!(text, "saved in {}", folder.display());
    }
    text
}

fn row(cell: &CellReceptiveField) -> [String; 11] {
    let with_error = |measured: Option<MeasuredNumber>, digits: usize| match measured {
        None => "-".to_owned(),
        Some(MeasuredNumber { value, error }) => {
            let error = error.map_or(String::new(), |error| format!(" ± {error:.digits$}"));
            format!("{value:.digits$}{error}")
        }
    };
    let plain = |value: Option<f64>, digits: usize| {
        value.map_or("-".to_owned(), |value| format!("{value:.digits$}"))
    };
    let diameter = match cell.diameter_2sd_um {
        Some(um) => with_error(Some(um), 0),
        None => with_error(cell.diameter_2sd_pixels, 1),
    };
    let mark = if cell.note.is_some() { " *" } else { "" };
    let diameter = diameter + mark;
    [
        cell.cell.to_string(),
        format!("{:.2}", cell.mean_rate_hz),
        plain(cell.significance.map(|found| found.p), 2),
        cell.polarity.name().to_owned(),
        with_error(cell.centre_x_pixels, 1),
        with_error(cell.centre_y_pixels, 1),
        diameter,
        plain(cell.peak_lag_ms, 0),
        with_error(cell.zero_crossing_ms, 0),
        with_error(cell.biphasic_index, 2),
        plain(cell.separability, 2),
    ]
}

/// What the marks of cells mean, and which cells are not in the table.
fn remarks(summary: &ReceptiveFieldSummary) -> String {
    let mut text = String::new();
    let mut told: Vec<&String> = summary
        .cells
        .iter()
        .filter_map(|cell| cell.note.as_ref())
        .collect();
    told.dedup();
    for note in told {
        let _ = writeln!(text, "* {note}");
    }
    for one in &summary.left_out {
        let _ = writeln!(text, "cell {} is left out: {}", one.cell, one.reason);
    }
    text
}

fn method(summary: &ReceptiveFieldSummary) -> String {
    let mut text = String::new();
    let average = match summary.weighted_by {
        ResponseKind::Spikes => "spike-triggered",
        ResponseKind::Rates => "rate-weighted",
    };
    let estimate = match summary.estimate {
        FieldEstimate::Average => format!("{average} averages"),
        FieldEstimate::Decorrelated => {
            format!("{average} averages without the movie's correlations (ridge regression)")
        }
    };
    let _ = writeln!(
        text,
        "{estimate} of `{}`, {} bins of `{}`, {} frames of history",
        summary.responses, summary.bins, summary.partition, summary.history_frames
    );
    let tested = summary.cells.iter().find_map(|cell| cell.significance);
    if let Some(found) = tested {
        let called = summary.cells.iter().filter_map(|cell| cell.significance);
        let called = called.filter(|found| found.significant).count();
        let _ = writeln!(
            text,
            "{called} of {} cells are significant (p at most 0.05 over all pixels and lags; {} circular shifts of at \
             least {} bins)",
            summary.cells.len(),
            found.shifts,
            found.least_shift
        );
    }
    text
}
