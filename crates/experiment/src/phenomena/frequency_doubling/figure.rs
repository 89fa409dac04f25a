//! The responses as a figure.

use super::FrequencyDoubling;
use crate::Outcome;
use crate::figure::{Bars, NamedFigure, responses};

/// The numbers that stand beside the responses.
const BARS: Bars = Bars {
    label: "Amplitude (Hz)",
    metrics: &[("F1", FrequencyDoubling::F1), ("F2", FrequencyDoubling::F2)],
};

pub(super) fn figures(outcome: &Outcome) -> Vec<NamedFigure> {
    responses(outcome, &BARS)
}
