//! Attributions and how good they are.

use crate::integrate::PathIntegral;
use crate::layer::Layer;

/// Attributions of the units of one layer, for some samples and cells.
#[derive(Clone, Debug)]
pub struct Attribution {
    /// Which units.
    pub layer: Layer,
    /// Outputs of the network, in the order of the arrays.
    pub cells: Vec<usize>,
    /// Responses: frames with a full history, or clips.
    pub samples: usize,
    /// Channels, rows and columns of the layer.
    pub planes: [usize; 3],
    /// A, Hz: `[sample, cell, channel, y, x]`. Sums to `response - resting_response`.
    pub attribution: Vec<f32>,
    /// G, the path-averaged gradient, Hz a unit of the layer: `[sample, cell, channel, y, x]`.
    pub effective_weights: Vec<f32>,
    /// Rate for the stimulus, Hz: `[sample, cell]`.
    pub response: Vec<f64>,
    /// Rate for the baseline, Hz: `[sample, cell]`. A network's resting rate is not zero.
    pub resting_response: Vec<f64>,
    /// How good each attribution is: `[sample, cell]`.
    pub quality: Vec<Quality>,
    /// Largest minus smallest rate of each cell over stimulus and baseline, Hz: `[cell]`.
    pub response_range: Vec<f64>,
}

/// How good the attribution of one sample and cell is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// `sum of A - (response - resting response)`, Hz.
    pub completeness_gap: f64,
    /// Points of the path at which the network was run for this result.
    pub nodes: usize,
    /// Estimated error of the worst channel's summed attribution, Hz; absent where the rule has no
    /// estimate.
    pub channel_error: Option<f64>,
    /// Estimated error of the worst channel's map, as a share of the map (root mean squares).
    pub map_error: Option<f64>,
    /// Whether gap and errors are within the tolerances asked for.
    pub within_tolerance: bool,
}

impl Attribution {
    /// Units of the layer.
    pub fn units(&self) -> usize {
        self.planes.iter().product()
    }

    /// Attributions `[channel, y, x]` of a sample and a cell (its place in `cells`), Hz.
    ///
    /// # Panics
    /// If there is no such sample or cell.
    pub fn map(&self, sample: usize, cell: usize) -> &[f32] {
        &self.attribution[self.start(sample, cell)..][..self.units()]
    }

    /// Effective weights `[channel, y, x]` of a sample and a cell (its place in `cells`).
    ///
    /// # Panics
    /// If there is no such sample or cell.
    pub fn weights(&self, sample: usize, cell: usize) -> &[f32] {
        &self.effective_weights[self.start(sample, cell)..][..self.units()]
    }

    /// How good the attribution of a sample and a cell (its place in `cells`) is.
    ///
    /// # Panics
    /// If there is no such sample or cell.
    pub fn quality_of(&self, sample: usize, cell: usize) -> Quality {
        assert!(cell < self.cells.len(), "no cell {cell}");
        self.quality[sample * self.cells.len() + cell]
    }

    /// The largest absolute completeness gap, Hz.
    pub fn largest_gap(&self) -> f64 {
        self.quality.iter().fold(0.0, |most, quality| {
            most.max(quality.completeness_gap.abs())
        })
    }

    /// How many samples and cells missed their tolerance.
    pub fn missed(&self) -> usize {
        let missed = |quality: &&Quality| !quality.within_tolerance;
        self.quality.iter().filter(missed).count()
    }

    pub(crate) fn push(&mut self, estimate: &PathIntegral, quality: Quality) {
        self.attribution.extend(&estimate.attribution);
        self.effective_weights.extend(&estimate.effective_weight);
        let [resting, response] = estimate.rates;
        self.response.push(response);
        self.resting_response.push(resting);
        self.quality.push(quality);
    }

    fn start(&self, sample: usize, cell: usize) -> usize {
        assert!(
            sample < self.samples && cell < self.cells.len(),
            "no sample {sample} or cell {cell}"
        );
        (sample * self.cells.len() + cell) * self.units()
    }
}
