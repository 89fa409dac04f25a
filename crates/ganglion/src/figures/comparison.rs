//! Two models cell by cell.

use ganglion_model::evaluation::{CellDifference, Comparison, Interval, Score};
use ganglion_plot::{Axis, PanelGrid, ScatterPanel, Series, palette};

/// Correlation of A over that of B, a dot a cell with its intervals; cells that differ significantly stand out.
pub fn comparison(comparison: &Comparison, [a, b]: [&str; 2]) -> PanelGrid {
    let of = |score: Score| -> Vec<&CellDifference> {
        let cells = comparison.cells.iter();
        cells.filter(|cell| cell.score == score).collect()
    };
    let panels = [
        (Score::Pearson, "Correlation with recording"),
        (Score::Normalised, "Correlation over ceiling"),
    ];
    let panels: Vec<_> = (panels.into_iter())
        .filter(|(score, _)| !of(*score).is_empty())
        .collect();
    let grid = PanelGrid::new(panels.len().max(1)).panel_height(230.0);
    panels.into_iter().fold(grid, |grid, (score, title)| {
        grid.with_named(score.key(), panel(&of(score), title, [a, b]))
    })
}

fn panel(cells: &[&CellDifference], title: &str, [a, b]: [&str; 2]) -> ScatterPanel {
    let panel = ScatterPanel::new(title, Axis::new(b), Axis::new(a)).unity();
    let groups = [
        (true, "Significant", palette::VERMILLION),
        (false, "Not", palette::INK),
    ];
    groups.into_iter().fold(panel, |panel, (is, name, color)| {
        let own: Vec<&CellDifference> = (cells.iter().copied())
            .filter(|cell| cell.significant == is)
            .collect();
        match own.is_empty() {
            true => panel,
            false => panel.with(series(&own, name).color(color)),
        }
    })
}

fn series(cells: &[&CellDifference], name: &str) -> Series {
    let column = |of: &dyn Fn(&CellDifference) -> f64| cells.iter().map(|cell| of(cell)).collect();
    let end = |interval: Option<Interval>, end: usize| interval.map_or(f64::NAN, |both| both[end]);
    Series::new(name, column(&|cell| cell.b), column(&|cell| cell.a))
        .band(
            column(&|cell| end(cell.a_interval, 0)),
            column(&|cell| end(cell.a_interval, 1)),
        )
        .x_band(
            column(&|cell| end(cell.b_interval, 0)),
            column(&|cell| end(cell.b_interval, 1)),
        )
}
