//! How well predictions match recordings.
//!
//! Definitions follow McIntosh et al. 2016 (arXiv 1702.01825) and, for repeats, Schoppe et al. 2016
//! (Front. Comput. Neurosci. 10:10).

mod moments;
mod spike_sums;
pub mod variability;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

pub(crate) use moments::Moments;
pub(crate) use spike_sums::SpikeSums;

pub use ganglion_numerics::{correlation as pearson, median};

/// Root of the mean squared difference, in the series' unit.
pub fn root_mean_squared_error(predicted: &[f32], recorded: &[f32]) -> f64 {
    Moments::of(&[predicted, recorded]).root_mean_squared_error()
}

/// Fraction of explained variance, `1 - mean squared error / variance of the recording`; none if
/// the recording is constant.
pub fn fraction_of_explained_variance(predicted: &[f32], recorded: &[f32]) -> Option<f64> {
    Moments::of(&[predicted, recorded]).fraction_of_explained_variance()
}

/// The highest correlation with the recorded mean that a perfect model of the mean response could
/// reach, given how trials differ.
///
/// Trials are split at random into halves [`SPLITS`] times (always the same ones), the halves' means
/// correlated, and the average r extended from h to all n trials by Spearman and Brown,
/// R = k r / (1 + (k - 1) r) with k = n / h. The ceiling is the root of R: a perfect model has no
/// noise of its own. None with fewer than two trials, or without variation.
pub fn noise_ceiling(trials: &[Vec<f32>]) -> Option<f64> {
    TrialMoments::of(&Moments::of(&slices(trials)), 0).noise_ceiling(&Halves::of(trials.len()))
}

/// Average correlation between the means of two halves of the trials, over [`SPLITS`] splits.
pub fn split_half_correlation(trials: &[Vec<f32>]) -> Option<f64> {
    let moments = Moments::of(&slices(trials));
    TrialMoments::of(&moments, 0).split_half_correlation(&Halves::of(trials.len()))
}

/// Random splits of the trials that are averaged.
pub const SPLITS: usize = 100;

/// Fraction of the explainable variance that is explained: the noise's share of the mean squared
/// error and of the variance, estimated from the trials, is taken out of both.
pub fn noise_corrected_explained_variance(
    predicted: &[f32],
    recorded: &[f32],
    trials: &[Vec<f32>],
) -> Option<f64> {
    let moments = Moments::of(&beside(&[predicted, recorded], trials));
    TrialMoments::of(&moments, FIRST_TRIAL).noise_corrected_explained_variance()
}

/// Coefficient of determination, `R² = 1 - Σ (y - p)² / Σ (y - mean y)²`, with the recording y and the
/// prediction p; none if the recording is constant.
///
/// It is the same number as [`fraction_of_explained_variance`], by the name that statistics has for
/// it; it is not the square of Pearson's r, for it counts errors of scale and offset, and it is
/// below 0 where the mean of the recording would be the better prediction.
pub fn r_squared(predicted: &[f32], recorded: &[f32]) -> Option<f64> {
    fraction_of_explained_variance(predicted, recorded)
}

/// Fraction of explainable variance explained,
/// `FEVe = max(0, 1 - max(0, mse - noise) / (total - noise))`, from single trials `y[n][t]`:
///
/// - `total`: variance of all y over trials and time (n N - 1 degrees of freedom),
/// - `noise`: variance over trials (N - 1 degrees of freedom), averaged over time,
/// - `mse`: mean of `(y[n][t] - p[t])²` over trials and time.
///
/// The trials are scaled to the recording's unit first (counts become Hz). None with fewer than two
/// trials, or where nothing can be explained, `total <= noise`.
///
/// Source: Cadena et al. 2019, PLoS Comput. Biol. 15:e1006897, in the form, clipped at 0 and 1, in
/// which it is used today (open-retina, neuralpredictors). Against
/// [`noise_corrected_explained_variance`], which is about the *mean* of the trials, the difference is
/// the clipping and the degrees of freedom.
pub fn explainable_variance_explained(
    predicted: &[f32],
    recorded: &[f32],
    trials: &[Vec<f32>],
) -> Option<f64> {
    let moments = Moments::of(&beside(&[predicted, recorded], trials));
    TrialMoments::of(&moments, FIRST_TRIAL).explainable_variance_explained()
}

