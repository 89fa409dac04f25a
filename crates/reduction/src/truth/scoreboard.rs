//! How many circuits and verdicts of a simulated retina are right.

use serde::{Deserialize, Serialize};

use crate::explanation::Explanation;
use crate::hypothesis::{Hypothesis, Verdict};
use crate::truth::planting::{Inhibition, Planting, UpToEquivalence};

/// Circuits beside the planted ones, and verdicts beside the truth by intervention, over some cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scoreboard {
    /// Cells whose circuit is known and that were asked, whether a circuit was predicted or not.
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
    /// `right` up to flips of pathways that are never rectified.
    #[serde(default)]
    pub right_up_to_flips: usize,
    /// `found_right` up to such flips.
    #[serde(default)]
    pub found_right_up_to_flips: usize,
    /// As [`UpToEquivalence`] counts them: planted pathways that are looked
    /// for, those found, pathways found, and those of them that were planted.
    #[serde(default)]
    pub up_to_equivalence: UpToEquivalence,
    /// Cells with as many pathways as were planted and are looked for.
    #[serde(default)]
    pub number_exact: usize,
    /// The same within one.
    #[serde(default)]
    pub number_within_one: usize,
    /// Cells in which no inhibition was planted, of any share.
    #[serde(default)]
    pub without_inhibition: usize,
    /// Those whose circuit has one.
    #[serde(default)]
    pub false_inhibition: usize,
    /// Cells of which the prediction is that there is no circuit of its class, and that have none.
    #[serde(default)]
    pub without_circuit: usize,
    /// Planted pathways of these that are large enough to be looked for; they are among `planted`.
    #[serde(default)]
    pub planted_without_circuit: usize,
    /// Planted pathways that are large enough to be looked for, of cells whose pathways have probabilities.
    #[serde(default)]
    pub planted_beside_stated: usize,
    /// Those of them that are right in the circuit of its stated pathways alone.
    #[serde(default)]
    pub stated_right: usize,
    /// Stated pathways: those that are probable enough.
    #[serde(default)]
    pub stated: usize,
    /// Those that were planted, whatever their share.
    #[serde(default)]
    pub stated_planted: usize,
    /// Cells in which no inhibition was planted whose circuit has an inhibition that is more probable than not.
    #[serde(default)]
    pub false_probable_inhibition: usize,
    /// Cells in which no inhibition was planted, of those with probabilities.
    #[serde(default)]
    pub without_inhibition_beside_probable: usize,
    /// Cells of which nothing is predicted: neither a circuit, nor that there is none. They are in no
    /// other count.
    #[serde(default)]
    pub not_predicted: usize,
}

