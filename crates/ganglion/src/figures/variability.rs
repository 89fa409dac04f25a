//! How recorded and simulated trials vary.

use crate::agreement::ran_away;
use ganglion_model::evaluation::{SimulatedTrials, WindowVariability};
use ganglion_plot::{Axis, PanelGrid, ScatterPanel, Series, palette};

/// Recorded against simulated: Fano factors of all cells, and noise correlations of all pairs, a row a length of
/// window.
pub fn variability(trials: &SimulatedTrials) -> PanelGrid {
    let found = trials.variability();
    let has_pairs = found.windows.iter().any(|window| !window.pairs.is_empty());
    let grid = PanelGrid::new(if has_pairs { 2 } else { 1 }).panel_height(220.0);
    // What would else be taken for the variability of the model.
    let grid = match trials.stability.diverged {
        true => grid.title(format!("Warning: {}", ran_away(&trials.stability))),
        false => grid,
    };
    found.windows.iter().fold(grid, |grid, window| {
        let name = |what: &str| format!("{what} in {:.0} ms", window.window_ms);
        let grid = grid.with_named(name("Fano factor"), fano_factors(window));
        match has_pairs {
            true => grid.with_named(name("noise correlation"), noise_correlations(window)),
            false => grid,
        }
    })
}

fn fano_factors(window: &WindowVariability) -> ScatterPanel {
    let title = format!("Fano factor of counts in {:.0} ms", window.window_ms);
    let cells = window.cells.iter().filter_map(|cell| {
        let name = format!("cell {}", cell.cell);
        Some((name, cell.recorded_fano?, cell.simulated_fano?))
    });
    scatter(title, cells)
}

fn noise_correlations(window: &WindowVariability) -> ScatterPanel {
    let title = format!("Noise correlation of counts in {:.0} ms", window.window_ms);
    let pairs = window.pairs.iter().filter_map(|pair| {
        let name = format!("cells {} and {}", pair.cells[0], pair.cells[1]);
        Some((name, pair.recorded?, pair.simulated?))
    });
    scatter(title, pairs)
}

/// A dot for each name, which is in the table alone.
fn scatter(title: String, values: impl Iterator<Item = (String, f64, f64)>) -> ScatterPanel {
    let panel = ScatterPanel::new(title, Axis::new("Recorded"), Axis::new("Simulated")).unity();
    values.fold(panel, |panel, (name, recorded, simulated)| {
        let dot = Series::new(name, vec![recorded], vec![simulated]);
        panel.with(dot.listed_as("").color(palette::BLUE))
    })
}