/// Normalised correlation, `CC_norm = Cov(mean y, p) / sqrt(Var(p) SP)`, with the prediction p, N
/// trials y, and the signal power
/// `SP = (Var(Σ y[n]) - Σ Var(y[n])) / (N (N - 1))`, variances being over time.
///
/// None with fewer than two trials, without a signal (`SP <= 0`, where trials have nothing in
/// common: it is not clipped) or with a prediction that is constant. It can exceed 1.
///
/// Source: Schoppe et al. 2016, Front. Comput. Neurosci. 10:10.
pub fn normalised_correlation(predicted: &[f32], trials: &[Vec<f32>]) -> Option<f64> {
    TrialMoments::of(&Moments::of(&beside(&[predicted], trials)), 1).normalised_correlation()
}

/// Information of a predicted rate about single spikes, beyond the mean rate, bits a spike:
///
/// ```text
/// sum over trials and bins of [y log2(p / m) - (p - m) / ln 2] / sum of y
/// ```
///
/// with `y[n][t]` the spikes of a trial in a bin, `p[t]` those predicted (the rate in Hz times `bin_s`, at
/// least 1e-6) and `m` the mean of y: the difference of two Poisson log likelihoods. Bins that a trial does
/// not hold (NaN) are left out. None without spikes, or where values are no counts.
///
/// Source: Pillow et al. 2008, Nature 454:995, with the mean rate as the reference.
pub fn bits_per_spike(predicted: &[f32], counts: &[Vec<f32>], bin_s: f64) -> Option<f64> {
    let mut all = SpikeSums::default();
    for trial in counts {
        all.add(&SpikeSums::of(predicted, trial, bin_s)?, 1.0);
    }
    all.bits()
}

/// Mean log likelihood of the spikes of a bin, nats, if counts are Poisson of the predicted rate:
///
/// ```text
/// mean over trials and bins of [y ln p - p - ln y!]
/// ```
///
/// with y and p as in [`bits_per_spike`], whose difference from that of the mean rate it is, in other units. None
/// without bins, or where values are no counts.
pub fn log_likelihood(predicted: &[f32], counts: &[Vec<f32>], bin_s: f64) -> Option<f64> {
    let mut all = SpikeSums::default();
    for trial in counts {
        all.add(&SpikeSums::of(predicted, trial, bin_s)?, 1.0);
    }
    all.log_likelihood()
}

/// Correlation of every trial with the mean of the others, over trials and time together: what the other trials
/// tell of one, the *oracle* of neural prediction challenges.
///
/// It lies below [`noise_ceiling`], for a single trial is noisy, and the mean of the others too. None with fewer
/// than two trials, or without variation.
///
/// Source: the jackknife oracle of the Sensorium challenges (Turishcheva et al. 2023), as in open-retina.
pub fn oracle(trials: &[Vec<f32>]) -> Option<f64> {
    TrialMoments::of(&Moments::of(&slices(trials)), 0).oracle()
}

/// Where the prediction, the recording and the first trial are among the series of moments.
pub(crate) const PREDICTED: usize = 0;
pub(crate) const RECORDED: usize = 1;
pub(crate) const FIRST_TRIAL: usize = 2;

impl Moments {
    /// See [`root_mean_squared_error`].
    pub(crate) fn root_mean_squared_error(&self) -> f64 {
        self.mean_squared_error().sqrt()
    }

    /// See [`fraction_of_explained_variance`].
    pub(crate) fn fraction_of_explained_variance(&self) -> Option<f64> {
        let variance = self.variance(RECORDED);
        (variance > 0.0).then(|| 1.0 - self.mean_squared_error() / variance)
    }

    fn mean_squared_error(&self) -> f64 {
        self.mean_squared_difference(RECORDED, (PREDICTED, 1.0))
    }
}

