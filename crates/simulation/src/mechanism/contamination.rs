//! Spikes of a neighbour in the train of a cell.

use ganglion_recording::Microns;
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::circuit::{GanglionCell, Problem, positive};

/// Errors of spike sorting: each spike of a cell's nearest neighbour, of any class and within `reach`, is found
/// in the cell's train as well with probability `share`. A rate `r` becomes `r + share * r_neighbour`; the
/// neighbour loses nothing. Spikes that were added to the neighbour's train are not handed on. Rates of 5 to
/// 15 % of wrong spikes in sorted units: Hill, Mehta & Kleinfeld, J Neurosci 2011 (recalled).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contamination {
    /// Probability that a neighbour's spike is taken for the cell's own.
    pub share: f64,
    /// Distance up to which the nearest cell is near enough.
    pub reach: Microns,
}

impl Contamination {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("share", self.share)?;
        positive("reach", self.reach.0)?;
        if self.share <= 1.0 {
            return Ok(());
        }
        let remedy = "give a share above 0 and at most 1";
        Err(Problem::new("share", self.share, "is no share", remedy))
    }

    /// Index of the cell whose spikes are found in each cell's train; none where no cell is near enough.
    pub(crate) fn neighbours(&self, cells: &[GanglionCell]) -> Vec<Option<usize>> {
        let distance = |one: &GanglionCell, other: &GanglionCell| {
            let (one, other) = (one.centre, other.centre);
            (one.x.0 - other.x.0).hypot(one.y.0 - other.y.0)
        };
        let nearest = |(index, cell): (usize, &GanglionCell)| {
            let others = (0..cells.len()).filter(|&other| other != index);
            let distances = others.map(|other| (other, distance(cell, &cells[other])));
            let nearest = distances.min_by(|(_, one), (_, other)| one.total_cmp(other));
            nearest.and_then(|(other, distance)| (distance <= self.reach.0).then_some(other))
        };
        cells.iter().enumerate().map(nearest).collect()
    }

    /// How many spikes of a neighbour's are found in another train, bin by bin.
    pub(crate) fn misplaced(&self, counts: &[f32], random: &mut impl Rng) -> Vec<f32> {
        let taken = |count: &f32| {
            let spikes = 0..*count as usize;
            spikes.filter(|_| random.random_bool(self.share)).count() as f32
        };
        counts.iter().map(taken).collect()
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::circuit::{Output, Position};

    const CONTAMINATION: Contamination = Contamination {
        share: 0.1,
        reach: Microns(120.0),
    };

    fn cell(x: f64) -> GanglionCell {
        GanglionCell {
            class: String::new(),
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

    #[test]
    fn the_nearest_cell_within_reach_contaminates() {
        let cells = [0.0, 100.0, 150.0, 900.0].map(cell);
        let found = CONTAMINATION.neighbours(&cells);
        assert_eq!(found, [Some(1), Some(2), Some(1), None]);
    }

    #[test]
    fn a_share_of_the_spikes_is_misplaced_where_they_are() {
        let counts: Vec<f32> = (0..100_000).map(|bin| (bin % 4) as f32).collect();
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let misplaced = CONTAMINATION.misplaced(&counts, &mut random);
        assert!(misplaced.iter().zip(&counts).all(|(one, all)| one <= all));
        let found = misplaced.iter().sum::<f32>() / counts.iter().sum::<f32>();
        // 150 000 spikes: an error of 0.0008.
        assert!((found - 0.1).abs() < 0.004, "{found}");
    }
}
