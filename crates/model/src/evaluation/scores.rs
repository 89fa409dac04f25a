//! The scores of a cell, and the sums that they are computed from.

use serde::{Deserialize, Serialize};

use super::CellScore;
use super::sample::CellSample;
use crate::metrics::{
    FIRST_TRIAL, Halves, Moments, PREDICTED, RECORDED, SpikeSums, TrialMoments, beside,
};

/// What a prediction is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Score {
    /// Correlation of predicted and recorded rates.
    Pearson,
    /// Highest correlation that a perfect model could reach.
    Ceiling,
    /// Correlation over ceiling.
    Normalised,
    /// Fraction of explained variance.
    Fev,
    /// Fraction of explained variance with the noise taken out.
    CorrectedFev,
    /// Fraction of explainable variance explained.
    Feve,
    /// Normalised correlation.
    CcNorm,
    /// Correlation of single trials with the mean of the others.
    Oracle,
    /// Information about single spikes.
    BitsPerSpike,
    /// Log likelihood of the spikes of a bin.
    LogLikelihood,
    /// Root mean squared error, Hz.
    Rmse,
}

/// A value for each of [`Score::ALL`], where it is defined.
pub(super) type Scores = [Option<f64>; Score::ALL.len()];

impl Score {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 11] = [
        Self::Pearson,
        Self::Ceiling,
        Self::Normalised,
        Self::Fev,
        Self::CorrectedFev,
        Self::Feve,
        Self::CcNorm,
        Self::Oracle,
        Self::BitsPerSpike,
        Self::LogLikelihood,
        Self::Rmse,
    ];

    /// Its key in files, which is that of [`CellScore`].
    pub fn key(self) -> &'static str {
        match self {
            Self::Pearson => "pearson",
            Self::Ceiling => "ceiling",
            Self::Normalised => "normalised",
            Self::Fev => "fev",
            Self::CorrectedFev => "corrected_fev",
            Self::Feve => "feve",
            Self::CcNorm => "cc_norm",
            Self::Oracle => "oracle",
            Self::BitsPerSpike => "bits_per_spike",
            Self::LogLikelihood => "log_likelihood",
            Self::Rmse => "rmse",
        }
    }

    /// That of a cell.
    pub fn of(self, cell: &CellScore) -> Option<f64> {
        match self {
            Self::Pearson => cell.pearson,
            Self::Ceiling => cell.ceiling,
            Self::Normalised => cell.normalised,
            Self::Fev => cell.fev,
            Self::CorrectedFev => cell.corrected_fev,
            Self::Feve => cell.feve,
            Self::CcNorm => cell.cc_norm,
            Self::Oracle => cell.oracle,
            Self::BitsPerSpike => cell.bits_per_spike,
            Self::LogLikelihood => cell.log_likelihood,
            Self::Rmse => cell.rmse,
        }
    }

    /// An interval with its ends in the range that its values are in by definition.
    pub(super) fn clamped(self, interval: [f64; 2]) -> [f64; 2] {
        let [least, most] = self.range();
        interval.map(|end| end.clamp(least, most))
    }

    /// The range that its values are in by definition.
    fn range(self) -> [f64; 2] {
        match self {
            Self::Ceiling | Self::Feve => [0.0, 1.0],
            Self::Pearson | Self::Oracle => [-1.0, 1.0],
            Self::Rmse => [0.0, f64::INFINITY],
            _ => [f64::NEG_INFINITY, f64::INFINITY],
        }
    }
}

/// Sums over some bins from which all scores of a cell follow.
#[derive(Clone, Debug)]
pub(super) struct ScoreSums {
    /// Prediction and recording, over the bins that hold a rate.
    rates: Moments,
    /// The same and every trial, over the bins that the trials hold.
    trials: Option<Moments>,
    /// Of each trial, where trials are counts.
    spikes: Vec<SpikeSums>,
}

impl ScoreSums {
    /// Those of stretches of time: of the bins from each edge to the next, in the order of the bins.
    pub(super) fn of_blocks(sample: &CellSample, edges: &[usize]) -> Vec<Self> {
        let rates = Moments::of(&[&sample.predicted, &sample.recorded]);
        let nothing = rates.of_nothing();
        let mut blocks = vec![
            Self {
                rates: nothing,
                trials: None,
                spikes: Vec::new(),
            };
            edges.len()
        ];
        let block_of = |bin: &usize| edges.partition_point(|edge| edge <= bin).max(1) - 1;
        for (place, bin) in sample.bins.iter().enumerate() {
            let values = [sample.predicted[place], sample.recorded[place]];
            blocks[block_of(bin)].rates.push(values.into_iter());
        }
        if let Some(trials) = &sample.trials {
            let [predicted, recorded] = sample.where_trials_are();
            let series = beside(&[&predicted, &recorded], &trials.trials);
            let nothing = Moments::of(&series).of_nothing();
            blocks
                .iter_mut()
                .for_each(|block| block.trials = Some(nothing.clone()));
            for (place, bin) in trials.bins.iter().enumerate() {
                let values = series.iter().map(|series| series[place]);
                let block = blocks[block_of(bin)].trials.as_mut();
                block.into_iter().for_each(|all| all.push(values.clone()));
            }
        }
        add_spikes(&mut blocks, sample, block_of);
        blocks
    }

    /// The sum of blocks, each so many times.
    pub(super) fn total(blocks: &[Self], times: &[f64]) -> Self {
        let mut total = Self {
            rates: blocks[0].rates.of_nothing(),
            trials: blocks[0].trials.as_ref().map(Moments::of_nothing),
            spikes: vec![SpikeSums::default(); blocks[0].spikes.len()],
        };
        for (block, &times) in blocks.iter().zip(times).filter(|(_, times)| **times > 0.0) {
            total.rates.add(&block.rates, times);
            if let (Some(sum), Some(own)) = (&mut total.trials, &block.trials) {
                sum.add(own, times);
            }
            let spikes = total.spikes.iter_mut().zip(&block.spikes);
            spikes.for_each(|(sum, own)| sum.add(own, times));
        }
        total
    }

