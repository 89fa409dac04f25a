//! Scores of what might have been recorded instead.
//!
//! Three things might have been otherwise: when the movie was looked at, which of the repeats were
//! recorded, and which networks came out of training. *Time* is drawn in blocks, whole, with replacement,
//! and the scores are computed of what was drawn. What the *repeats* add is the sum of what each does to a
//! score (jackknife pseudo-values), drawn with replacement; repeats drawn as they are would be alike in
//! both halves of them, and a ceiling would be too high. Differences between repeats that come of noise
//! within them are in the blocks of time already. They are known from repeats whose blocks are exchanged at
//! random, and are taken off: variances of clusters in two ways add as `V = V_time + V_repeats - V_both`
//! (Cameron, Gelbach & Miller 2011, Journal of Business & Economic Statistics 29:238).

use ganglion_numerics::{
    Draws, RESAMPLES, Z95, autocorrelation, block_length, central_interval, mean,
};

use super::Bootstrap;
use super::sample::CellSample;
use super::scores::{Score, ScoreSums, Scores};
use crate::metrics::Halves;

/// Lags of the autocorrelation that are looked at, at most.
const MOST_LAGS: usize = 1000;
/// How much longer blocks are than those with which the error of a variance is least: these leave out a seventh of
/// the variance of a slow series, and intervals that are too short are worse than unsteady ones (ours).
const LONGER: usize = 2;
/// Blocks that are needed for an interval.
const LEAST_BLOCKS: usize = 10;
/// Random exchanges of blocks between repeats.
const EXCHANGES: usize = 10;

/// What is drawn in each resample.
#[derive(Clone, Debug)]
pub(super) struct Resampling {
    /// The first bin of each block.
    edges: Vec<usize>,
    /// How often each block is drawn, `[resample][block]`.
    times: Vec<Vec<f64>>,
    bins: usize,
    is_cut: bool,
}

/// What is drawn of one kind, apart from what is drawn of others.
#[derive(Clone, Copy, Debug)]
pub(super) enum Drawn {
    Time,
    Repeats,
    Exchanges,
    Networks,
    OtherNetworks,
}

impl Drawn {
    /// The draws of this kind, always the same.
    pub(super) fn draws(self) -> Draws {
        Draws::stream(self as u64)
    }
}

/// Scores of a cell in every resample.
#[derive(Clone, Debug)]
pub(super) struct ResampledScores {
    /// Of what was recorded.
    pub(super) estimate: Scores,
    /// Factor of intervals, see [`widening`].
    pub(super) widening: f64,
    /// `[resample]`
    pub(super) resamples: Vec<Scores>,
}

impl Resampling {
    /// Blocks of time for cells that were recorded together, as long as their scores need it; none without
    /// bins.
    pub(super) fn of(samples: &[&CellSample]) -> Option<Self> {
        let mut bins: Vec<usize> = samples.iter().flat_map(|one| one.bins.clone()).collect();
        bins.sort_unstable();
        bins.dedup();
        let count = bins.len();
        if count < LEAST_BLOCKS {
            return None;
        }
        let wanted = needed_length(samples, count);
        let blocks = (count / wanted.max(1)).max(LEAST_BLOCKS);
        let edges = (0..blocks).map(|block| bins[block * count / blocks]);
        let mut draws = Drawn::Time.draws();
        let times = (0..RESAMPLES).map(|_| {
            let mut times = vec![0.0; blocks];
            draws
                .of(blocks)
                .into_iter()
                .for_each(|block| times[block] += 1.0);
            times
        });
        Some(Self {
            edges: edges.collect(),
            times: times.collect(),
            bins: count,
            is_cut: count / LEAST_BLOCKS < wanted,
        })
    }

    /// What it is, for people and files.
    pub(super) fn told(&self, bin_ms: f64) -> Bootstrap {
        let blocks = self.edges.len();
        Bootstrap {
            resamples: self.times.len(),
            blocks,
            block_ms: self.bins as f64 / blocks as f64 * bin_ms,
            is_cut: self.is_cut,
        }
    }

    /// Scores of a cell in every resample.
    pub(super) fn of_cell(&self, sample: &CellSample) -> ResampledScores {
        let blocks = ScoreSums::of_blocks(sample, &self.edges);
        let whole = ScoreSums::total(&blocks, &vec![1.0; blocks.len()]);
        let trials = whole.trials();
        let halves = Halves::of(trials);
        let influences = repeats_beyond_time(&blocks, &whole);
        let mut draws = Drawn::Repeats.draws();
        let resamples = self.times.iter().map(|times| {
            let mut scores = ScoreSums::total(&blocks, times).scores(&halves);
            if trials > 1 {
                add_mean_of(&mut scores, &influences, &draws.of(trials));
            }
            scores
        });
        ResampledScores {
            resamples: resamples.collect(),
            estimate: whole.scores(&halves),
            widening: widening(blocks.len()),
        }
    }
}

