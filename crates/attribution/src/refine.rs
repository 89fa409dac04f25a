//! Doubling the number of intervals until attributions are good enough.

use crate::attribution::Quality;
use crate::config::AttributionConfig;
use crate::integrate::{Estimate, Task, integrate};
use crate::path::Path;
use crate::upper::Upper;

/// Intervals of the first, coarsest integral.
const FIRST: usize = 2;

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
    estimate: Estimate,
}

impl Refinement<'_> {
    /// Attributions `[sample, cell]` of a range of samples, and their quality.
    pub(crate) fn run(
        &self,
        samples: std::ops::Range<usize>,
        cells: &[usize],
    ) -> Vec<(Estimate, Quality)> {
        let everything = samples
            .clone()
            .flat_map(|sample| (0..cells.len()).map(move |place| (sample, place)));
        let first = FIRST.min(self.config.most_intervals / 2).max(1);
        let mut pending = self.integrate(&everything.collect::<Vec<_>>(), cells, first);
        let mut done: Vec<Option<(Estimate, Quality)>> = std::iter::repeat_with(|| None)
            .take(samples.len() * cells.len())
            .collect();
        let mut intervals = first;
        while !pending.is_empty() {
            intervals *= 2;
            let last = 2 * intervals > self.config.most_intervals;
            let asked: Vec<_> = pending.iter().map(|p| (p.sample, p.place)).collect();
            let finer = self.integrate(&asked, cells, intervals);
            let mut unfinished = Vec::new();
            for (coarse, fine) in pending.iter().zip(finer) {
                let cell = cells[fine.place];
                let (quality, settled) =
                    self.judge(&coarse.estimate, &fine.estimate, cell, intervals);
                if settled || last {
                    let index = (fine.sample - samples.start) * cells.len() + fine.place;
                    done[index] = Some((fine.estimate, quality));
                } else {
                    unfinished.push(fine);
                }
            }
            pending = unfinished;
        }
        done.into_iter()
            .map(|done| done.expect("refinement ends with every attribution"))
            .collect()
    }

    fn integrate(
        &self,
        asked: &[(usize, usize)],
        cells: &[usize],
        intervals: usize,
    ) -> Vec<Pending> {
        let tasks: Vec<Task> = asked
            .chunk_by(|a, b| a.0 == b.0)
            .map(|asked| Task {
                sample: asked[0].0,
                cells: asked.iter().map(|&(_, place)| cells[place]).collect(),
            })
            .collect();
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

    /// How good the finer of two integrals is, and whether that settles it.
    fn judge(
        &self,
        coarse: &Estimate,
        fine: &Estimate,
        cell: usize,
        intervals: usize,
    ) -> (Quality, bool) {
        let [_, height, width] = self.upper.stages[self.config.layer.stage - 1].planes;
        let size = height * width;
        let (sum, map) = largest_change(&coarse.attribution, &fine.attribution, size);
        let (_, weights) = largest_change(&coarse.effective_weight, &fine.effective_weight, size);
        let channel_error = LEFT_OVER_CHANGE * sum;
        let map_error = LEFT_OVER_CHANGE * map.max(weights);
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

pub(crate) fn completeness_gap(estimate: &Estimate) -> f64 {
    let sum: f64 = estimate.attribution.iter().map(|&a| f64::from(a)).sum();
    sum - (estimate.rates[1] - estimate.rates[0])
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
    let difference: Vec<f32> = coarse.iter().zip(fine).map(|(c, f)| f - c).collect();
    let sum: f64 = difference.iter().map(|&d| f64::from(d)).sum();
    let changed = squares(&difference);
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
