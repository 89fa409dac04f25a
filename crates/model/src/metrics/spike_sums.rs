//! Sums from which the information about single spikes is computed.

/// Sums over the bins of one trial that hold a count.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SpikeSums {
    /// Of `y log2 p`.
    information: f64,
    /// Of y.
    spikes: f64,
    /// Of p.
    predicted: f64,
    /// Of `ln y!`.
    log_factorials: f64,
    bins: f64,
}

/// Least spikes a bin that a prediction stands for: a rate of 0 would rule a spike out.
const LEAST_SPIKES: f64 = 1e-6;

impl SpikeSums {
    /// Of the counts of a trial, and the rates predicted in the same bins of a length; none if one is no count.
    pub(crate) fn of(predicted: &[f32], counts: &[f32], bin_s: f64) -> Option<Self> {
        let mut sums = Self::default();
        for (&y, &p) in counts.iter().zip(predicted) {
            if y.is_nan() || !p.is_finite() {
                continue;
            }
            if y < 0.0 || y.fract() != 0.0 {
                return None;
            }
            let p = (f64::from(p) * bin_s).max(LEAST_SPIKES);
            sums.information += f64::from(y) * p.log2();
            sums.spikes += f64::from(y);
            sums.predicted += p;
            sums.log_factorials += log_factorial(y);
            sums.bins += 1.0;
        }
        Some(sums)
    }

    /// Adds those of other bins or another trial, so many times.
    pub(crate) fn add(&mut self, other: &Self, times: f64) {
        self.information += times * other.information;
        self.spikes += times * other.spikes;
        self.predicted += times * other.predicted;
        self.log_factorials += times * other.log_factorials;
        self.bins += times * other.bins;
    }

    /// Nats a bin, see [`super::log_likelihood`]; none without bins.
    pub(crate) fn log_likelihood(&self) -> Option<f64> {
        let nats = self.information * std::f64::consts::LN_2 - self.predicted - self.log_factorials;
        (self.bins > 0.0).then(|| nats / self.bins)
    }

    /// Bits a spike, see [`super::bits_per_spike`]; none without spikes.
    pub(crate) fn bits(&self) -> Option<f64> {
        let mean = self.spikes / self.bins;
        let log_mean = self.spikes * mean.log2();
        let excess = (self.predicted - self.spikes) / std::f64::consts::LN_2;
        (self.spikes > 0.0).then(|| (self.information - log_mean - excess) / self.spikes)
    }
}

/// `ln y!` of a count; most are 0 or 1.
fn log_factorial(count: f32) -> f64 {
    (2..=count as u32)
        .map(|factor| f64::from(factor).ln())
        .sum()
}
