//! What cells did, as reverse correlation weighs it.

use ganglion_recording::CellIndex;
use serde::{Deserialize, Serialize};

use crate::parts::parts;

/// What responses are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResponseKind {
    /// Spikes in bins, averaged over trials: averages are spike-triggered.
    Spikes,
    /// Firing rates, whatever was done to them: averages are weighted by the rate.
    Rates,
}

/// Responses of cells to a movie, one value a frame.
#[derive(Clone, Debug)]
pub struct CellResponses {
    /// The cells.
    pub cells: Vec<CellIndex>,
    /// Spikes or rates.
    pub kind: ResponseKind,
    /// `[cell][bin]`, Hz; NaN where nothing was recorded.
    pub rates: Vec<Vec<f32>>,
}

/// A cell that no field was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOutCell {
    /// The cell.
    pub cell: CellIndex,
    /// Why not.
    pub reason: LeftOutReason,
}

/// Why no field of a cell is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeftOutReason {
    /// Every bin is NaN.
    #[error("nothing was recorded of it in bins with a full history")]
    NothingRecorded,
    /// As of a whole recording.
    #[error("it was recorded in {bins} bins with a full history; {least} are needed")]
    TooFewBins {
        /// Bins that there are.
        bins: usize,
        /// Bins that are needed.
        least: usize,
    },
    /// The errors of numbers need several parts.
    #[error("it was recorded in {parts} of ten parts of the recording; {least} are needed")]
    TooFewParts {
        /// Parts that there are.
        parts: usize,
        /// Parts that are needed.
        least: usize,
    },
}

/// Parts of the recording that a cell must be recorded in.
const LEAST_PARTS: usize = 5;

/// Rates without their mean over some bins, and 0 elsewhere: what frames are weighted by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights {
    /// `[cell][bin]`
    pub(crate) values: Vec<Vec<f32>>,
    /// Whether a bin is one of those and something was recorded in it, `[cell][bin]`.
    pub(crate) held: Vec<Vec<bool>>,
    /// Mean rates over the bins, Hz.
    pub(crate) means: Vec<f64>,
}

impl CellResponses {
    /// The cells of which enough is recorded in some bins, and the others.
    pub(crate) fn usable(&self, bins: &[usize], least: usize) -> (Self, Vec<LeftOutCell>) {
        let mut usable = Self {
            cells: Vec::new(),
            kind: self.kind,
            rates: Vec::new(),
        };
        let mut others = Vec::new();
        for (&cell, rates) in self.cells.iter().zip(&self.rates) {
            match left_out(rates, bins, least) {
                Some(reason) => others.push(LeftOutCell { cell, reason }),
                None => {
                    usable.cells.push(cell);
                    usable.rates.push(rates.clone());
                }
            }
        }
        (usable, others)
    }

    /// Weights over some bins; bins that a cell lacks weigh nothing.
    pub(crate) fn weights(&self, bins: &[usize]) -> Weights {
        let mut weights = Weights::default();
        for rates in &self.rates {
            let recorded = || bins.iter().filter(|&&bin| !rates[bin].is_nan());
            let mean = ganglion_numerics::mean(recorded().map(|&bin| f64::from(rates[bin])));
            let mut values = vec![0.0; rates.len()];
            let mut held = vec![false; rates.len()];
            for &bin in recorded() {
                values[bin] = (f64::from(rates[bin]) - mean) as f32;
                held[bin] = true;
            }
            weights.values.push(values);
            weights.held.push(held);
            weights.means.push(mean);
        }
        weights
    }
}

fn left_out(rates: &[f32], bins: &[usize], least: usize) -> Option<LeftOutReason> {
    let recorded = |bins: &[usize]| bins.iter().filter(|&&bin| !rates[bin].is_nan()).count();
    let count = recorded(bins);
    let held = parts(bins).filter(|part| recorded(part) > 0).count();
    if count == 0 {
        return Some(LeftOutReason::NothingRecorded);
    }
    if count < least {
        return Some(LeftOutReason::TooFewBins { bins: count, least });
    }
    (held < LEAST_PARTS).then_some(LeftOutReason::TooFewParts {
        parts: held,
        least: LEAST_PARTS,
    })
}
