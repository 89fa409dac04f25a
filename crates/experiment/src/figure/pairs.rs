//! Two curves of each cell over each other.

use ganglion_plot::{Axis, LinePanel, PanelGrid, Series, palette};

use super::curves::words;
use super::{NamedFigure, Shown, all_curves, label};
use crate::Outcome;

/// Cells drawn at most.
const CELLS: usize = 4;

/// Two curves that are compared.
pub struct Pair {
    /// What is compared, for the title of a panel.
    pub title: &'static str,
    /// What the curves are.
    pub names: [&'static str; 2],
    /// Their names in the outcome.
    pub curves: [&'static str; 2],
}

/// A row a cell and a column a pair, or the cells side by side for a single pair; all curves where one
/// of the pairs was not measured.
pub fn pairs(outcome: &Outcome, pairs: &[Pair]) -> Vec<NamedFigure> {
    match grid(outcome, &Shown::new(outcome), pairs) {
        Some(grid) => vec![NamedFigure::new(&outcome.phenomenon, grid)],
        None => all_curves(outcome).into_iter().collect(),
    }
}

fn grid(outcome: &Outcome, shown: &Shown, pairs: &[Pair]) -> Option<PanelGrid> {
    let grid = PanelGrid::new(2)
        .title(shown.title(&words(&outcome.phenomenon)))
        .panel_height(110.0);
    let rows = shown.rows.iter().take(CELLS);
    let mut panels = rows.flat_map(|&row| pairs.iter().map(move |pair| (row, pair)));
    let mut first = true;
    panels.try_fold(grid, |grid, (row, pair)| {
        let panel = panel(outcome, row, pair, std::mem::take(&mut first))?;
        let cell = outcome.cells[row].cell.0;
        Some(grid.with_named(format!("cell {cell} {}", pair.title), panel))
    })
}

fn panel(outcome: &Outcome, row: usize, pair: &Pair, named: bool) -> Option<LinePanel> {
    let [before, after] = pair.curves;
    let (before, after) = (outcome.curve(before)?, outcome.curve(after)?);
    let cell = outcome.cells[row].cell.0;
    let panel = LinePanel::new(
        format!("Cell {cell}, {}", pair.title),
        Axis::new(label(before.x)),
        Axis::new(label(before.y)),
    );
    let curves = [before, after].into_iter().zip(pair.names);
    let colors = [palette::SKY, palette::INK];
    Some(
        curves
            .zip(colors)
            .fold(panel, |panel, ((curve, name), color)| {
                let line = Series::new(name, curve.at.clone(), curve.cells[row].clone());
                // One legend, in the first panel.
                let listed = if named { name } else { "" };
                panel.with(line.listed_as(listed).color(color))
            }),
    )
}
