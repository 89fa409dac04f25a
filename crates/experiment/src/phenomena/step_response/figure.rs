//! The responses as a figure.

use super::StepResponse;
use crate::Outcome;
use crate::figure::{Bars, NamedFigure, responses};

/// The numbers that stand beside the responses.
const BARS: Bars = Bars {
    label: "Rise (Hz)",
    metrics: &[
        ("Dark", StepResponse::DARK),
        ("Bright", StepResponse::BRIGHT),
    ],
};

pub(super) fn figures(outcome: &Outcome) -> Vec<NamedFigure> {
    responses(outcome, &BARS)
}
