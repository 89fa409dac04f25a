//! Two models on the same recording, cell by cell.

use std::array;

use ganglion_numerics::{
    RESAMPLES, Z95, complementary_error, holm, mean, median, standard_deviation, student_quantile,
    student_two_sided,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Evaluation;
use super::intervals::{Bootstrap, Interval};
use super::resampling::{Drawn, ResampledScores, Resampling, add_mean_of, widened};
use super::sample::CellSample;
use super::scores::{Score, Scores};

/// Probability of a chance difference, corrected for the number of cells, below which a cell differs.
const SIGNIFICANT: f64 = 0.05;

/// Scores of two models, or of several trainings of each, on the same bins of the same cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Networks on each side, over which scores are averaged: A and B.
    pub networks: [usize; 2],
    /// First bin that is compared: the first of which all models have a history.
    pub first_bin: usize,
    /// What the intervals are by.
    pub bootstrap: Bootstrap,
    /// Each score over all cells.
    pub population: Vec<PopulationDifference>,
    /// Each score of each cell.
    pub cells: Vec<CellDifference>,
}

/// A score of a cell on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellDifference {
    /// The cell, 0-based within the recording.
    pub cell: usize,
    /// Which score.
    pub score: Score,
    /// The score of A, averaged over its networks.
    pub a: f64,
    /// Its interval.
    pub a_interval: Option<Interval>,
    /// The score of B.
    pub b: f64,
    /// Its interval.
    pub b_interval: Option<Interval>,
    /// `a - b`.
    pub difference: f64,
    /// Its interval: of paired differences in the same bins and repeats.
    pub difference_interval: Option<Interval>,
    /// Probability of a difference as large by chance: two-sided, of the difference over the standard
    /// deviation of its resamples, which is taken for normal.
    pub p: Option<f64>,
    /// The same corrected for the number of cells by Holm's method.
    pub corrected_p: Option<f64>,
    /// Whether that is below 0.05.
    pub significant: bool,
}

/// A score over all cells that have it on both sides. Intervals are of these cells, over time, repeats and
/// networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PopulationDifference {
    /// Which score.
    pub score: Score,
    /// Number of cells.
    pub n: usize,
    /// Median of A.
    pub a_median: f64,
    /// Median of B.
    pub b_median: f64,
    /// Median of the differences `a - b`.
    pub median_difference: f64,
    /// Its interval.
    pub median_difference_interval: Option<Interval>,
    /// Mean of the differences.
    pub mean_difference: f64,
    /// Its interval.
    pub mean_difference_interval: Option<Interval>,
    /// Cells of which A is significantly greater.
    pub a_greater: usize,
    /// Cells of which B is significantly greater.
    pub b_greater: usize,
}

/// Scores that can differ.
fn compared() -> impl Iterator<Item = Score> {
    let scores = Score::ALL.into_iter();
    scores.filter(|score| *score != Score::Ceiling)
}

/// Both sides of a cell.
struct CellSides {
    cell: usize,
    sides: [ResampledScores; 2],
    /// What few networks make of intervals; none where each side is one.
    few: Option<FewNetworks>,
}

/// Scores of two sides on the same recording, paired by cell, bin and repeat: each side is one model or several
/// trainings of it, whose scores are averaged.
///
/// The same blocks of time and the same repeats are drawn for both sides, and networks of each side where
/// there are several, so that what they share does not count: see [`Bootstrap`]. Of `cells`, those that have
/// no scores on a side are left out. None where no bins are shared by all.
///
/// # Panics
/// Where a side is empty.
pub fn compare(sides: [&[Evaluation]; 2], cells: &[usize]) -> Option<Comparison> {
    let all = || sides.iter().flat_map(|side| side.iter());
    let first_bin = all().map(|one| one.first_bin).max().expect("no networks");
    let cells: Vec<[Vec<CellSample>; 2]> = (cells.iter())
        .filter_map(|&cell| {
            let [a, b] = sides.map(|side| of_cell(side, cell, first_bin));
            Some([a?, b?])
        })
        .collect();
    let samples: Vec<&CellSample> = cells.iter().flatten().flatten().collect();
    let resampling = Resampling::of(&samples)?;
    let networks = sides.map(<[Evaluation]>::len);
    let found: Vec<CellSides> = cells
        .par_iter()
        .map(|cell| CellSides::of(cell, &resampling))
        .collect();
    let scores = compared().map(|score| (score, differences(score, &found)));
    let scores: Vec<(Score, Vec<CellDifference>)> = scores.collect();
    Some(Comparison {
        networks,
        first_bin,
        bootstrap: resampling.told(sides[0][0].frame_period_ms),
        population: (scores.iter())
            .filter_map(|(score, cells)| population(*score, cells, &found))
            .collect(),
        cells: scores.into_iter().flat_map(|(_, cells)| cells).collect(),
    })
}

