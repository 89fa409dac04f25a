//! What an experiment measured against what it varied, as a figure.

use ganglion_plot::{Axis, LinePanel, PanelGrid, Series, palette};

use super::{Shown, label};
use crate::{Curve, Outcome};

/// A panel a curve; nothing where there is none.
pub(super) fn curves(outcome: &Outcome, shown: &Shown) -> Option<PanelGrid> {
    let columns = outcome.curves.len().min(2);
    let grid = PanelGrid::new(columns).title(shown.title(&words(&outcome.phenomenon)));
    let add = |grid: PanelGrid, curve: &Curve| grid.with_named(curve.name, panel(curve, shown));
    (columns > 0).then(|| outcome.curves.iter().fold(grid, add))
}

fn panel(curve: &Curve, shown: &Shown) -> LinePanel {
    let panel = LinePanel::new(
        words(curve.name),
        Axis::new(label(curve.x)),
        Axis::new(label(curve.y)),
    );
    let cell = |cell: Vec<f64>| {
        let line = Series::new("", curve.at.clone(), cell);
        line.listed_as("").color(palette::RECORDED).width(0.6)
    };
    let panel = shown
        .cells(curve)
        .into_iter()
        .map(cell)
        .fold(panel, LinePanel::with);
    let measured = shown.measured(curve);
    let mean = Series::new(shown.errors(), curve.at.clone(), measured.values);
    panel.with(
        mean.error_bars(&measured.errors)
            .markers()
            .color(palette::INK),
    )
}

/// A name of files as words.
pub(super) fn words(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
