//! What was simulated, for people.

use ganglion_simulation::session::{CellReport, ClassReport, Outcome};

use crate::table::{TextTable, decimal};

/// What the cells of each class did.
pub fn text(outcome: &Outcome) -> String {
    let recordings: String = outcome.classes.iter().map(recording_summary).collect();
    format!(
        "simulated retina of the family {}, seed {}\ncircuit  {}\n{recordings}",
        outcome.family,
        outcome.seed,
        outcome.circuit.display(),
    )
}

/// The retina, in a sentence.
pub fn sentence(outcome: &Outcome) -> String {
    let cells = outcome.classes.first().map_or(&[][..], |all| &all.cells);
    let classes = cells.chunk_by(|one, next| one.class == next.class).count();
    let names = (outcome.classes.iter()).filter_map(|recording| recording.file.file_stem());
    let names: Vec<String> = names.map(|name| name.to_string_lossy().into()).collect();
    format!(
        "family {}, seed {}: {} cells of {classes} classes; recordings {}",
        outcome.family,
        outcome.seed,
        cells.len(),
        names.join(", ")
    )
}

/// What the cells of each class did in one recording.
fn recording_summary(report: &ClassReport) -> String {
    let headings = [
        "class",
        "cells",
        "mean rate, Hz",
        "peak rate, Hz",
        "Fano factor",
    ];
    let mut table = TextTable::new(headings);
    for cells in report.cells.chunk_by(|one, next| one.class == next.class) {
        let mean = |value: fn(&CellReport) -> Option<f64>| {
            let known: Vec<f64> = cells.iter().filter_map(value).collect();
            (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
        };
        table.push([
            cells[0].class.clone(),
            cells.len().to_string(),
            decimal(mean(|cell| Some(cell.mean_rate_hz))),
            decimal(mean(|cell| Some(cell.peak_rate_hz))),
            decimal(mean(|cell| cell.fano_factor)),
        ]);
    }
    let (file, shown) = (report.file.display(), &report.stimulus_class);
    let frames = (report.train_frames, report.test_frames);
    format!(
        "\n{file}\n{shown}; frames: train {}, test {}\n{table}",
        frames.0, frames.1
    )
}
