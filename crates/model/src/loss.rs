//! The Poisson loss.

use burn::tensor::Tensor;

/// Negative log-likelihood of Poisson counts, up to a constant:
///
/// ```text
/// loss = mean over n, t of w_n m_t (r_nt - y_nt log(r_nt + epsilon))
/// ```
///
/// with predicted rates r, recorded rates y and a mask m of ones and zeros. The mean is over all
/// samples, masked ones included, so that a sample weighs the same in every batch. The published
/// networks weigh all cells alike, w = 1; w_n = 1 / (mean rate of n) makes every cell count the same.
#[derive(Clone, Debug)]
pub struct PoissonLoss {
    /// Keeps the logarithm finite, Hz.
    pub epsilon: f64,
    /// Weight of each cell, `[cell, 1]`; absent: all alike.
    pub cell_weights: Option<Tensor<2>>,
}

/// What a network learns to predict. A loss says of each form what it does with it.
#[derive(Clone, Debug)]
pub enum Recorded {
    /// Rates `[cell, sample]`, Hz, the mean over trials where there are several.
    Rates(Tensor<2>),
}

/// What was recorded, and which of it counts.
#[derive(Clone, Debug)]
pub struct Targets {
    /// What was recorded.
    pub recorded: Recorded,
    /// One for samples that count, zero for others, `[1, sample]`; absent: all count.
    pub mask: Option<Tensor<2>>,
}

impl Targets {
    /// Rates `[cell, sample]`, Hz, that all count.
    pub fn all(rates: Tensor<2>) -> Self {
        Self {
            recorded: Recorded::Rates(rates),
            mask: None,
        }
    }
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
    pub fn forward(&self, predicted: Tensor<2>, targets: &Targets) -> Tensor<1> {
        let [cells, samples] = predicted.dims();
        let Recorded::Rates(recorded) = &targets.recorded;
        let logarithm = predicted.clone().add_scalar(self.epsilon).log();
        let mut terms = predicted - recorded.clone() * logarithm;
        if let Some(weights) = &self.cell_weights {
            terms = terms * weights.clone();
        }
        if let Some(mask) = &targets.mask {
            terms = terms * mask.clone();
        }
        terms.sum().div_scalar((cells * samples) as f64)
    }
}
