//! What the scores of a cell are computed of.

use crate::trials::Comparable;

/// Predicted and recorded responses of a cell over the bins that it is scored on.
#[derive(Clone, Debug)]
pub(crate) struct CellSample {
    /// The cell, 0-based within the recording.
    pub(super) cell: usize,
    /// The bins, counted within the recording, in order.
    pub(super) bins: Vec<usize>,
    /// Predicted rates `[bin]`, Hz.
    pub(super) predicted: Vec<f32>,
    /// Recorded rates `[bin]`, Hz.
    pub(super) recorded: Vec<f32>,
    /// Trials made as the recorded rate is, over some of the bins.
    pub(super) trials: Option<Comparable>,
    /// Trials as stored, `[trial][bin]` over all bins.
    pub(super) counts: Vec<Vec<f32>>,
    /// Length of a bin, s.
    pub(super) bin_s: f64,
}

impl CellSample {
    /// The same from a bin on.
    pub(super) fn starting_at(&self, first: usize) -> Self {
        let start = self.bins.partition_point(|bin| *bin < first);
        let trials = self.trials.as_ref().map(|own| {
            let start = own.bins.partition_point(|bin| *bin < first);
            Comparable {
                bins: own.bins[start..].to_vec(),
                trials: own.trials.iter().map(|t| t[start..].to_vec()).collect(),
            }
        });
        Self {
            bins: self.bins[start..].to_vec(),
            predicted: self.predicted[start..].to_vec(),
            recorded: self.recorded[start..].to_vec(),
            counts: self.counts.iter().map(|t| t[start..].to_vec()).collect(),
            trials,
            ..*self
        }
    }

    /// Prediction and recording in the bins that the trials hold.
    pub(super) fn where_trials_are(&self) -> [Vec<f32>; 2] {
        let chosen = self.trials.as_ref().map_or(&[][..], |trials| &trials.bins);
        [&self.predicted, &self.recorded].map(|values| held(values, &self.bins, chosen))
    }

    /// What each bin does to the correlation, `z_p z_y - r (z_p^2 + z_y^2) / 2` of the standardised rates: its
    /// influence function. None where there is no variation.
    pub(super) fn influence_on_correlation(&self) -> Option<Vec<f64>> {
        let recorded = standardised(&self.recorded)?;
        let Some(predicted) = standardised(&self.predicted) else {
            return Some(recorded.iter().map(|y| y * y).collect());
        };
        let pairs = || predicted.iter().zip(&recorded);
        let r = ganglion_numerics::mean(pairs().map(|(p, y)| p * y));
        Some(
            pairs()
                .map(|(p, y)| p * y - 0.5 * r * (p * p + y * y))
                .collect(),
        )
    }
}

/// The values of the bins that trials hold, of those of all bins.
pub(super) fn held(values: &[f32], bins: &[usize], chosen: &[usize]) -> Vec<f32> {
    let pairs = bins.iter().zip(values);
    let mut chosen = chosen.iter().peekable();
    let inside = pairs.filter(|(bin, _)| chosen.next_if_eq(bin).is_some());
    inside.map(|(_, value)| *value).collect()
}

fn standardised(values: &[f32]) -> Option<Vec<f64>> {
    let wide = values.iter().map(|&value| f64::from(value));
    let mean = ganglion_numerics::mean(wide.clone());
    let deviations: Vec<f64> = wide.map(|value| value - mean).collect();
    let deviation = ganglion_numerics::root_mean_square(&deviations);
    let is_varied = values.iter().any(|value| *value != values[0]);
    (is_varied && deviation > 0.0)
        .then(|| deviations.iter().map(|value| value / deviation).collect())
}
