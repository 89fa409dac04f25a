//! The Poisson loss.

use burn::tensor::Tensor;

use crate::targets::{Recorded, TrainingTargets, TrialSpikes};

/// Negative log-likelihood of a Poisson process, up to a constant, in nats per second of recording.
///
/// Of rates y, with predicted rates r and a mask m of ones and zeros:
///
/// ```text
/// loss = mean over n, t of w_n m_t (r_nt - y_nt log(r_nt + epsilon))
/// ```
///
/// Of spikes c in bins of length b in K trials, with h one where a trial was recorded and zero where
/// it was not:
///
/// ```text
/// loss = 1 / (K b) mean over n, t of w_n m_t sum over k of h_knt (r_nt b - c_knt log(r_nt + epsilon))
/// ```
///
/// Both are the same where all trials were recorded and y is their mean rate, `sum of c / (K b)`, so
/// that penalties and learning rates mean the same in both. A bin that some trials lack counts for
/// less, in proportion to those that hold it. The mean is over all samples, masked ones included, so
/// that a sample weighs the same in every batch. The published networks weigh all cells alike, w = 1;
/// w_n = 1 / (mean rate of n) makes every cell count the same.
#[derive(Clone, Debug)]
pub struct PoissonLoss {
    /// Keeps the logarithm finite, Hz.
    pub epsilon: f64,
    /// Weight of each cell, `[cell, 1]`; absent: all alike.
    pub cell_weights: Option<Tensor<2>>,
}

impl PoissonLoss {
    /// As in the published code: all cells alike, epsilon 1e-8.
    pub fn published() -> Self {
        Self {
            epsilon: 1e-8,
            cell_weights: None,
        }
    }

    /// The loss of predicted rates.
    ///
    /// # Shapes
    /// - predicted: `[cell, sample]`, Hz
    /// - output: a single value
    pub fn forward(&self, predicted: Tensor<2>, targets: &TrainingTargets) -> Tensor<1> {
        let [cells, samples] = predicted.dims();
        let logarithm = predicted.clone().add_scalar(self.epsilon).log();
        let mut terms = match &targets.recorded {
            Recorded::Rates(recorded) => predicted - recorded.clone() * logarithm,
            Recorded::Spikes(recorded) => of_spikes(predicted, logarithm, recorded),
        };
        if let Some(weights) = &self.cell_weights {
            terms = terms * weights.clone();
        }
        if let Some(mask) = &targets.mask {
            terms = terms * mask.clone();
        }
        terms.sum().div_scalar((cells * samples) as f64)
    }
}

/// `(N r - S / b log r) / K`: of the trials only the sums matter, see
/// [`PooledSpikes`](crate::targets::PooledSpikes).
fn of_spikes(predicted: Tensor<2>, logarithm: Tensor<2>, recorded: &TrialSpikes) -> Tensor<2> {
    let pooled = recorded.pooled();
    let per_second = pooled.spikes.div_scalar(recorded.bin.seconds());
    let terms = predicted * pooled.trials - per_second * logarithm;
    terms.div_scalar(recorded.trials() as f64)
}