    /// Number of trials.
    pub(super) fn trials(&self) -> usize {
        let all = self.trials.as_ref().map(Moments::series);
        all.map_or(self.spikes.len(), |series| series - FIRST_TRIAL)
    }

    /// All scores; `halves` are of as many trials as there are.
    pub(super) fn scores(&self, halves: &Halves) -> Scores {
        let varies = self.rates.variance(RECORDED) > 0.0;
        let pearson = varies.then(|| self.rates.correlation(PREDICTED, RECORDED).unwrap_or(0.0));
        let trials = self.trials.as_ref();
        let trials = trials.map(|moments| TrialMoments::of(moments, FIRST_TRIAL));
        let ceiling = trials.and_then(|trials| trials.noise_ceiling(halves));
        let mut spikes = SpikeSums::default();
        self.spikes.iter().for_each(|trial| spikes.add(trial, 1.0));
        Score::ALL.map(|score| match score {
            Score::Pearson => pearson,
            Score::Ceiling => ceiling,
            Score::Normalised => Some(pearson? / ceiling?),
            Score::Fev => self.rates.fraction_of_explained_variance(),
            Score::CorrectedFev => trials?.noise_corrected_explained_variance(),
            Score::Feve => trials?.explainable_variance_explained(),
            Score::CcNorm => trials?.normalised_correlation(),
            Score::Oracle => trials?.oracle(),
            Score::BitsPerSpike => spikes.bits(),
            Score::LogLikelihood => spikes.log_likelihood(),
            Score::Rmse => Some(self.rates.root_mean_squared_error()),
        })
    }

    /// The same over the bins that the trials hold alone.
    pub(super) fn where_trials_are(&self) -> Self {
        let rates = match &self.trials {
            Some(trials) => trials.of_series(&[PREDICTED, RECORDED]),
            None => self.rates.clone(),
        };
        Self {
            rates,
            ..self.clone()
        }
    }

    /// The same with the trials in another order.
    pub(super) fn reordered(&self, order: &[usize]) -> Self {
        let series = [PREDICTED, RECORDED].into_iter();
        let series: Vec<usize> = series
            .chain(order.iter().map(|trial| FIRST_TRIAL + trial))
            .collect();
        let trials = self.trials.as_ref();
        let spikes = order.iter().filter_map(|&trial| self.spikes.get(trial));
        Self {
            rates: self.rates.clone(),
            trials: trials.map(|trials| trials.of_series(&series)),
            spikes: spikes.copied().collect(),
        }
    }

    /// The same as if a trial had not been shown: it is missing in the recorded mean as well.
    pub(super) fn without_trial(&self, left_out: usize) -> Self {
        let kept = (0..self.spikes.len()).filter(|trial| *trial != left_out);
        let spikes = kept.map(|trial| self.spikes[trial]).collect();
        let Some(moments) = &self.trials else {
            return Self {
                rates: self.rates.clone(),
                trials: None,
                spikes,
            };
        };
        let unit = |series: usize| {
            let mut row = vec![0.0; moments.series()];
            row[series] = 1.0;
            row
        };
        let trials = moments.mapped(&self.rows_without(left_out, moments, unit));
        Self {
            rates: trials.of_series(&[PREDICTED, RECORDED]),
            trials: Some(trials),
            spikes,
        }
    }

    /// Prediction, the recording without a trial, and the other trials, as sums of the series.
    fn rows_without(
        &self,
        left_out: usize,
        moments: &Moments,
        unit: impl Fn(usize) -> Vec<f64>,
    ) -> Vec<Vec<f64>> {
        let count = self.trials() as f64;
        let scale = TrialMoments::of(moments, FIRST_TRIAL).scale();
        let scale = scale.unwrap_or(0.0).sqrt();
        let mut recorded = unit(RECORDED);
        for trial in 0..self.trials() {
            let weight = match trial == left_out {
                true => -1.0 / count,
                false => 1.0 / (count - 1.0) - 1.0 / count,
            };
            recorded[FIRST_TRIAL + trial] = scale * weight;
        }
        let others = (0..self.trials()).filter(|trial| *trial != left_out);
        let others = others.map(|trial| unit(FIRST_TRIAL + trial));
        [unit(PREDICTED), recorded]
            .into_iter()
            .chain(others)
            .collect()
    }
}

/// Adds the sums over single spikes, where all trials are counts.
fn add_spikes(blocks: &mut [ScoreSums], sample: &CellSample, block_of: impl Fn(&usize) -> usize) {
    let mut start = 0;
    while start < sample.bins.len() {
        let block = block_of(&sample.bins[start]);
        let rest = sample.bins[start..].iter();
        let end = start + rest.take_while(|bin| block_of(bin) == block).count();
        let of_trial = |trial: &Vec<f32>| {
            SpikeSums::of(
                &sample.predicted[start..end],
                &trial[start..end],
                sample.bin_s,
            )
        };
        let sums: Option<Vec<SpikeSums>> = sample.counts.iter().map(of_trial).collect();
        let Some(sums) = sums else {
            blocks.iter_mut().for_each(|block| block.spikes.clear());
            return;
        };
        blocks[block].spikes = sums;
        start = end;
    }
    let trials = blocks.iter().map(|block| block.spikes.len()).max();
    for block in blocks {
        block
            .spikes
            .resize(trials.unwrap_or(0), SpikeSums::default());
    }
}
