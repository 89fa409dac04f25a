//! Filters at moments after a shift.

use std::ops::Range;

use ganglion_numerics::dot;
use ganglion_recording::{CellIndex, Microns};

use super::PolarityReversal;
use crate::answers::Answers;
use crate::outcome::{CellOutcome, Curve, Metrics, Outcome, Quantity};
use crate::receptive_field::ReverseCorrelation;
use crate::statistics::standard_deviation;

const LAG: Quantity = Quantity {
    name: "lag",
    unit: "ms",
};
const WEIGHT: Quantity = Quantity {
    name: "weight",
    unit: "Hz/sd",
};
/// Test and control, in the order of the conditions.
const ROLES: usize = 2;

pub(super) fn measure(config: &PolarityReversal, answers: &Answers<'_>) -> Outcome {
    let flicker = flicker(config, answers);
    let found: Vec<CellFilters> = (answers.rows())
        .map(|row| CellFilters::new(config, answers, &flicker, row))
        .collect();
    let screen = answers.screen();
    let lags = (1..=screen.history).rev();
    let curve = |name, filter: fn(&CellFilters) -> &[f32]| Curve {
        name,
        x: LAG,
        at: lags
            .clone()
            .map(|lag| lag as f64 * screen.frame_period.0)
            .collect(),
        y: WEIGHT,
        cells: (found.iter())
            .map(|found| {
                filter(found)
                    .iter()
                    .map(|&weight| f64::from(weight))
                    .collect()
            })
            .collect(),
    };
    Outcome {
        cells: answers.outcomes(&found, |cell, found| found.outcome(config, cell)),
        curves: vec![
            curve(PolarityReversal::FILTER_EARLY, |found| &found.early),
            curve(PolarityReversal::FILTER_LATE, |found| &found.late),
        ],
        ..Outcome::default()
    }
}

/// The value of the flicker in every frame from the stimulus' zero on; it is the same everywhere.
fn flicker(config: &PolarityReversal, answers: &Answers<'_>) -> Vec<f32> {
    let stimulus = &answers.conditions()[0].stimulus;
    let screen = answers.screen();
    let first = config.places(&screen)[0];
    let pixel = |axis: usize, side: usize| {
        let at = first[axis] / screen.microns_per_pixel + 0.5 * side as f64;
        at.clamp(0.0, side as f64 - 1.0) as usize
    };
    let pixel = pixel(1, screen.height) * screen.width + pixel(0, screen.width);
    let movie = stimulus.movie();
    (stimulus.zero()..movie.frames())
        .map(|frame| movie.frame(frame)[pixel])
        .collect()
}

/// Filters of one cell at its best centre.
struct CellFilters {
    centre: [Microns; 2],
    early: Vec<f32>,
    late: Vec<f32>,
    projection: f64,
    control: f64,
    reliability: f64,
}

impl CellFilters {
    fn new(config: &PolarityReversal, answers: &Answers<'_>, flicker: &[f32], row: usize) -> Self {
        let [early, late] = windows(config, answers);
        let filter = |condition: usize, windows: &[Range<usize>]| {
            filter_in(answers, flicker, (condition, row), windows)
        };
        let centres = config.places(&answers.screen());
        let all: Vec<Vec<f32>> = (0..centres.len())
            .map(|centre| filter(ROLES * centre, &late))
            .collect();
        let centre = (0..all.len())
            .max_by(|&a, &b| dot(&all[a], &all[a]).total_cmp(&dot(&all[b], &all[b])))
            .unwrap_or(0);
        let [test, control] = [ROLES * centre, ROLES * centre + 1];
        let early_filter = filter(test, &early);
        let late_filter = all[centre].clone();
        Self {
            centre: centres[centre],
            projection: projection(&early_filter, &late_filter),
            control: projection(&filter(control, &early), &filter(control, &late)),
            reliability: reliability(answers, flicker, (test, row), &late, &late_filter),
            early: early_filter,
            late: late_filter,
        }
    }