/// What each network of a side is scored on for a cell; none if one has no scores of it.
fn of_cell(side: &[Evaluation], cell: usize, first_bin: usize) -> Option<Vec<CellSample>> {
    let of = |one: &Evaluation| {
        let mut samples = one.samples.iter();
        let sample = samples.find(|sample| sample.cell == cell)?;
        let shared = sample.starting_at(first_bin);
        (shared.bins.len() >= super::LEAST_BINS).then_some(shared)
    };
    side.iter().map(of).collect()
}

impl CellSides {
    fn of(samples: &[Vec<CellSample>; 2], resampling: &Resampling) -> Self {
        let side = |side: usize| {
            let networks = samples[side].iter();
            let networks: Vec<ResampledScores> =
                networks.map(|one| resampling.of_cell(one)).collect();
            let drawn = [Drawn::Networks, Drawn::OtherNetworks][side];
            averaged(&networks, drawn)
        };
        Self {
            cell: samples[0][0].cell,
            sides: [side(0), side(1)],
            few: FewNetworks::of(&samples.each_ref().map(Vec::len)),
        }
    }

    /// By how much the middle 95 % of differences is too short.
    fn widening(&self) -> f64 {
        let blocks = self.sides[0].widening;
        self.few.map_or(blocks, |few| few.widening().max(blocks))
    }

    /// Probability of a difference as large where there is none: normal, or by Student's distribution where networks
    /// are few.
    fn p(&self, difference: f64, resamples: &[f64]) -> Option<f64> {
        let deviation = standard_deviation(resamples);
        let p = match self.few {
            None => {
                let error = self.sides[0].widening * deviation;
                complementary_error(difference.abs() / error / std::f64::consts::SQRT_2)
            }
            Some(few) => {
                let t = difference.abs() / (few.correction * deviation);
                if t.is_nan() {
                    return None;
                }
                student_two_sided(t, few.freedom)
            }
        };
        Some(p).filter(|p| p.is_finite() && deviation > 0.0)
    }

    fn estimates(&self, score: Score) -> Option<[f64; 2]> {
        let [a, b] = self
            .sides
            .each_ref()
            .map(|side| side.estimate[score as usize]);
        Some([a?, b?])
    }

    fn differences(&self, score: Score) -> impl Iterator<Item = Option<f64>> + '_ {
        let [a, b] = &self.sides;
        let pairs = a.resamples.iter().zip(&b.resamples);
        pairs.map(move |(a, b)| Some(a[score as usize]? - b[score as usize]?))
    }

    fn interval(&self, side: usize, score: Score) -> Option<Interval> {
        let side = &self.sides[side];
        let resamples = side.resamples.iter();
        let values = resamples.filter_map(|one| one[score as usize]);
        let interval = side.interval_of(side.estimate[score as usize]?, values)?;
        Some(score.clamped(interval))
    }
}

/// Mean over networks; where there are several, they are drawn as well.
fn averaged(networks: &[ResampledScores], drawn: Drawn) -> ResampledScores {
    let mean_of = |scores: &dyn Fn(&ResampledScores) -> Scores| -> Scores {
        let each: Vec<Scores> = networks.iter().map(scores).collect();
        array::from_fn(|score| {
            let values: Option<Vec<f64>> = each.iter().map(|one| one[score]).collect();
            values.map(mean)
        })
    };
    let estimate = mean_of(&|one| one.estimate);
    let from_mean = |one: &ResampledScores| -> Scores {
        array::from_fn(|score| Some(one.estimate[score]? - estimate[score]?))
    };
    let members: Vec<Scores> = networks.iter().map(from_mean).collect();
    let mut draws = drawn.draws();
    let resamples = (0..RESAMPLES).map(|resample| {
        let mut scores = mean_of(&|one| one.resamples[resample]);
        if members.len() > 1 {
            add_mean_of(&mut scores, &members, &draws.of(members.len()));
        }
        scores
    });
    let blocks = networks[0].widening;
    let few = FewNetworks::of(&[networks.len()]);
    ResampledScores {
        resamples: resamples.collect(),
        widening: few.map_or(blocks, |few| few.widening().max(blocks)),
        estimate,
    }
}

