//! Doubling the number of intervals until attributions are good enough.

use std::ops::Range;

use crate::attribution::Quality;
use crate::config::AttributionConfig;
use crate::follow::Follower;
use crate::integrate::{AttributionTask, PathIntegral, integrate};
use crate::path::Path;
use crate::upper::Upper;

/// Intervals of the first, coarsest integral.
const FIRST: usize = 2;

/// The same where switches are followed: intervals cost little there, and are for the output alone.
const FIRST_FOLLOWED: usize = 32;

/// From so many intervals on a change is a fair estimate of the error. With fewer it can be lucky, so
/// that it has to be below a share of the tolerance, by the square of the number: enough for the many
/// frames of a movie that change little.
const FAIR: usize = 16;

/// What is left after a doubling, as a share of the change it made. Errors fall as the number of
/// intervals to a power between 1.5 and 2, so it is at most 1 / (2^1.5 - 1) = 0.55 on average;
/// changes can be lucky, so all of the change is taken.
const LEFT_OVER_CHANGE: f64 = 1.0;

/// Rounding of single precision in sums of attributions, as a share of the sum of their magnitudes.
const ROUNDING: f64 = 1e-6;

/// Refines one path attribution after another.
pub(crate) struct Refinement<'a> {
    pub(crate) upper: &'a Upper,
    pub(crate) path: &'a Path,
    pub(crate) config: &'a AttributionConfig,
    /// Response range of every output.
    pub(crate) ranges: &'a [f64],
}

/// An attribution that is not good enough yet.
struct Pending {
    sample: usize,
    /// Its place in the cells asked for.
    place: usize,
    estimate: PathIntegral,
}

impl Refinement<'_> {
    /// Attributions `[sample, cell]` of a range of samples, and their quality.
    pub(crate) fn run(
        &self,
        samples: Range<usize>,
        cells: &[usize],
    ) -> Vec<(PathIntegral, Quality)> {
        match Follower::new(self.upper, self.config.layer) {
            Some(follower) => self.follow(&follower, samples, cells),
            None => self.cut(samples, cells),
        }
    }

    /// Follows switches, with more and more intervals.
    fn follow(
        &self,
        follower: &Follower,
        samples: Range<usize>,
        cells: &[usize],
    ) -> Vec<(PathIntegral, Quality)> {
        let mut done = Done::of(&samples, cells);
        let mut asked = everything(&samples, cells);
        let mut intervals = (2 * FIRST_FOLLOWED).min(self.config.most_intervals / 2 * 2);
        while !asked.is_empty() {
            let last = 2 * intervals > self.config.most_intervals;
            let tasks = tasks(&asked, cells);
            let point = self.config.layer.point;
            let followed = follower.integrate(self.path, point, &tasks, intervals);
            let mut unfinished = Vec::new();
            for (asked, followed) in asked.into_iter().zip(followed) {
                let (estimate, changes) = (followed.estimate, followed.changes);
                let (quality, settled) = self.judge(&changes, &estimate, cells[asked.1], intervals);
                if settled || last {
                    done.set(asked, (estimate, quality));
                } else {
                    unfinished.push(asked);
                }
            }
            asked = unfinished;
            intervals *= 2;
        }
        done.all()
    }

    /// Cuts paths into more and more intervals.
    fn cut(&self, samples: Range<usize>, cells: &[usize]) -> Vec<(PathIntegral, Quality)> {
        let mut done = Done::of(&samples, cells);
        let first = FIRST.min(self.config.most_intervals / 2).max(1);
        let mut pending = self.integrate(&everything(&samples, cells), cells, first);
        let mut intervals = first;
        while !pending.is_empty() {
            intervals *= 2;
            let last = 2 * intervals > self.config.most_intervals;
            let asked: Vec<_> = pending.iter().map(|p| (p.sample, p.place)).collect();
            let finer = self.integrate(&asked, cells, intervals);
            let mut unfinished = Vec::new();
            for (coarse, fine) in pending.iter().zip(finer) {
                let changes = Changes::between(&coarse.estimate, &fine.estimate, self.plane());
                let (quality, settled) =
                    self.judge(&changes, &fine.estimate, cells[fine.place], intervals);
                if settled || last {
                    done.set((fine.sample, fine.place), (fine.estimate, quality));
                } else {
                    unfinished.push(fine);
                }
            }
            pending = unfinished;
        }
        done.all()
    }

    fn integrate(
        &self,
        asked: &[(usize, usize)],
        cells: &[usize],
        intervals: usize,
    ) -> Vec<Pending> {
        let tasks = tasks(asked, cells);
        integrate(self.upper, self.path, self.config.layer, &tasks, intervals)
            .into_iter()
            .flat_map(|outcome| outcome.estimates)
            .zip(asked)
            .map(|(estimate, &(sample, place))| Pending {
                sample,
                place,
                estimate,
            })
            .collect()
    }

    /// Units of a plane of the layer.
    fn plane(&self) -> usize {
        let [_, height, width] = self.upper.stages[self.config.layer.stage - 1].planes;
        height * width
    }

    /// How good the finer of two integrals is, and whether that settles it.
    fn judge(
        &self,
        changes: &Changes,
        fine: &PathIntegral,
        cell: usize,
        intervals: usize,
    ) -> (Quality, bool) {
        let channel_error = LEFT_OVER_CHANGE * changes.sum;
        let map_error = LEFT_OVER_CHANGE * changes.map;
        let gap = completeness_gap(fine);
        let magnitude: f64 = fine.attribution.iter().map(|a| f64::from(a.abs())).sum();
        let rounding = ROUNDING * (magnitude + fine.rates[0] + fine.rates[1]);
        let allowed = self.config.tolerance * self.ranges[cell] + rounding;
        let maps = self.config.map_tolerance;
        let margin = (intervals as f64 / FAIR as f64).min(1.0).powi(2);
        let within = |channels: f64, maps: f64| channel_error <= channels && map_error <= maps;
        let quality = Quality {
            completeness_gap: gap,
            nodes: intervals + 1,
            channel_error: Some(channel_error),
            map_error: Some(map_error),
            within_tolerance: gap.abs() <= allowed && within(allowed, maps),
        };
        let strict = margin * self.config.tolerance * self.ranges[cell] + rounding;
        (
            quality,
            quality.within_tolerance && within(strict, margin * maps),
        )
    }
}

