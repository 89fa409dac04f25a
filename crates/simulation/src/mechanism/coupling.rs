//! Electrical coupling of ganglion cells.

use ganglion_numerics::solve_damped;
use ganglion_recording::Microns;
use serde::{Deserialize, Serialize};

use crate::circuit::{GanglionCell, Position, Problem, positive};

/// Gap junctions between neighbours of a class: the drives `u` of all cells become
///
/// ```text
/// v = (I + conductance * L)^-1 u
/// ```
///
/// where `L` is the Laplacian of the graph whose edges join cells of one class that lie within `reach`
/// of each other (`L[i][i]` is the number of neighbours of cell `i`, `L[i][j]` is -1 for a neighbour):
/// the steady state of `u_i - v_i = conductance * sum_j (v_i - v_j)`, with `conductance` relative to that
/// of a cell's own membrane. What all cells have in common stays. Mastronarde, J Neurophysiol 1983;
/// DeVries, J Neurophysiol 1999 (both recalled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coupling {
    /// Of a junction, relative to that of a cell's membrane.
    pub conductance: f64,
    /// Distance up to which cells are neighbours.
    pub reach: Microns,
}

impl Coupling {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("conductance", self.conductance)?;
        positive("reach", self.reach.0)
    }

    /// Share of each cell's drive in each cell, `[cell][cell]`: the inverse of the matrix.
    pub(crate) fn mixing(&self, cells: &[GanglionCell]) -> Vec<Vec<f64>> {
        let joined = |one: usize, other: usize| {
            let (one, other) = (&cells[one], &cells[other]);
            one.class == other.class && distance(one.centre, other.centre) <= self.reach.0
        };
        let count = cells.len();
        let entry = |one: usize, other: usize| match one == other {
            true => {
                let neighbours = (0..count).filter(|&cell| cell != one && joined(one, cell));
                1.0 + self.conductance * neighbours.count() as f64
            }
            false if joined(one, other) => -self.conductance,
            false => 0.0,
        };
        let row = |one| (0..count).map(move |other| entry(one, other));
        let matrix: Vec<f64> = (0..count).flat_map(row).collect();
        let unit = |cell: usize| {
            let entry = |row| f64::from(u8::from(row == cell));
            (0..count).map(entry).collect::<Vec<f64>>()
        };
        let column = |cell| solve_damped(&matrix, &unit(cell), 0.0);
        // The inverse is symmetric: its columns are its rows.
        let columns =
            (0..count).map(|cell| column(cell).expect("a Laplacian adds to the diagonal"));
        columns.collect()
    }
}

fn distance(one: Position, other: Position) -> f64 {
    (one.x.0 - other.x.0).hypot(one.y.0 - other.y.0)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::circuit::{Output, Position};

    fn cell(class: &str, x: f64) -> GanglionCell {
        GanglionCell {
            class: class.to_owned(),
            centre: Position {
                x: Microns(x),
                y: Microns(0.0),
            },
            output: Output {
                gain_hz: 1.0,
                threshold: 0.0,
                softness: 1.0,
            },
            pathways: Vec::new(),
        }
    }

    /// Three cells in a row, and one of another class among them.
    fn mixing(conductance: f64) -> Vec<Vec<f64>> {
        let cells = [
            cell("a", 0.0),
            cell("a", 100.0),
            cell("b", 110.0),
            cell("a", 200.0),
        ];
        let reach = Microns(120.0);
        Coupling { conductance, reach }.mixing(&cells)
    }

    #[rstest]
    fn currents_balance_in_every_cell(#[values(0.1, 1.0, 20.0)] conductance: f64) {
        let mixing = mixing(conductance);
        let drives = [1.0, -0.5, 3.0, 0.25];
        let potential = |cell: usize| -> f64 {
            let terms = mixing[cell].iter().zip(drives);
            terms.map(|(share, drive)| share * drive).sum()
        };
        let neighbours: [&[usize]; 4] = [&[1], &[0, 3], &[], &[1]];
        for (cell, neighbours) in neighbours.into_iter().enumerate() {
            let given: f64 = neighbours
                .iter()
                .map(|&other| potential(cell) - potential(other))
                .sum();
            let balance = drives[cell] - potential(cell) - conductance * given;
            assert!(
                balance.abs() < 1e-12 * (1.0 + conductance),
                "cell {cell}: {balance}"
            );
        }
    }

    #[test]
    fn what_is_common_stays_and_strong_junctions_average() {
        for row in mixing(3.0) {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        let third = mixing(1e6)[0][3];
        assert!((third - 1.0 / 3.0).abs() < 1e-5, "{third}");
    }
}