/// Moments of which those of trials are a part: all series from one on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrialMoments<'a> {
    moments: &'a Moments,
    first: usize,
}

impl<'a> TrialMoments<'a> {
    pub(crate) fn of(moments: &'a Moments, first: usize) -> Self {
        Self { moments, first }
    }

    /// Number of trials.
    fn count(self) -> f64 {
        (self.moments.series() - self.first) as f64
    }

    fn trials(self) -> std::ops::Range<usize> {
        self.first..self.moments.series()
    }

    /// Covariances of the trials `[trial, trial]`.
    fn covariances(self) -> Vec<f64> {
        let of = |a: usize| self.trials().map(move |b| self.moments.covariance(a, b));
        self.trials().flat_map(of).collect()
    }

    /// See [`split_half_correlation`].
    fn split_half_correlation(self, halves: &Halves) -> Option<f64> {
        let (covariances, count) = (self.covariances(), self.trials().len());
        let between = |some: &[usize], others: &[usize]| -> f64 {
            let rows = some.iter().map(|a| &covariances[a * count..][..count]);
            rows.map(|row| others.iter().map(|&b| row[b]).sum::<f64>())
                .sum()
        };
        let correlations = halves.0.iter().filter_map(|(first, second)| {
            let norm = between(first, first) * between(second, second);
            (norm > 0.0).then(|| between(first, second) / norm.sqrt())
        });
        let correlations: Vec<f64> = correlations.collect();
        let count = correlations.len() as f64;
        (count > 0.0).then(|| correlations.iter().sum::<f64>() / count)
    }

    /// See [`noise_ceiling`].
    pub(crate) fn noise_ceiling(self, halves: &Halves) -> Option<f64> {
        let r = self.split_half_correlation(halves)?;
        let count = self.count();
        let extension = count / (count / 2.0).floor();
        let reliability = extension * r / (1.0 + (extension - 1.0) * r);
        (reliability > 0.0).then(|| reliability.min(1.0).sqrt())
    }

    /// See [`noise_corrected_explained_variance`].
    pub(crate) fn noise_corrected_explained_variance(self) -> Option<f64> {
        let noise = self.noise_of_mean()? * self.scale()?;
        let explainable = self.moments.variance(RECORDED) - noise;
        let unexplained = self.moments.mean_squared_error() - noise;
        (explainable > 0.0).then(|| 1.0 - unexplained / explainable)
    }

    /// See [`explainable_variance_explained`].
    pub(crate) fn explainable_variance_explained(self) -> Option<f64> {
        let scale = self.scale()?.sqrt();
        let noise = scale * scale * self.noise_of_mean()? * self.count();
        let values = self.count() * self.moments.count();
        let grand = ganglion_numerics::mean(self.trials().map(|one| self.moments.mean(one)));
        let spread =
            |one: usize| self.moments.variance(one) + (self.moments.mean(one) - grand).powi(2);
        let total = ganglion_numerics::mean(self.trials().map(spread)) * values / (values - 1.0);
        let error = |one: usize| {
            self.moments
                .mean_squared_difference(PREDICTED, (one, scale))
        };
        let mse = ganglion_numerics::mean(self.trials().map(error));
        let explainable = scale * scale * total - noise;
        (explainable > 0.0).then(|| (1.0 - (mse - noise).max(0.0) / explainable).max(0.0))
    }

    /// See [`normalised_correlation`].
    pub(crate) fn normalised_correlation(self) -> Option<f64> {
        let count = self.count();
        if count < 2.0 {
            return None;
        }
        let each: f64 = self.trials().map(|one| self.moments.variance(one)).sum();
        let power = (count * count * self.variance_of_mean() - each) / (count * (count - 1.0));
        let spread = self.moments.variance(PREDICTED);
        let shared = self
            .trials()
            .map(|one| self.moments.covariance(PREDICTED, one));
        let shared = ganglion_numerics::mean(shared);
        let is_defined = power > 0.0 && spread > 0.0;
        is_defined.then(|| shared / (spread * power).sqrt())
    }

