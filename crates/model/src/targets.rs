//! What networks learn to predict: rates, or the spikes of single trials.

use std::fmt;

use burn::tensor::Tensor;
use ganglion_recording::Milliseconds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A form of what is learned, `recording.targets` of a config. Families say which they take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TargetForm {
    /// The rates of `recording.response`, Hz, the mean over trials where there are several.
    #[default]
    Rates,
    /// Spikes in a bin, trial by trial.
    SpikeCounts,
}

impl TargetForm {
    /// Every form.
    pub const ALL: &'static [Self] = &[Self::Rates, Self::SpikeCounts];

    /// Whether it is the one that a config means if it says nothing.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// As in configs.
impl fmt::Display for TargetForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rates => "rates",
            Self::SpikeCounts => "spike-counts",
        })
    }
}

/// What was recorded. A loss says of each form what it does with it.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one a batch")]
pub enum Recorded {
    /// Rates `[cell, sample]`, Hz, the mean over trials where there are several.
    Rates(Tensor<2>),
    /// Spikes of single trials.
    Spikes(TrialSpikes),
}

/// What was recorded, and which of it counts.
#[derive(Clone, Debug)]
pub struct TrainingTargets {
    /// What was recorded.
    pub recorded: Recorded,
    /// One for samples that count, zero for others, `[1, sample]`; absent: all count.
    pub mask: Option<Tensor<2>>,
}

impl TrainingTargets {
    /// Everything that was recorded counts.
    fn all(recorded: Recorded) -> Self {
        Self {
            recorded,
            mask: None,
        }
    }

    /// Spikes of single trials that all count.
    pub fn spikes(spikes: TrialSpikes) -> Self {
        Self::all(Recorded::Spikes(spikes))
    }

    /// Rates `[cell, sample]`, Hz, that all count.
    pub fn rates(rates: Tensor<2>) -> Self {
        Self::all(Recorded::Rates(rates))
    }
}

/// Spikes of single trials during the segments of a batch's movie, `[trial, cell, segment, bin]`.
///
/// The last [`predicted`](Self::predicted) bins of each segment are the samples that a network
/// predicts, in the order segment, bin. Those before belong to frames that are shown only as history:
/// a family whose rate depends on a trial's own earlier spikes finds them there.
#[derive(Clone, Debug)]
pub struct TrialSpikes {
    /// Spikes in each bin; zero where a trial was not recorded.
    pub counts: Tensor<4>,
    /// One where a trial was recorded, zero where it was not; of the same shape.
    pub recorded: Tensor<4>,
    /// Bins of each segment that are predicted, the last ones.
    pub predicted: usize,
    /// Length of a bin.
    pub bin: Milliseconds,
}

/// The trials of each sample added up.
///
/// For a Poisson process whose rate is the same in all trials, these sums say all that the trials say
/// of the rate r: with spikes c_k in the trials k that hold a bin of length b,
///
/// ```text
/// log-likelihood = sum over k of (c_k log(r b) - r b - log c_k!)
///                = S log r - N b r + what does not depend on r,   S = sum of c_k, N = number of k
/// ```
#[derive(Clone, Debug)]
pub struct PooledSpikes {
    /// Spikes S over the trials that hold the bin, `[cell, sample]`.
    pub spikes: Tensor<2>,
    /// Number N of those trials, `[cell, sample]`.
    pub trials: Tensor<2>,
}

impl TrialSpikes {
    /// Number of trials, whether they were recorded or not.
    pub fn trials(&self) -> usize {
        self.counts.dims()[0]
    }

    /// The predicted bins, trials added up. Sums of whole numbers are exact.
    pub fn pooled(&self) -> PooledSpikes {
        PooledSpikes {
            spikes: self.sum(&self.counts),
            trials: self.sum(&self.recorded),
        }
    }

    fn sum(&self, values: &Tensor<4>) -> Tensor<2> {
        let [trials, cells, segments, bins] = values.dims();
        let predicted = bins - self.predicted..bins;
        let predicted = values
            .clone()
            .slice([0..trials, 0..cells, 0..segments, predicted]);
        let samples = segments * self.predicted;
        predicted.sum_dim(0).reshape([cells, samples])
    }
}