    fn outcome(&self, config: &PolarityReversal, cell: CellIndex) -> CellOutcome {
        let [x, y] = self.centre;
        let metrics = Metrics::new([
            (PolarityReversal::PROJECTION, self.projection),
            (PolarityReversal::CONTROL_PROJECTION, self.control),
            (PolarityReversal::RELIABILITY, self.reliability),
            (PolarityReversal::CENTRE_X, x.0),
            (PolarityReversal::CENTRE_Y, y.0),
        ]);
        let criteria = &config.criteria;
        // NaN, of a cell without a filter, is not reliable.
        let reliable = self.reliability >= criteria.least_reliability;
        if !reliable || self.projection.is_nan() {
            let reason = format!(
                "the filter for the centre is {:.1} times what chance gives",
                self.reliability
            );
            return CellOutcome::not_measurable(cell, metrics, reason);
        }
        let reversed = |projection: f64| projection <= criteria.projection;
        let reason = format!(
            "after a shift the filter is {:.2} times the steady one, without a shift {:.2}; needed \
             is {} or less, by the shift alone",
            self.projection, self.control, criteria.projection
        );
        let present = reversed(self.projection) && !reversed(self.control);
        CellOutcome::found(cell, metrics, present, reason)
    }
}

/// Bins early and late after each shift, counted from the stimulus' zero.
fn windows(config: &PolarityReversal, answers: &Answers<'_>) -> [Vec<Range<usize>>; 2] {
    let screen = answers.screen();
    let frames = |time: f64| (time / screen.frame_period.0).round() as usize;
    let period = frames(screen.whole_frames(config.shift_period).0);
    let [from, to] = config.early.map(|time| frames(time.0));
    // The grating comes on with the first period, which has no shift at its start.
    let after = |first: usize, end: usize| {
        (1..config.shifts)
            .map(|shift| shift * period + first..shift * period + end)
            .filter(|bins| bins.start >= screen.history)
            .collect()
    };
    [after(from, to), after(frames(config.late.0), period)]
}

/// Reverse correlation with the flicker over some bins of a condition.
fn filter_in(
    answers: &Answers<'_>,
    flicker: &[f32],
    (condition, row): (usize, usize),
    windows: &[Range<usize>],
) -> Vec<f32> {
    let mut sums = ReverseCorrelation::new(1, 1..answers.screen().history + 1, 1);
    for bins in windows {
        let rates = rates_in(answers, (condition, row), bins.clone());
        sums.add(flicker, 0, bins.start..bins.start + rates.len(), |_| &rates);
    }
    sums.average(0)
}

fn rates_in(
    answers: &Answers<'_>,
    (condition, row): (usize, usize),
    bins: Range<usize>,
) -> Vec<f32> {
    let course = answers.course(condition, row);
    bins.filter_map(|bin| course.at(bin as isize))
        .map(|rate| rate as f32)
        .collect()
}

/// Length of a filter over what chance gives: the root of the number of weights over the number of
/// bins, times the standard deviations of rate and flicker.
fn reliability(
    answers: &Answers<'_>,
    flicker: &[f32],
    cell: (usize, usize),
    windows: &[Range<usize>],
    filter: &[f32],
) -> f64 {
    let rates = windows
        .iter()
        .flat_map(|bins| rates_in(answers, cell, bins.clone()));
    let rates: Vec<f64> = rates.map(f64::from).collect();
    let shown: Vec<f64> = flicker.iter().copied().map(f64::from).collect();
    let chance = (filter.len() as f64 / rates.len() as f64).sqrt();
    let spread = standard_deviation(&rates) * standard_deviation(&shown);
    // A rate that never changes has a filter of rounding errors only.
    if spread > 0.0 {
        dot(filter, filter).sqrt() / (chance * spread)
    } else {
        0.0
    }
}

fn projection(filter: &[f32], reference: &[f32]) -> f64 {
    dot(filter, reference) / dot(reference, reference)
}