#[cfg(test)]
impl Resampling {
    /// The scores of a cell alone.
    pub(super) fn estimate(sample: &CellSample) -> Scores {
        let whole = ScoreSums::of_blocks(sample, &[0]).remove(0);
        whole.scores(&Halves::of(whole.trials()))
    }
}

/// By how much intervals from few blocks are too short: `sqrt(k / (k - 1)) t / 1.96` for k blocks, with the
/// 97.5 % quantile t of Student's distribution of k - 1 degrees of freedom (Abramowitz & Stegun 26.7.5).
fn widening(blocks: usize) -> f64 {
    let (k, z) = (blocks as f64, Z95);
    let freedom = k - 1.0;
    let first = (z.powi(3) + z) / (4.0 * freedom);
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / (96.0 * freedom * freedom);
    (k / freedom).sqrt() * (z + first + second) / z
}

/// The middle 95 % of values, widened by a factor around what was recorded.
pub(super) fn widened(
    estimate: f64,
    values: impl Iterator<Item = f64>,
    widening: f64,
) -> Option<[f64; 2]> {
    let interval = central_interval(values, RESAMPLES)?;
    Some(interval.map(|end| estimate + widening * (end - estimate)))
}

impl ResampledScores {
    /// The interval of values of which `estimate` is what was recorded: the middle 95 % of the resamples,
    /// widened for the number of blocks.
    pub(super) fn interval_of(
        &self,
        estimate: f64,
        values: impl Iterator<Item = f64>,
    ) -> Option<[f64; 2]> {
        widened(estimate, values, self.widening)
    }
}

/// Length of blocks that the correlations of the cells need on average.
fn needed_length(samples: &[&CellSample], bins: usize) -> usize {
    let lags = MOST_LAGS.min(bins / 4);
    let of = |sample: &&CellSample| autocorrelation(&sample.influence_on_correlation()?, lags);
    let each: Vec<Vec<f64>> = samples.iter().filter_map(of).collect();
    if each.is_empty() {
        return 1;
    }
    let pooled = (0..=lags).map(|lag| mean(each.iter().map(|rho| rho[lag])));
    LONGER * block_length(&pooled.collect::<Vec<_>>(), bins)
}

/// What each of some members adds to scores, drawn: the mean of what is drawn varies as the mean of the
/// members does, which `sqrt(n / (n - 1))` sees to.
pub(super) fn add_mean_of(scores: &mut Scores, members: &[Scores], drawn: &[usize]) {
    let count = members.len() as f64;
    let widened = (count / (count - 1.0)).sqrt();
    for (score, sum) in scores.iter_mut().enumerate() {
        let added = drawn.iter().map(|&member| members[member][score]);
        let added = added.map(|added| added.unwrap_or(0.0)).sum::<f64>();
        *sum = sum.map(|sum| sum + widened * added / count);
    }
}

/// What each repeat does to the scores `[repeat]`, less what noise within repeats does.
fn repeats_beyond_time(blocks: &[ScoreSums], whole: &ScoreSums) -> Vec<Scores> {
    let mut influences = influences(whole);
    if influences.is_empty() {
        return influences;
    }
    let mut draws = Drawn::Exchanges.draws();
    let exchanged: Vec<Vec<Scores>> = (0..EXCHANGES)
        .map(|_| {
            let blocks: Vec<ScoreSums> = (blocks.iter())
                .map(|block| block.reordered(&draws.order(whole.trials())))
                .collect();
            let whole = ScoreSums::total(&blocks, &vec![1.0; blocks.len()]);
            self::influences(&whole)
        })
        .collect();
    for score in 0..Score::ALL.len() {
        let power = |members: &[Scores]| -> f64 {
            let values = members.iter().filter_map(|member| member[score]);
            values.map(|value| value * value).sum()
        };
        let (own, noise) = (
            power(&influences),
            mean(exchanged.iter().map(|one| power(one))),
        );
        let left = (1.0 - noise / own).max(0.0).sqrt();
        let left = if left.is_finite() { left } else { 0.0 };
        for one in &mut influences {
            one[score] = one[score].map(|value| left * value);
        }
    }
    influences
}

/// What each repeat does to the scores, `(n - 1) (mean - score without it)`, of mean 0; nothing where a
/// score is not defined without one of them.
fn influences(whole: &ScoreSums) -> Vec<Scores> {
    let trials = whole.trials();
    if trials < 2 {
        return Vec::new();
    }
    let halves = Halves::of(trials - 1);
    let whole = whole.where_trials_are();
    let without: Vec<Scores> = (0..trials)
        .map(|trial| whole.without_trial(trial).scores(&halves))
        .collect();
    let means: Scores = std::array::from_fn(|score| {
        let each: Option<Vec<f64>> = without.iter().map(|scores| scores[score]).collect();
        each.map(mean)
    });
    let others = trials as f64 - 1.0;
    let influence = |scores: &Scores| -> Scores {
        std::array::from_fn(|score| Some(others * (means[score]? - scores[score]?)))
    };
    without.iter().map(influence).collect()
}