    /// See [`oracle`].
    pub(crate) fn oracle(self) -> Option<f64> {
        let (count, moments) = (self.count(), self.moments);
        if count < 2.0 {
            return None;
        }
        // Mean products over time, `[trial, trial]`, of deviations from the mean of all.
        let grand = ganglion_numerics::mean(self.trials().map(|one| moments.mean(one)));
        let offset = |one: usize| moments.mean(one) - grand;
        let product = |a: usize, b: usize| moments.covariance(a, b) + offset(a) * offset(b);
        let of_sum = |a: usize| self.trials().map(|b| product(a, b)).sum::<f64>();
        let with_sum: Vec<f64> = self.trials().map(of_sum).collect();
        let sum: f64 = with_sum.iter().sum();
        let (mut shared, mut of_one, mut of_others) = (0.0, 0.0, 0.0);
        for (one, with_sum) in self.trials().zip(&with_sum) {
            let own = product(one, one);
            shared += (with_sum - own) / (count - 1.0);
            of_one += own;
            of_others += (sum - 2.0 * with_sum + own) / (count - 1.0).powi(2);
        }
        let norm = (of_one * of_others).sqrt();
        (norm > 0.0).then(|| shared / norm)
    }

    /// Variance over time of the mean over trials.
    fn variance_of_mean(self) -> f64 {
        self.covariances().iter().sum::<f64>() / self.count().powi(2)
    }

    /// Variance over trials divided by their number, averaged over time: the noise in the mean.
    fn noise_of_mean(self) -> Option<f64> {
        let (count, moments) = (self.count(), self.moments);
        if count < 2.0 || moments.count() == 0.0 {
            return None;
        }
        let each: f64 = self.trials().map(|one| moments.variance(one)).sum();
        let grand = ganglion_numerics::mean(self.trials().map(|one| moments.mean(one)));
        let offsets = self.trials().map(|one| (moments.mean(one) - grand).powi(2));
        let squares = each - count * self.variance_of_mean() + offsets.sum::<f64>();
        Some(squares.max(0.0) / (count - 1.0) / count)
    }

    /// What turns a variance in the trials' unit (counts, or rates) into one in the recording's: the
    /// squared ratio of their variable parts. The trials must be smoothed as the recording is.
    pub(crate) fn scale(self) -> Option<f64> {
        let variance_of_mean = self.variance_of_mean();
        let is_defined = self.count() > 0.0 && variance_of_mean > 0.0;
        is_defined.then(|| self.moments.variance(RECORDED) / variance_of_mean)
    }
}

/// Random disjoint halves of so many trials, always the same; of an odd number, one is left out each time.
#[derive(Clone, Debug)]
pub(crate) struct Halves(Vec<(Vec<usize>, Vec<usize>)>);

impl Halves {
    pub(crate) fn of(count: usize) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(0);
        let mut order: Vec<usize> = (0..count).collect();
        let half = count / 2;
        let split = |_| {
            order.shuffle(&mut generator);
            (order[..half].to_vec(), order[half..2 * half].to_vec())
        };
        // A half of nothing correlates with nothing.
        Self((0..if half > 0 { SPLITS } else { 0 }).map(split).collect())
    }
}

/// Mean over all trials.
#[cfg(test)]
pub(crate) fn mean_over_trials(trials: &[Vec<f32>]) -> Vec<f32> {
    let at = |bin: usize| trials.iter().map(|trial| trial[bin]).sum::<f32>();
    let bins = 0..trials[0].len();
    bins.map(|bin| at(bin) / trials.len() as f32).collect()
}

fn slices(trials: &[Vec<f32>]) -> Vec<&[f32]> {
    trials.iter().map(Vec::as_slice).collect()
}

