//! The responses as a figure.

use super::ContrastAdaptation;
use crate::Outcome;
use crate::figure::{Bars, NamedFigure, responses};

/// The numbers that stand beside the responses.
const BARS: Bars = Bars {
    label: "Rate (Hz)",
    metrics: &[
        ("Early", ContrastAdaptation::EARLY_HIGH),
        ("Late", ContrastAdaptation::LATE_HIGH),
        ("Ctrl", ContrastAdaptation::CONTROL),
    ],
};

pub(super) fn figures(outcome: &Outcome) -> Vec<NamedFigure> {
    responses(outcome, &BARS)
}
