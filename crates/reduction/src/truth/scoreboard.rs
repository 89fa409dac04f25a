//! How many circuits and verdicts of a simulated retina are right.

use serde::{Deserialize, Serialize};

use crate::explanation::Explanation;
use crate::hypothesis::Verdict;

/// Circuits beside the planted ones, and verdicts beside the truth by intervention, over some cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scoreboard {
    /// Cells whose circuit is known.
    pub cells: usize,
    /// Planted pathways whose share is large enough to be looked for.
    pub planted: usize,
    /// Those that were found with the right polarity and sign: recall is `right / planted`.
    pub right: usize,
    /// Pathways of the circuits.
    pub found: usize,
    /// Those that were planted, whatever their share: precision is `found_right / found`.
    pub found_right: usize,
    /// Verdicts on claims whose truth is known.
    pub verdicts: usize,
    /// Those that say what the truth is.
    pub verdicts_right: usize,
    /// Those that say the opposite; the rest is undetermined.
    pub verdicts_wrong: usize,
}

impl Scoreboard {
    /// Counts over some cells; nothing where no planted circuit is known.
    pub fn of<'a>(cells: impl Iterator<Item = &'a Explanation>) -> Option<Self> {
        let mut board = Self::default();
        for cell in cells {
            board.add(cell);
        }
        (board.cells > 0).then_some(board)
    }

    fn add(&mut self, cell: &Explanation) {
        let Some(planting) = &cell.planting else {
            return;
        };
        self.cells += 1;
        let [right, planted] = planting.recovered();
        self.right += right;
        self.planted += planted;
        self.found += planting.found;
        self.found_right += planting.found - planting.not_planted.len();
        for hypothesis in &cell.hypotheses {
            let Some(truth) = hypothesis.truth else {
                continue;
            };
            self.verdicts += 1;
            self.verdicts_right += usize::from(hypothesis.verdict == truth);
            let decided = hypothesis.verdict != Verdict::Undetermined;
            self.verdicts_wrong += usize::from(decided && hypothesis.verdict != truth);
        }
    }
}
