//! Every circuit of few pathways, fitted and compared.

use rayon::prelude::*;

use super::fitter::{Fit, Fitter};
use super::screening::{Screened, Screening};
use super::structure::Structure;

/// Numbers of pathways up to which every choice of candidates and signs is tried; larger circuits are
/// those of the next smaller number that compare best, with every candidate added.
pub const EXHAUSTIVE: usize = 3;

/// Pathways up to which every threshold is tried as well.
const ALL_THRESHOLDS: usize = 2;

/// Rows on which structures are compared.
const COMPARED_ROWS: usize = 250;

/// Rows on which those that compare well are fitted.
const FITTED_ROWS: usize = 1200;

/// Structures of a number of pathways that are fitted.
const COMPARED: usize = 10;

/// Fitted structures that are fitted to the end.
const FINISHED: usize = 4;

/// Steps of both.
const FITTING: usize = 25;
const FINISHING: usize = 60;

impl Fitter<'_> {
    /// The best few circuits of one pathway, of two, and so on up to `most`, the cheapest first.
    pub fn search(&self, most: usize) -> Vec<Vec<Fit>> {
        let few = self.thinned(COMPARED_ROWS);
        let screening = Screening::new(&few);
        let mut numbers = Vec::new();
        let mut kept: Vec<Structure> = Vec::new();
        for count in 1..=most.min(self.inputs.len()) {
            let structures = self.structures(count, &kept);
            let screened = screened(&screening, &structures, count <= ALL_THRESHOLDS);
            kept = screened.iter().map(|one| one.structure.clone()).collect();
            numbers.push(self.finished(screened));
        }
        numbers
    }

    /// The best circuit of one structure.
    pub fn refitted(&self, structure: &Structure) -> Fit {
        let few = self.thinned(COMPARED_ROWS);
        let screening = Screening::new(&few);
        let start = screening.best(structure, structure.members.len() <= EXHAUSTIVE);
        self.descend(structure, start.parameters, FITTING + FINISHING)
    }

    /// The cheapest circuit of so many pathways.
    pub fn best_of(&self, count: usize) -> Option<Fit> {
        let mut numbers = self.search(count);
        let last = numbers.pop()?;
        last.into_iter().next()
    }

    fn structures(&self, count: usize, smaller: &[Structure]) -> Vec<Structure> {
        if count <= EXHAUSTIVE {
            return Structure::all(self.inputs.len(), count);
        }
        let mut structures: Vec<Structure> = Vec::new();
        for one in smaller {
            for candidate in 0..self.inputs.len() {
                for larger in one.with(candidate) {
                    if !structures.contains(&larger) {
                        structures.push(larger);
                    }
                }
            }
        }
        structures
    }

    fn finished(&self, screened: Vec<Screened>) -> Vec<Fit> {
        let some = self.thinned(FITTED_ROWS);
        let fitted = screened
            .into_par_iter()
            .map(|one| some.descend(&one.structure, one.parameters, FITTING));
        let mut fitted: Vec<Fit> = fitted.collect();
        cheapest_first(&mut fitted);
        fitted.truncate(FINISHED);
        let finished = fitted
            .into_par_iter()
            .map(|fit| self.descend(&fit.structure, fit.parameters, FINISHING));
        let mut finished: Vec<Fit> = finished.collect();
        cheapest_first(&mut finished);
        finished
    }

    fn thinned(&self, rows: usize) -> Fitter<'_> {
        Fitter {
            rows: self.rows.thinned(rows),
            ..*self
        }
    }
}

fn screened(
    screening: &Screening<'_>,
    structures: &[Structure],
    all_thresholds: bool,
) -> Vec<Screened> {
    let screened = structures
        .par_iter()
        .map(|structure| screening.best(structure, all_thresholds));
    let mut screened: Vec<Screened> = screened.collect();
    screened.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    screened.truncate(COMPARED);
    screened
}

fn cheapest_first(fits: &mut [Fit]) {
    fits.sort_by(|a, b| a.cost.total_cmp(&b.cost));
}

#[cfg(test)]
mod tests {
    use ganglion_attribution::{Polarity, Sign};

    use super::super::fixture;
    use crate::known::{ProbableCircuit, ProbableCircuits, ProbablePathway};

    #[test]
    fn a_planted_circuit_is_found_among_all() {
        for spread in [0.05, 0.7] {
            let made = fixture::planted(5, spread);
            let fitter = made.fitter(true);
            let numbers = fitter.search(3);
            let best = &numbers[1][0];
            assert_eq!(best.structure.members, [0, 1]);
            assert_eq!(best.structure.excites, [true, false]);
            let [one, three] = [0, 2].map(|index: usize| &numbers[index][0]);
            assert!(best.cost < one.cost && best.cost < three.cost);
            for (found, expected) in best
                .parameters
                .pathways
                .iter()
                .zip(&made.parameters.pathways)
            {
                // Without noise the fit ends at the planted circuit but for its last steps.
                let ratio = found.weight / expected.weight;
                assert!((ratio - 1.0).abs() < 0.05, "{best:?}");
                assert!(
                    (found.threshold - expected.threshold).abs() < 0.05,
                    "{best:?}"
                );
                assert!((found.centre - expected.centre).abs() < 0.1, "{best:?}");
                let spread = found.threshold_spread - expected.threshold_spread;
                assert!(spread.abs() < 0.1, "{best:?}");
            }
        }
    }

    /// Of two candidates that do the same, the one that the cell is known to have; and only once.
    #[test]
    fn what_is_known_of_a_cell_tells_candidates_of_one_drive_apart() {
        let mut made = fixture::planted(4, 0.3);
        made.inputs[2] = made.inputs[0].clone();
        made.targets.weight = 0.0;
        let known = ProbableCircuits {
            pathways: [Sign::Excitatory, Sign::Inhibitory]
                .map(|sign| ProbablePathway {
                    polarity: Polarity::On,
                    sign,
                    course: vec![0.0, 1.0],
                })
                .into(),
            circuits: vec![ProbableCircuit {
                probability: 1.0,
                pathways: vec![0, 1],
            }],
        };
        for known_place in [0, 2] {
            for input in &mut made.inputs {
                input.likeness = [vec![None, None], vec![None, None]];
            }
            // Likeness as an inhibition, then as an excitation.
            made.inputs[known_place].likeness[1] = vec![Some(1.0), None];
            made.inputs[1].likeness[0] = vec![None, Some(1.0)];
            let mut fitter = made.fitter(true);
            fitter.known = Some(&known);
            let mut expected = [known_place, 1];
            expected.sort_unstable();
            let best = fitter.search(2)[1][0].clone();
            assert_eq!(best.structure.members, expected);
        }
    }

    /// Silencing the first candidate does nothing, and silencing the third what the circuit says of the
    /// first, whose drive is the same: the third is what there is.
    #[test]
    fn what_silencing_does_tells_candidates_of_one_drive_apart() {
        let mut made = fixture::planted(4, 0.3);
        made.inputs[2] = made.inputs[0].clone();
        made.targets.silenced.swap(0, 2);
        let best = made.fitter(true).search(2)[1][0].clone();
        assert_eq!(best.structure.members, [1, 2]);
        assert_eq!(best.structure.excites, [false, true]);
    }
}
