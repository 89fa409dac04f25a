//! Which cells' spikes change the rates of which.

use ganglion_glm::{Error, Fit};
use ganglion_plot::{Axis, GraphPanel, HeatPanel, PanelGrid};

/// Probability below which a coupling is called significant, after Holm's correction.
const SIGNIFICANT: f64 = 0.05;

/// Couplings of a fit: a matrix of all, and a graph of those that are significant; none for models without.
///
/// The strength of a coupling is the sum of its filter over lags, the change of the log rate if the other cell fired
/// a spike in every bin. Couplings that were not tested are in the graph where a group lasso chose them.
///
/// # Errors
/// If the functions of the fit are none.
pub fn couplings(fit: &Fit, cells: &[usize]) -> Result<Option<PanelGrid>, Error> {
    if fit.design.coupling.is_none() || cells.len() < 2 {
        return Ok(None);
    }
    let strengths = strengths(fit)?;
    let graph = graph(fit, cells, &strengths);
    let grid = PanelGrid::new(if graph.is_some() { 2 } else { 1 });
    let grid = grid
        .panel_height(240.0)
        .with_named("matrix", matrix(fit, cells, &strengths));
    Ok(Some(match graph {
        Some(graph) => grid.with_named("graph", graph),
        None => grid.width(280.0),
    }))
}

/// Whether anything says which couplings are there: tests, or a group lasso.
pub(super) fn are_judged(fit: &Fit) -> bool {
    !fit.tests.is_empty() || fit.cells.iter().any(|cell| cell.penalty.group_lasso > 0.0)
}

/// Whether a coupling is called one: significant, or not tested and chosen by a group lasso.
pub(super) fn is_shown(fit: &Fit, cell: usize, other: usize) -> bool {
    let test = fit
        .tests
        .iter()
        .find(|test| (test.cell, test.other) == (cell, other));
    if let Some(test) = test {
        return test.corrected_p < SIGNIFICANT;
    }
    let own = &fit.cells[cell];
    let functions = own.weights.coupling.len() / fit.cells.len().max(1);
    let weights = &own.weights.coupling[other * functions..][..functions];
    own.penalty.group_lasso > 0.0 && weights.iter().any(|&weight| weight != 0.0)
}

/// Sums of filters over lags `[cell][other]`; none of a cell with itself.
fn strengths(fit: &Fit) -> Result<Vec<f64>, Error> {
    let cells = fit.cells.len();
    let of = |cell: usize, other: usize| match cell == other {
        true => Ok(f64::NAN),
        false => Ok(fit.coupling_filter(cell, other)?.iter().sum()),
    };
    let pairs = (0..cells).flat_map(|cell| (0..cells).map(move |other| (cell, other)));
    pairs.map(|(cell, other)| of(cell, other)).collect()
}

/// Pairs of cells whose couplings are called couplings, as places in the matrix.
fn shown(fit: &Fit) -> Vec<usize> {
    let cells = fit.cells.len();
    let is_one = |place: &usize| {
        let (cell, other) = (place / cells, place % cells);
        cell != other && is_shown(fit, cell, other)
    };
    (0..cells * cells).filter(is_one).collect()
}

fn matrix(fit: &Fit, cells: &[usize], strengths: &[f64]) -> HeatPanel {
    let count = cells.len();
    let names = |turned: bool| {
        let places = cells.iter().enumerate();
        let places = places.map(move |(place, cell)| {
            let place = if turned { count - 1 - place } else { place };
            (place as f64, cell.to_string())
        });
        places.collect::<Vec<_>>()
    };
    let x = Axis::new("Spikes of cell").ticks(names(false));
    // Row 0 lies on top, where the axis ends.
    let y = Axis::new("Change the rate of cell").ticks(names(true));
    let title = match (fit.tests.is_empty(), are_judged(fit)) {
        (false, _) => "Coupling (dot: p < 0.05 after Holm)",
        (true, true) => "Coupling (dot: chosen by the lasso)",
        (true, false) => "Coupling",
    };
    HeatPanel::new(title, x, y, strengths.to_vec(), count)
        .square_cells()
        .bar("Summed filter")
        .marked_cells(shown(fit))
}