impl Scoreboard {
    /// Counts over some cells; nothing where no planted circuit is known.
    pub fn of<'a>(cells: impl Iterator<Item = &'a Explanation>) -> Option<Self> {
        let mut board = Self::default();
        for cell in cells {
            if let Some(planting) = &cell.planting {
                board.add(planting, &cell.hypotheses);
            }
        }
        (board.cells > 0).then_some(board)
    }

    /// Counts over circuits of which no phenomenon is claimed; nothing where there are none.
    pub fn of_plantings<'a>(cells: impl Iterator<Item = &'a Planting>) -> Option<Self> {
        let mut board = Self::default();
        cells.for_each(|planting| board.add(planting, &[]));
        (board.cells > 0).then_some(board)
    }

    /// Share of the planted pathways that are looked for and were found with their polarity and sign; none
    /// where none were planted.
    pub fn recall(&self) -> Option<f64> {
        (self.planted > 0).then(|| self.right as f64 / self.planted as f64)
    }

    /// The same over cells with a circuit alone, which abstaining can raise.
    pub fn recall_with_circuit(&self) -> Option<f64> {
        let planted = self.planted - self.planted_without_circuit;
        (planted > 0).then(|| self.right as f64 / planted as f64)
    }

    /// Share of the found pathways that were planted, whatever their share of the drive; none where none
    /// were found.
    pub fn precision(&self) -> Option<f64> {
        (self.found > 0).then(|| self.found_right as f64 / self.found as f64)
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            cells: self.cells + other.cells,
            planted: self.planted + other.planted,
            right: self.right + other.right,
            found: self.found + other.found,
            found_right: self.found_right + other.found_right,
            verdicts: self.verdicts + other.verdicts,
            verdicts_right: self.verdicts_right + other.verdicts_right,
            verdicts_wrong: self.verdicts_wrong + other.verdicts_wrong,
            right_up_to_flips: self.right_up_to_flips + other.right_up_to_flips,
            found_right_up_to_flips: self.found_right_up_to_flips + other.found_right_up_to_flips,
            up_to_equivalence: self.up_to_equivalence.plus(other.up_to_equivalence),
            number_exact: self.number_exact + other.number_exact,
            number_within_one: self.number_within_one + other.number_within_one,
            without_inhibition: self.without_inhibition + other.without_inhibition,
            false_inhibition: self.false_inhibition + other.false_inhibition,
            without_circuit: self.without_circuit + other.without_circuit,
            planted_without_circuit: self.planted_without_circuit + other.planted_without_circuit,
            planted_beside_stated: self.planted_beside_stated + other.planted_beside_stated,
            stated_right: self.stated_right + other.stated_right,
            stated: self.stated + other.stated,
            stated_planted: self.stated_planted + other.stated_planted,
            false_probable_inhibition: self.false_probable_inhibition
                + other.false_probable_inhibition,
            without_inhibition_beside_probable: self.without_inhibition_beside_probable
                + other.without_inhibition_beside_probable,
            not_predicted: self.not_predicted + other.not_predicted,
        }
    }

    /// Counts a cell: its circuit, and claims about it whose truth is known.
    pub fn add(&mut self, planting: &Planting, hypotheses: &[Hypothesis]) {
        self.cells += 1;
        self.add_numbers(planting);
        let [right, planted] = planting.recovered();
        self.right += right;
        self.planted += planted;
        self.found += planting.found;
        self.found_right += planting.found - planting.not_planted.len();
        self.right_up_to_flips += planting.up_to_flips.right;
        self.found_right_up_to_flips += planting.up_to_flips.found_right;
        self.up_to_equivalence = self.up_to_equivalence.plus(planting.up_to_equivalence);
        self.add_verdicts(hypotheses);
    }

    /// Counts a cell of which the prediction is that there is no circuit of its class: what was planted in
    /// it was not found. It predicts no number of pathways, and nothing about inhibition.
    pub fn add_without_circuit(&mut self, planting: &Planting, hypotheses: &[Hypothesis]) {
        let [_, planted] = planting.recovered();
        self.cells += 1;
        self.without_circuit += 1;
        self.planted += planted;
        self.planted_without_circuit += planted;
        self.up_to_equivalence = self.up_to_equivalence.plus(planting.up_to_equivalence);
        self.add_verdicts(hypotheses);
    }

    /// Counts a cell whose pathways have probabilities: by what is stated of it, and by the inhibition that is
    /// more probable than not.
    pub fn add_stated(&mut self, stated: &Planting, probable: &Planting) {
        let [right, planted] = stated.recovered();
        self.planted_beside_stated += planted;
        self.stated_right += right;
        self.stated += stated.found;
        self.stated_planted += stated.found - stated.not_planted.len();
        let Inhibition { planted, found } = probable.inhibition;
        self.without_inhibition_beside_probable += usize::from(!planted);
        self.false_probable_inhibition += usize::from(found && !planted);
    }

    fn add_verdicts(&mut self, hypotheses: &[Hypothesis]) {
        for hypothesis in hypotheses {
            let Some(truth) = hypothesis.truth else {
                continue;
            };
            self.verdicts += 1;
            self.verdicts_right += usize::from(hypothesis.verdict == truth);
            let decided = hypothesis.verdict != Verdict::Undetermined;
            self.verdicts_wrong += usize::from(decided && hypothesis.verdict != truth);
        }
    }

    /// Counts how many pathways a cell's circuit has, and whether it has inhibition that it should not.
    fn add_numbers(&mut self, planting: &Planting) {
        let [_, planted] = planting.recovered();
        let apart = planting.found.abs_diff(planted);
        self.number_exact += usize::from(apart == 0);
        self.number_within_one += usize::from(apart <= 1);
        let Inhibition { planted, found } = planting.inhibition;
        self.without_inhibition += usize::from(!planted);
        self.false_inhibition += usize::from(found && !planted);
    }
}
