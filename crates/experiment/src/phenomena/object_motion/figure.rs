//! The responses as a figure.

use super::ObjectMotion;
use crate::Outcome;
use crate::figure::{Bars, NamedFigure, responses};

/// The numbers that stand beside the responses.
const BARS: Bars = Bars {
    label: "Mean rate (Hz)",
    metrics: &[
        ("Glob.", ObjectMotion::GLOBAL),
        ("Diff.", ObjectMotion::DIFFERENTIAL),
        ("Alone", ObjectMotion::OBJECT_ALONE),
    ],
};

pub(super) fn figures(outcome: &Outcome) -> Vec<NamedFigure> {
    responses(outcome, &BARS)
}