pub(crate) fn completeness_gap(estimate: &PathIntegral) -> f64 {
    let sum: f64 = estimate.attribution.iter().map(|&a| f64::from(a)).sum();
    sum - (estimate.rates[1] - estimate.rates[0])
}

/// Everything asked for: samples, and places in the cells.
fn everything(samples: &Range<usize>, cells: &[usize]) -> Vec<(usize, usize)> {
    let places = 0..cells.len();
    let of_sample = |sample| places.clone().map(move |place| (sample, place));
    samples.clone().flat_map(of_sample).collect()
}

fn tasks(asked: &[(usize, usize)], cells: &[usize]) -> Vec<AttributionTask> {
    asked
        .chunk_by(|a, b| a.0 == b.0)
        .map(|asked| AttributionTask {
            sample: asked[0].0,
            cells: asked.iter().map(|&(_, place)| cells[place]).collect(),
        })
        .collect()
}

/// Attributions `[sample, cell]` that are finished one by one.
struct Done {
    first: usize,
    cells: usize,
    done: Vec<Option<(PathIntegral, Quality)>>,
}

impl Done {
    fn of(samples: &Range<usize>, cells: &[usize]) -> Self {
        let none = std::iter::repeat_with(|| None);
        Self {
            first: samples.start,
            cells: cells.len(),
            done: none.take(samples.len() * cells.len()).collect(),
        }
    }

    fn set(&mut self, (sample, place): (usize, usize), attribution: (PathIntegral, Quality)) {
        self.done[(sample - self.first) * self.cells + place] = Some(attribution);
    }

    fn all(self) -> Vec<(PathIntegral, Quality)> {
        let done = self.done.into_iter();
        done.map(|done| done.expect("refinement ends with every attribution"))
            .collect()
    }
}

/// What changed from a coarse to a fine integral.
pub(crate) struct Changes {
    /// Absolute change of the attribution of the channel that changed most, Hz.
    sum: f64,
    /// Change of the map that changed most, of attributions or effective weights, as a share of it.
    map: f64,
}

impl Changes {
    /// Changes of channels of `size` units.
    pub(crate) fn between(coarse: &PathIntegral, fine: &PathIntegral, size: usize) -> Self {
        let (sum, map) = largest_change(&coarse.attribution, &fine.attribution, size);
        let weights = largest_change(&coarse.effective_weight, &fine.effective_weight, size);
        Self {
            sum,
            map: map.max(weights.1),
        }
    }
}

/// [`change`] of the channels that changed most.
fn largest_change(coarse: &[f32], fine: &[f32], size: usize) -> (f64, f64) {
    let smallest = ROUNDING * ROUNDING * squares(fine);
    let channels = coarse.chunks(size).zip(fine.chunks(size));
    channels
        .map(|(coarse, fine)| change(coarse, fine, smallest))
        .fold((0.0, 0.0), |(sum, share), next| {
            (sum.max(next.0), share.max(next.1))
        })
}

/// Absolute change of a map's sum, and change of the map as a share of it. The squared map counts as
/// no smaller than `smallest`, so that channels that matter nothing cannot be badly known.
fn change(coarse: &[f32], fine: &[f32], smallest: f64) -> (f64, f64) {
    let (mut sum, mut changed) = (0.0, 0.0);
    for (coarse, fine) in coarse.iter().zip(fine) {
        let difference = f64::from(fine - coarse);
        sum += difference;
        changed += difference * difference;
    }
    let share = if changed > 0.0 {
        (changed / squares(fine).max(smallest)).sqrt()
    } else {
        0.0
    };
    (sum.abs(), share)
}

fn squares(values: &[f32]) -> f64 {
    values.iter().map(|&v| f64::from(v) * f64::from(v)).sum()
}
