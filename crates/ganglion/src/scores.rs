//! Scores of cells as a table.

use std::fmt::Write;

use ganglion_model::evaluation::{CellScore, Evaluation};
use ganglion_model::metrics;

use crate::table::{TextTable, decimal};

/// A row a cell, then the medians and how many cells they are over.
pub fn text(evaluation: &Evaluation) -> String {
    let headings = [
        "cell",
        "r",
        "ceiling",
        "r/ceiling",
        "FEV",
        "corrected FEV",
        "rmse (Hz)",
    ];
    let mut table = TextTable::new(headings);
    let cells = &evaluation.cells;
    for cell in cells {
        let [r, ceiling, normalised, fev, corrected, rmse] = columns(cell).map(decimal);
        table.push([
            cell.cell.to_string(),
            r,
            ceiling,
            normalised,
            fev,
            corrected,
            rmse,
        ]);
    }
    let medians = |column: usize| decimal(median(cells.iter().map(|cell| columns(cell)[column])));
    let [r, ceiling, normalised, fev, corrected, rmse] = [0, 1, 2, 3, 4, 5].map(medians);
    table.push([
        "median".into(),
        r,
        ceiling,
        normalised,
        fev,
        corrected,
        rmse,
    ]);
    let mut text = table.to_string();
    let defined = cells.iter().filter(|cell| cell.pearson.is_some()).count();
    let _ = writeln!(text, "n = {} cells, r defined in {defined}", cells.len());
    for (note, cells) in notes(cells) {
        let _ = writeln!(text, "{cells}: {note}");
    }
    text
}

/// The medians in a sentence.
pub fn sentence(evaluation: &Evaluation) -> String {
    let cells = &evaluation.cells;
    let median = |column: usize| decimal(median(cells.iter().map(|cell| columns(cell)[column])));
    let mut sentence = format!("median r {} of {} cells", median(0), cells.len());
    if cells.iter().any(|cell| cell.normalised.is_some()) {
        let _ = write!(sentence, "; r / ceiling {}", median(2));
    }
    sentence
}

/// Each note on scores or a ceiling once, with the cells that it is of.
fn notes(cells: &[CellScore]) -> Vec<(String, String)> {
    let mut found: Vec<(String, Vec<usize>)> = Vec::new();
    for cell in cells {
        let note = match (&cell.score_note, &cell.ceiling_note, cell.ceiling) {
            (Some(note), _, _) => format!("no scores: {note}"),
            (None, None, _) => continue,
            (None, Some(note), Some(_)) => note.clone(),
            (None, Some(note), None) => format!("no ceiling: {note}"),
        };
        match found.iter_mut().find(|(known, _)| *known == note) {
            Some((_, cells)) => cells.push(cell.cell),
            None => found.push((note, vec![cell.cell])),
        }
    }
    let listed = |of: Vec<usize>| match of[..] {
        _ if of.len() == cells.len() && of.len() > 1 => "all cells".to_owned(),
        [cell] => format!("cell {cell}"),
        _ => {
            let names: Vec<String> = of.iter().map(ToString::to_string).collect();
            format!("cells {}", names.join(", "))
        }
    };
    found
        .into_iter()
        .map(|(note, cells)| (note, listed(cells)))
        .collect()
}

fn columns(cell: &CellScore) -> [Option<f64>; 6] {
    let CellScore {
        pearson,
        ceiling,
        normalised,
        fev,
        corrected_fev,
        rmse,
        ..
    } = *cell;
    [pearson, ceiling, normalised, fev, corrected_fev, rmse]
}

/// The median of the values that there are.
fn median(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    metrics::median(values.flatten().filter(|value| value.is_finite()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_leave_out_what_is_undefined() {
        let t = |values: &[Option<f64>]| median(values.iter().copied());
        assert_eq!(t(&[]), None);
        assert_eq!(t(&[Some(3.0), None, Some(1.0), Some(2.0)]), Some(2.0));
        assert_eq!(t(&[Some(3.0), Some(f64::NAN), Some(1.0)]), Some(2.0));
    }
}
