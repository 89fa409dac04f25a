//! Filters and nonlinearities at two contrasts as a figure.

use super::ContrastGain;
use crate::Outcome;
use crate::figure::{NamedFigure, Pair, pairs};

const NAMES: [&str; 2] = ["Low contrast", "High contrast"];

/// What is compared cell by cell.
const PAIRS: [Pair; 2] = [
    Pair {
        title: "filter",
        names: NAMES,
        curves: [
            ContrastGain::FILTER_LOW_CONTRAST,
            ContrastGain::FILTER_HIGH_CONTRAST,
        ],
    },
    Pair {
        title: "nonlinearity",
        names: NAMES,
        curves: [
            ContrastGain::NONLINEARITY_LOW_CONTRAST,
            ContrastGain::NONLINEARITY_HIGH_CONTRAST,
        ],
    },
];

pub(super) fn figures(outcome: &Outcome) -> Vec<NamedFigure> {
    pairs(outcome, &PAIRS)
}