/// What few networks of a side make of what is drawn from them: how much two or three trainings differ is hardly known.
#[derive(Clone, Copy)]
struct FewNetworks {
    /// `sqrt(n / (n - 1))` of the smallest side of several: by so much drawn means vary too little.
    correction: f64,
    /// Networks less one of each side of several.
    freedom: usize,
}

impl FewNetworks {
    /// None where each side is one network.
    fn of(networks: &[usize]) -> Option<Self> {
        let several = networks.iter().copied().filter(|&count| count > 1);
        let least = several.clone().min()? as f64;
        Some(Self {
            correction: (least / (least - 1.0)).sqrt(),
            freedom: several.map(|count| count - 1).sum(),
        })
    }

    /// The same as [`ResampledScores::widening`], by Student's distribution of these degrees of freedom.
    fn widening(self) -> f64 {
        self.correction * student_quantile(0.05, self.freedom) / Z95
    }
}

fn differences(score: Score, found: &[CellSides]) -> Vec<CellDifference> {
    let of = |cell: &CellSides| {
        let [a, b] = cell.estimates(score)?;
        let differences: Vec<f64> = cell.differences(score).flatten().collect();
        let p = cell.p(a - b, &differences);
        Some(CellDifference {
            cell: cell.cell,
            score,
            a,
            a_interval: cell.interval(0, score),
            b,
            b_interval: cell.interval(1, score),
            difference: a - b,
            difference_interval: widened(a - b, differences.into_iter(), cell.widening()),
            p,
            corrected_p: None,
            significant: false,
        })
    };
    let mut cells: Vec<CellDifference> = found.iter().filter_map(of).collect();
    let p: Vec<f64> = cells
        .iter()
        .map(|cell| cell.p.unwrap_or(f64::NAN))
        .collect();
    for (cell, p) in cells.iter_mut().zip(holm(&p)) {
        cell.corrected_p = Some(p).filter(|p| p.is_finite());
        cell.significant = p < SIGNIFICANT;
    }
    cells
}

fn population(
    score: Score,
    cells: &[CellDifference],
    found: &[CellSides],
) -> Option<PopulationDifference> {
    let own: Vec<&CellSides> = (found.iter())
        .filter(|cell| cell.estimates(score).is_some())
        .collect();
    let each: Vec<Vec<Option<f64>>> = own
        .iter()
        .map(|cell| cell.differences(score).collect())
        .collect();
    let interval = |statistic: fn(Vec<f64>) -> Option<f64>| {
        let estimate = statistic(cells.iter().map(|cell| cell.difference).collect())?;
        let at = |resample: usize| statistic(each.iter().filter_map(|one| one[resample]).collect());
        let resamples = (0..RESAMPLES).filter_map(at);
        widened(estimate, resamples, own.first()?.widening())
    };
    let over = |value: fn(&CellDifference) -> f64| median(cells.iter().map(value));
    let greater = |sign: f64| {
        let cells = cells.iter().filter(|cell| cell.significant);
        cells.filter(|cell| cell.difference * sign > 0.0).count()
    };
    Some(PopulationDifference {
        score,
        n: cells.len(),
        a_median: over(|cell| cell.a)?,
        b_median: over(|cell| cell.b)?,
        median_difference: over(|cell| cell.difference)?,
        median_difference_interval: interval(median),
        mean_difference: mean(cells.iter().map(|cell| cell.difference)),
        mean_difference_interval: interval(|values| (!values.is_empty()).then(|| mean(&values))),
        a_greater: greater(1.0),
        b_greater: greater(-1.0),
    })
}
