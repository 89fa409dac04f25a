//! Two models, for people.

use std::fmt::Write;

use ganglion_model::evaluation::{CellDifference, Interval, PopulationDifference, Score};

use super::Compared;
use super::files::axes;
use crate::scores;
use crate::table::{TextTable, decimal, with_interval};

/// Correlations of every cell, then all scores over the cells.
pub fn text(compared: &Compared) -> String {
    let found = &compared.summary.comparison;
    let [a, b] = axes(&compared.summary);
    let mut text = format!("{a}\n{b}\n\n{}\n", cells(&found.cells));
    let _ = writeln!(text, "{}", population(&found.population));
    let _ = writeln!(
        text,
        "* significant at 5 % over all cells (Holm); {}",
        scores::method(&found.bootstrap)
    );
    for note in &compared.summary.notes {
        let _ = writeln!(text, "{note}");
    }
    if let Some(folder) = &compared.folder {
        let _ = writeln!(text, "saved in {}", folder.display());
    }
    text
}

fn cells(cells: &[CellDifference]) -> TextTable {
    let headings = ["cell", "r of A", "r of B", "A - B", "p (corrected)", ""];
    let mut table = TextTable::new(headings);
    let own = cells.iter().filter(|cell| cell.score == Score::Pearson);
    for cell in own {
        table.push([
            cell.cell.to_string(),
            with_interval(Some(cell.a), cell.a_interval),
            with_interval(Some(cell.b), cell.b_interval),
            with_interval(Some(cell.difference), cell.difference_interval),
            decimal(cell.corrected_p),
            if cell.significant { "*" } else { "" }.to_owned(),
        ]);
    }
    table
}

fn population(all: &[PopulationDifference]) -> TextTable {
    let headings = [
        "over cells",
        "n",
        "median A",
        "median B",
        "median A - B",
        "mean A - B",
        "A greater*",
        "B greater*",
    ];
    let mut table = TextTable::new(headings);
    let told = |value: f64, interval: Option<Interval>| with_interval(Some(value), interval);
    for one in all {
        table.push([
            one.score.key().to_owned(),
            one.n.to_string(),
            decimal(Some(one.a_median)),
            decimal(Some(one.b_median)),
            told(one.median_difference, one.median_difference_interval),
            told(one.mean_difference, one.mean_difference_interval),
            one.a_greater.to_string(),
            one.b_greater.to_string(),
        ]);
    }
    table
}