/// An arrow for each coupling; none where nothing says which are there.
fn graph(fit: &Fit, cells: &[usize], strengths: &[f64]) -> Option<GraphPanel> {
    let shown = shown(fit);
    if !are_judged(fit) {
        return None;
    }
    let count = cells.len();
    let title = match (shown.len(), fit.tests.is_empty()) {
        (0, false) => "No coupling is significant".to_owned(),
        (some, false) => format!("{some} of {} couplings are significant", fit.tests.len()),
        (some, true) => format!("{some} couplings chosen by the lasso"),
    };
    let names = cells.iter().map(ToString::to_string).collect();
    let graph = GraphPanel::new(title, names).named("Raises the rate", "Lowers the rate");
    // From the cell that fires to the one whose rate changes.
    Some(shown.into_iter().fold(graph, |graph, place| {
        graph.arrow(place % count, place / count, strengths[place])
    }))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use ganglion_glm::{
        Basis, CellFit, CouplingTest, Design, Observation, Optimum, Penalty, SpikeInput, Weights,
    };
    use ganglion_plot::Figure as _;

    /// Two cells and coupling filters of two lags: of cell 1 on cell 0, and of cell 0 on cell 1.
    pub(crate) fn fit(on_0: [f64; 2], on_1: [f64; 2]) -> Fit {
        let cell = |coupling: [f64; 4]| CellFit {
            weights: Weights {
                bias: 0.0,
                stimulus: Vec::new(),
                history: Vec::new(),
                coupling: coupling.to_vec(),
            },
            errors: None,
            optimum: Optimum {
                loss: 0.0,
                objective: 0.0,
                gradient: 0.0,
                gap: 0.0,
                steps: 1,
                bins: 1.0,
                spikes: 1.0,
            },
            penalty: Penalty::default(),
            selected: None,
            warnings: Vec::new(),
        };
        Fit {
            design: Design {
                stimulus: None,
                history: None,
                coupling: Some(Basis::Raw { length: 2 }),
                refractory_bins: 0,
                observation: Observation::Poisson,
            },
            bins_per_frame: 1,
            frame: None,
            cells: vec![
                cell([0.0, 0.0, on_0[0], on_0[1]]),
                cell([on_1[0], on_1[1], 0.0, 0.0]),
            ],
            spike_input: SpikeInput::Counts,
            bias_shifts: Vec::new(),
            tests: Vec::new(),
        }
    }

    fn test(cell: usize, other: usize, corrected_p: f64) -> CouplingTest {
        CouplingTest {
            cell,
            other,
            wald: 1.0,
            wald_p: corrected_p,
            likelihood_ratio: 1.0,
            likelihood_ratio_p: corrected_p,
            corrected_p,
        }
    }

    fn rows(fit: &Fit, start: &str) -> Vec<String> {
        let table = couplings(fit, &[3, 7]).unwrap().unwrap().table();
        let rows = table.rows().iter().map(|row| row.join(","));
        rows.filter(|row| row.starts_with(start)).collect()
    }

    /// Row and column of the matrix are who changes and who fires; the arrow goes from who fires.
    #[test]
    fn significant_couplings_are_marked_and_drawn_from_who_fires() {
        let mut fit = fit([0.5, 0.25], [-1.0, -1.0]);
        fit.tests = vec![test(0, 1, 0.2), test(1, 0, 0.01)];
        let matrix = ["matrix,heat,,1,0,,,0.75", "matrix,heat,marked,0,1,,,-2"];
        let found = rows(&fit, "matrix");
        assert!(
            matrix.iter().all(|row| found.iter().any(|one| one == row)),
            "{found:?}"
        );
        assert_eq!(rows(&fit, "graph"), ["graph,arrow,,3,7,,,-2"]);
    }

    #[test]
    fn untested_couplings_are_those_that_a_lasso_chose() {
        let mut fit = fit([0.5, 0.25], [0.0, 0.0]);
        assert!(!are_judged(&fit) && rows(&fit, "graph").is_empty());
        for cell in &mut fit.cells {
            cell.penalty.group_lasso = 0.1;
        }
        assert_eq!(rows(&fit, "graph"), ["graph,arrow,,7,3,,,0.75"]);
    }

    #[test]
    fn one_cell_has_no_couplings() {
        let mut fit = fit([0.0; 2], [0.0; 2]);
        fit.cells.truncate(1);
        assert!(couplings(&fit, &[0]).unwrap().is_none());
    }
}