/// Series beside trials.
pub(crate) fn beside<'a>(series: &[&'a [f32]], trials: &'a [Vec<f32>]) -> Vec<&'a [f32]> {
    let trials = trials.iter().map(Vec::as_slice);
    series.iter().copied().chain(trials).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_prediction_explains_everything_and_the_mean_nothing() {
        let recorded = [0.0, 1.0, 2.0, 5.0];
        assert_eq!(
            fraction_of_explained_variance(&recorded, &recorded),
            Some(1.0)
        );
        assert_eq!(
            fraction_of_explained_variance(&[2.0; 4], &recorded),
            Some(0.0)
        );
    }

    /// Three trials and a prediction whose scores were computed with NumPy:
    ///
    /// ```python
    /// y = np.array([[1, 4, 2, 7, 3], [2, 5, 1, 9, 2], [0, 6, 3, 8, 4]], float)
    /// p = np.array([1.5, 4, 2.5, 6, 3.5]); m = y.mean(0)
    /// noise = y.var(0, ddof=1).mean(); total = y.var(ddof=1); mse = ((y - p)**2).mean()
    /// feve = max(0, 1 - max(0, mse - noise) / (total - noise))
    /// sp = (y.sum(0).var() - y.var(1).sum()) / 6
    /// cc_norm = np.cov(m, p, ddof=0)[0, 1] / np.sqrt(p.var() * sp)
    /// r2 = 1 - ((m - p)**2).sum() / ((m - m.mean())**2).sum()
    /// ```
    #[test]
    fn scores_from_trials_are_those_of_their_formulas() {
        let trials = [
            vec![1.0, 4.0, 2.0, 7.0, 3.0],
            vec![2.0, 5.0, 1.0, 9.0, 2.0],
            vec![0.0, 6.0, 3.0, 8.0, 4.0],
        ];
        let predicted = [1.5, 4.0, 2.5, 6.0, 3.5];
        let recorded = mean_over_trials(&trials);
        let close = |found: Option<f64>, expected: f64| {
            assert!(
                (found.unwrap() - expected).abs() < 1e-6,
                "{found:?} {expected}"
            );
        };
        close(r_squared(&predicted, &recorded), 0.813311688);
        close(
            explainable_variance_explained(&predicted, &recorded, &trials),
            0.870663650,
        );
        close(normalised_correlation(&predicted, &trials), 1.006118519);
        // Counts and rates tell the same.
        let rates: Vec<f32> = recorded.iter().map(|v| 100.0 * v).collect();
        let hertz: Vec<f32> = predicted.iter().map(|v| 100.0 * v).collect();
        close(
            explainable_variance_explained(&hertz, &rates, &trials),
            0.870663650,
        );
        close(normalised_correlation(&hertz, &trials), 1.006118519);
    }

    /// Two bins of 10 ms, 1 and 3 spikes, predicted as 100 and 300 Hz: the mean is 2, so that
    /// log2(1/2) + 3 log2(3/2) bits are gained by 4 spikes, and the rates cancel.
    #[test]
    fn bits_of_spikes_are_those_of_poisson_likelihoods() {
        let bits = bits_per_spike(&[100.0, 300.0], &[vec![1.0, 3.0]], 0.01).unwrap();
        assert!((bits - (-1.0 + 3.0 * 1.5f64.log2()) / 4.0).abs() < 1e-6);
        let mean = bits_per_spike(&[200.0; 2], &[vec![1.0, 3.0], vec![f32::NAN, 2.0]], 0.01);
        assert!(mean.unwrap().abs() < 1e-6);
        assert_eq!(bits_per_spike(&[100.0], &[vec![0.5]], 0.01), None);
        assert_eq!(bits_per_spike(&[100.0], &[vec![0.0]], 0.01), None);
        assert_eq!(bits_per_spike(&[100.0], &[], 0.01), None);
    }

    /// Two bins of 10 ms with 1 and 3 spikes, predicted as 1 and 3: `-1 - ln 1!` and `3 ln 3 - 3 - ln 3!`.
    #[test]
    fn the_likelihood_of_a_bin_is_that_of_poisson_counts() {
        let found = log_likelihood(&[100.0, 300.0], &[vec![1.0, 3.0]], 0.01).unwrap();
        let expected = (-1.0 + 3.0 * 3f64.ln() - 3.0 - 6f64.ln()) / 2.0;
        assert!((found - expected).abs() < 1e-6);
        assert_eq!(log_likelihood(&[100.0], &[], 0.01), None);
    }

    #[test]
    fn the_oracle_is_the_correlation_of_each_trial_with_the_mean_of_the_others() {
        let trials = [
            vec![1.0, 4.0, 2.0, 7.0, 3.0],
            vec![2.0, 5.0, 1.0, 9.0, 2.0],
            vec![0.0, 6.0, 3.0, 8.0, 4.0],
        ];
        let (mut ones, mut others) = (Vec::new(), Vec::new());
        for (left_out, trial) in trials.iter().enumerate() {
            let rest: Vec<Vec<f32>> = (0..3)
                .filter(|&n| n != left_out)
                .map(|n| trials[n].clone())
                .collect();
            ones.extend(trial.iter().copied());
            others.extend(mean_over_trials(&rest));
        }
        let direct = pearson(&ones, &others).unwrap();
        // Means of two are rounded to 32 bits.
        assert!((oracle(&trials).unwrap() - direct).abs() < 1e-6);
        assert_eq!(oracle(&trials[..1]), None);
        assert_eq!(oracle(&[vec![1.0; 4], vec![1.0; 4]]), None);
    }

    #[test]
    fn without_a_signal_there_is_nothing_to_explain() {
        let opposite = [vec![0.0, 1.0, 0.0, 1.0], vec![1.0, 0.0, 1.0, 0.1]];
        let predicted = [0.0, 1.0, 0.0, 1.0];
        let recorded = mean_over_trials(&opposite);
        assert_eq!(normalised_correlation(&predicted, &opposite), None);
        assert_eq!(
            explainable_variance_explained(&predicted, &recorded, &opposite),
            None
        );
        assert_eq!(normalised_correlation(&predicted, &opposite[..1]), None);
        assert_eq!(normalised_correlation(&[1.0; 4], &opposite), None);
    }

    #[test]
    fn a_useless_prediction_explains_nothing_and_not_less() {
        let trials = [vec![0.0, 4.0, 1.0, 3.0], vec![0.5, 4.5, 0.5, 3.5]];
        let recorded = mean_over_trials(&trials);
        let wrong = [9.0, -9.0, 9.0, -9.0];
        assert_eq!(
            explainable_variance_explained(&wrong, &recorded, &trials),
            Some(0.0)
        );
        assert!(r_squared(&wrong, &recorded).unwrap() < 0.0);
    }

    #[test]
    fn identical_trials_have_a_ceiling_of_one() {
        let trials = vec![vec![0.0, 3.0, 1.0, 2.0]; 6];
        assert!((noise_ceiling(&trials).unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_ceiling_is_the_correlation_of_the_true_mean_with_the_recorded_mean() {
        use rand::{RngExt, SeedableRng};
        let mut generator = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        let truth: Vec<f32> = (0..20_000)
            .map(|_| generator.random_range(0.0..1.0))
            .collect();
        let trials: Vec<Vec<f32>> = (0..16)
            .map(|_| {
                truth
                    .iter()
                    .map(|v| v + generator.random_range(-2.0..2.0))
                    .collect()
            })
            .collect();
        let achieved = pearson(&truth, &mean_over_trials(&trials)).unwrap();
        assert!((noise_ceiling(&trials).unwrap() - achieved).abs() < 0.02);
    }

    #[test]
    fn noise_correction_gives_the_true_mean_full_marks() {
        use rand::{RngExt, SeedableRng};
        let mut generator = rand_chacha::ChaCha8Rng::seed_from_u64(4);
        let truth: Vec<f32> = (0..20_000)
            .map(|_| generator.random_range(0.0..1.0))
            .collect();
        let trials: Vec<Vec<f32>> = (0..8)
            .map(|_| {
                truth
                    .iter()
                    .map(|v| v + generator.random_range(-1.0..1.0))
                    .collect()
            })
            .collect();
        let recorded = mean_over_trials(&trials);
        let plain = fraction_of_explained_variance(&truth, &recorded).unwrap();
        let corrected = noise_corrected_explained_variance(&truth, &recorded, &trials).unwrap();
        assert!(plain < 0.7 && (corrected - 1.0).abs() < 0.02);
    }
}
