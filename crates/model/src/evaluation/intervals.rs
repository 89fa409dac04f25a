//! How sure scores are.

use ganglion_numerics::{RESAMPLES, mean, median};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::resampling::{ResampledScores, Resampling};
use super::scores::Score;
use super::{CellScore, Evaluation};

pub use crate::interval::Interval;

/// What intervals are by: a block bootstrap over time and repeats, widened as Student's distribution of as
/// many degrees of freedom as there are blocks, less one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// How often what was recorded was drawn anew.
    pub resamples: usize,
    /// Blocks of time.
    pub blocks: usize,
    /// Length of a block, ms, from the autocorrelation of what the correlations are sums of.
    pub block_ms: f64,
    /// Whether the autocorrelation asks for longer blocks, of which there would be too few: intervals are
    /// then too short.
    pub is_cut: bool,
}

/// 95 % intervals of the scores of a cell, over time and repeats; none where fewer than half of the
/// resamples have the score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CellIntervals {
    /// Of `pearson`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pearson_interval: Option<Interval>,
    /// Of `ceiling`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ceiling_interval: Option<Interval>,
    /// Of `normalised`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalised_interval: Option<Interval>,
    /// Of `fev`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fev_interval: Option<Interval>,
    /// Of `r_squared`: that of `fev`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r_squared_interval: Option<Interval>,
    /// Of `corrected_fev`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected_fev_interval: Option<Interval>,
    /// Of `feve`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feve_interval: Option<Interval>,
    /// Of `cc_norm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cc_norm_interval: Option<Interval>,
    /// Of `oracle`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oracle_interval: Option<Interval>,
    /// Of `bits_per_spike`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits_per_spike_interval: Option<Interval>,
    /// Of `log_likelihood`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_likelihood_interval: Option<Interval>,
    /// Of `rmse`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rmse_interval: Option<Interval>,
}

/// A score over all cells that have it. Its intervals are over time and repeats, of these cells.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PopulationScore {
    /// Which.
    pub score: Score,
    /// Number of cells.
    pub n: usize,
    /// Median over them.
    pub median: f64,
    /// Interval of the median.
    pub median_interval: Option<Interval>,
    /// Mean over them.
    pub mean: f64,
    /// Interval of the mean.
    pub mean_interval: Option<Interval>,
}

impl CellIntervals {
    /// That of a score.
    pub fn of(&self, score: Score) -> Option<Interval> {
        match score {
            Score::Pearson => self.pearson_interval,
            Score::Ceiling => self.ceiling_interval,
            Score::Normalised => self.normalised_interval,
            Score::Fev => self.fev_interval,
            Score::CorrectedFev => self.corrected_fev_interval,
            Score::Feve => self.feve_interval,
            Score::CcNorm => self.cc_norm_interval,
            Score::Oracle => self.oracle_interval,
            Score::BitsPerSpike => self.bits_per_spike_interval,
            Score::LogLikelihood => self.log_likelihood_interval,
            Score::Rmse => self.rmse_interval,
        }
    }

    /// Those of the scores that a cell has.
    fn new(cell: &CellScore, found: &ResampledScores) -> Self {
        let of = |score: Score| score.of(cell).and_then(|_| found.interval(score));
        Self {
            pearson_interval: of(Score::Pearson),
            ceiling_interval: of(Score::Ceiling),
            normalised_interval: of(Score::Normalised),
            fev_interval: of(Score::Fev),
            r_squared_interval: of(Score::Fev),
            corrected_fev_interval: of(Score::CorrectedFev),
            feve_interval: of(Score::Feve),
            cc_norm_interval: of(Score::CcNorm),
            oracle_interval: of(Score::Oracle),
            bits_per_spike_interval: of(Score::BitsPerSpike),
            log_likelihood_interval: of(Score::LogLikelihood),
            rmse_interval: of(Score::Rmse),
        }
    }
}

impl ResampledScores {
    pub(super) fn interval(&self, score: Score) -> Option<Interval> {
        let values = self.resamples.iter().filter_map(|one| one[score as usize]);
        let interval = self.interval_of(self.estimate[score as usize]?, values)?;
        Some(score.clamped(interval))
    }
}

impl Evaluation {
    /// Adds intervals to all scores, by a block bootstrap over time and repeats.
    #[must_use]
    pub fn with_intervals(mut self) -> Self {
        let samples: Vec<_> = self.samples.iter().collect();
        let Some(resampling) = Resampling::of(&samples) else {
            return self;
        };
        let found: Vec<ResampledScores> = (samples.par_iter())
            .map(|sample| resampling.of_cell(sample))
            .collect();
        for (sample, found) in samples.iter().zip(&found) {
            let cells = self.cells.iter_mut();
            for cell in cells.filter(|cell| cell.cell == sample.cell) {
                cell.intervals = CellIntervals::new(cell, found);
            }
        }
        let of = |score: &Score| population(*score, &self.cells, &found);
        self.population = Score::ALL.iter().filter_map(of).collect();
        self.bootstrap = Some(resampling.told(self.frame_period_ms));
        self
    }
}

fn population(
    score: Score,
    cells: &[CellScore],
    found: &[ResampledScores],
) -> Option<PopulationScore> {
    let values: Vec<f64> = cells.iter().filter_map(|cell| score.of(cell)).collect();
    let at = |statistic: fn(Vec<f64>) -> Option<f64>| {
        let estimate = statistic(values.clone())?;
        let resamples = (0..RESAMPLES).filter_map(|resample| {
            let cells = found
                .iter()
                .filter(|one| one.estimate[score as usize].is_some());
            let cells = cells.filter_map(|one| one.resamples[resample][score as usize]);
            statistic(cells.collect())
        });
        found.first()?.interval_of(estimate, resamples)
    };
    let middle = |values: Vec<f64>| median(values);
    let average = |values: Vec<f64>| (!values.is_empty()).then(|| mean(&values));
    Some(PopulationScore {
        score,
        n: values.len(),
        median: median(values.iter().copied())?,
        median_interval: at(middle),
        mean: mean(&values),
        mean_interval: at(average),
    })
}
