//! Filters just after a shift and later as a figure.

use super::PolarityReversal;
use crate::Outcome;
use crate::figure::{NamedFigure, Pair, pairs};

/// What is compared cell by cell.
const FILTERS: Pair = Pair {
    title: "filter",
    names: ["Just after a shift", "Later"],
    curves: [
        PolarityReversal::FILTER_EARLY,
        PolarityReversal::FILTER_LATE,
    ],
};

pub(super) fn figures(outcome: &Outcome) -> Vec<NamedFigure> {
    pairs(outcome, &[FILTERS])
}
