//! Networks of two stages: every switch along a path is followed, and only the curvature of the output
//! is left to quadrature.
//!
//! Along the path `a = 0..1` a first-stage unit `i` is affine, so it switches at most once, at a place
//! known in closed form ([`kink`]). A second-stage unit `j` is linear between the switches of the units
//! it reads; following it from one to the next gives the *spells* during which it is active
//! ([`course`]). By the clock of a cell, `S(a) = integral from 0 to a of output'(u)` ([`clock`]), the
//! gradient of the rate with respect to the output of `i`, integrated while `i` is active, is
//!
//! ```text
//! I_i = sum over j of K_ji c_j |active_i and active_j|_S,     c_j = read-out weight x gain
//! ```
//!
//! and `A_i = I_i (change of i)`. Where `i` does not switch, the second factor of the sum is the time
//! that `j` alone is active, and all sums together are one transposed convolution. Where it does,
//! second-stage units that are active all along are one transposed convolution too, and what is left
//! are pairs of units that both switch ([`joint`]).
//!
//! Memory: for each sample, a few planes for each cell.

mod clock;
mod course;
mod joint;
mod kink;
mod planes;
mod vectors;

use ganglion_numerics::softplus;
use rayon::prelude::*;

use crate::integrate::{AttributionTask, PathIntegral};
use crate::layer::{Layer, Point};
use crate::path::Path;
use crate::refine::Changes;
use crate::upper::Upper;
use clock::{SlopeIntegral, lane};
use course::{SecondStageCourse, Sight, Start};
use joint::{Beyond, Spells};
use kink::{Kink, UnitAlongPath, kinks};
use planes::Planes;

/// Columns of a transposed convolution: they bound the memory, 30 MB at the published size.
const COLUMNS: usize = 512;

/// Columns for each cell: units that are always active, and all of them by the coarse and the fine
/// clock.
const COLUMNS_A_CELL: usize = 3;

/// Integrates paths of a network of two stages, for the first.
pub(crate) struct Follower<'a> {
    network: &'a Upper,
    planes: Planes,
    /// Gain of each second-stage unit, laid out.
    gain: Vec<f32>,
    /// Read-out weights of each cell, laid out.
    readout: Vec<Vec<f32>>,
    /// Read-out weight times gain: `[cell][unit]`.
    weights: Vec<Vec<f32>>,
}

/// The integral for one sample and cell.
pub(crate) struct Followed {
    pub(crate) estimate: PathIntegral,
    /// What halving the intervals changed.
    pub(crate) changes: Changes,
}

/// A sample's second stage at the ends of its path, `[unit]`, before rectification.
struct Ends {
    first: Vec<f32>,
    /// Slope at the baseline.
    slope: Vec<f32>,
    last: Vec<f32>,
}

/// A sample that was followed.
struct FollowedSample<'t> {
    task: &'t AttributionTask,
    kinks: Vec<Kink>,
    /// For each block of cells and each kink.
    beyond: Vec<Vec<Beyond>>,
    /// Gradients with respect to the second stage's linear part, `[unit, column]`.
    gradients: Vec<f32>,
    /// Rates at the path's ends, one pair a cell.
    rates: Vec<[f64; 2]>,
}

impl<'a> Follower<'a> {
    /// A follower for the first stage of a network of two; nothing for other stages and networks.
    pub(crate) fn new(network: &'a Upper, layer: Layer) -> Option<Self> {
        let planes = Planes::new(network).filter(|_| layer.stage == 1)?;
        let gain = &network.stages[1].scale;
        let cells = 0..network.cells();
        let weights = |cell: usize| -> Vec<f32> {
            let readout = network.weights_of(cell).iter();
            readout.zip(gain).map(|(w, gain)| w * gain).collect()
        };
        Some(Self {
            gain: planes.lay_out(|unit| gain[unit]),
            readout: cells
                .clone()
                .map(|cell| planes.lay_out(|unit| network.weights_of(cell)[unit]))
                .collect(),
            weights: cells.map(weights).collect(),
            planes,
            network,
        })
    }

    /// Integrals of all tasks, one a cell, with an even number of intervals.
    pub(crate) fn integrate(
        &self,
        path: &Path,
        point: Point,
        tasks: &[AttributionTask],
        intervals: usize,
    ) -> Vec<Followed> {
        let most_cells = tasks.iter().map(|task| task.cells.len()).max().unwrap_or(1);
        let together = (COLUMNS / (COLUMNS_A_CELL * most_cells)).max(1);
        tasks
            .chunks(together)
            .flat_map(|tasks| self.batch(path, point, tasks, intervals))
            .collect()
    }

    fn batch(
        &self,
        path: &Path,
        point: Point,
        tasks: &[AttributionTask],
        intervals: usize,
    ) -> Vec<Followed> {
        let ends = self.ends(path, tasks);
        let samples: Vec<FollowedSample> = (tasks.par_iter().zip(ends))
            .map(|(task, ends)| self.follow(path, task, ends, intervals))
            .collect();
        let (gradients, columns) = self.below(&samples);
        let mut first = 0;
        let firsts: Vec<usize> = (samples.iter())
            .map(|sample| {
                first += sample.columns();
                first - sample.columns()
            })
            .collect();
        (samples.par_iter().zip(firsts))
            .flat_map_iter(|(sample, first)| {
                let gradients = |unit: usize| &gradients[unit * columns + first..];
                self.estimates(path, point, sample, gradients)
            })
            .collect()
    }

    /// The second stage at the ends of all paths.
    fn ends(&self, path: &Path, tasks: &[AttributionTask]) -> Vec<Ends> {
        let (lower, upper) = (&self.network.stages[0], &self.network.stages[1]);
        let baselines = if path.shares_baseline() {
            1
        } else {
            tasks.len()
        };
        let columns = 2 * tasks.len() + baselines;
        let mut input = vec![0.0; lower.units() * columns];
        input
            .par_chunks_mut(columns)
            .enumerate()
            .for_each(|(unit, row)| {
                for (index, task) in tasks.iter().enumerate() {
                    let along = UnitAlongPath::of(self.network, path, task.sample, unit);
                    row[2 * index] = if along.before > 0.0 {
                        along.change
                    } else {
                        0.0
                    };
                    row[2 * index + 1] = along.after.max(0.0);
                    row[2 * tasks.len() + index % baselines] = along.before.max(0.0);
                }
            });
        let linear = self.network.linear(1, &input, columns);
        let of = |index: usize| {
            let column = |column: usize| linear.iter().skip(column).step_by(columns);
            let affine = |column_of: usize| -> Vec<f32> {
                let values = column(column_of).enumerate();
                values
                    .map(|(unit, value)| upper.apply(unit, *value))
                    .collect()
            };
            let slopes = column(2 * index).zip(&upper.scale);
            Ends {
                first: affine(2 * tasks.len() + index % baselines),
                slope: slopes.map(|(slope, gain)| slope * gain).collect(),
                last: affine(2 * index + 1),
            }
        };
        (0..tasks.len()).into_par_iter().map(of).collect()
    }

    /// Follows one sample.
    fn follow<'t>(
        &self,
        path: &Path,
        task: &'t AttributionTask,
        ends: Ends,
        intervals: usize,
    ) -> FollowedSample<'t> {
        let kinks = kinks(self.network, path, task.sample);
        let sight = Sight {
            planes: &self.planes,
            gain: &self.gain,
            readout: task
                .cells
                .iter()
                .map(|&cell| &self.readout[cell][..])
                .collect(),
            intervals,
        };
        let start = Start {
            value: self.planes.lay_out(|unit| ends.first[unit]),
            slope: self.planes.lay_out(|unit| ends.slope[unit]),
        };
        let course = SecondStageCourse::follow(&sight, start, &kinks);
        let drives = self.drives(task, &ends, &course);
        let scale = |&cell: &usize| self.network.scale[cell];
        let scales: Vec<f64> = task.cells.iter().map(scale).collect();
        let clock = SlopeIntegral::new(&drives, &scales);
        let weights: Vec<&[f32]> = task.cells.iter().map(|&c| &self.weights[c][..]).collect();
        let spells = Spells::new(&self.planes, &course);
        FollowedSample {
            task,
            beyond: (0..clock.blocks())
                .map(|block| spells.beyond(&kinks, &clock, block, &weights))
                .collect(),
            gradients: gradients(&course, &clock, &weights),
            rates: (drives.iter().zip(&scales))
                .map(|(drives, scale)| [drives[0], drives[intervals]].map(|u| scale * softplus(u)))
                .collect(),
            kinks,
        }
    }

    /// Drives `[cell][interval end]`.
    fn drives(
        &self,
        task: &AttributionTask,
        ends: &Ends,
        course: &SecondStageCourse,
    ) -> Vec<Vec<f64>> {
        let of = |(place, &cell): (usize, &usize)| {
            let first = self.network.drive_of(cell, &ends.first);
            let last = self.network.drive_of(cell, &ends.last);
            let offset = self.network.offset_of(cell);
            let inner = course.drives.iter().map(|drives| offset + drives[place]);
            [first].into_iter().chain(inner).chain([last]).collect()
        };
        task.cells.iter().enumerate().map(of).collect()
    }

    /// Gradients of all samples with respect to the first stage's output, `[unit, column]`.
    fn below(&self, samples: &[FollowedSample]) -> (Vec<f32>, usize) {
        let columns = samples.iter().map(FollowedSample::columns).sum();
        let mut gradients = vec![0.0; self.planes.units() * columns];
        gradients
            .par_chunks_mut(columns)
            .enumerate()
            .for_each(|(unit, mut row)| {
                for sample in samples {
                    let (own, rest) = row.split_at_mut(sample.columns());
                    own.copy_from_slice(&sample.gradients[unit * own.len()..][..own.len()]);
                    row = rest;
                }
            });
        (self.network.gradient_below(1, &gradients, columns), columns)
    }

    /// Attributions of one sample from the gradients with respect to the first stage's output.
    fn estimates<'g>(
        &self,
        path: &Path,
        point: Point,
        sample: &FollowedSample,
        gradients: impl Fn(usize) -> &'g [f32],
    ) -> Vec<Followed> {
        let units = self.network.stages[0].units();
        let along: Vec<UnitAlongPath> = (0..units)
            .map(|unit| UnitAlongPath::of(self.network, path, sample.task.sample, unit))
            .collect();
        let mut kink_of = vec![usize::MAX; units];
        for (index, kink) in sample.kinks.iter().enumerate() {
            kink_of[kink.unit] = index;
        }
        let [_, height, width] = self.network.stages[0].planes;
        let of_cell = |cell: usize| {
            let (block, lane) = lane(cell);
            let of_clock = |offset: usize| {
                let mut estimate = PathIntegral::zeros(units);
                estimate.rates = sample.rates[cell];
                for (unit, along) in along.iter().enumerate() {
                    let gradients = &gradients(unit)[COLUMNS_A_CELL * cell..][..COLUMNS_A_CELL];
                    let (always, all) = (gradients[0], gradients[1 + offset]);
                    let beyond = || sample.beyond[block][kink_of[unit]].of(lane + offset, always);
                    let integral = match along.active() {
                        [true, true] => all,
                        [false, false] => 0.0,
                        [false, true] => beyond(),
                        [true, false] => all - beyond(),
                    };
                    let weight = match point {
                        Point::Linear => self.network.stages[0].scale[unit] * integral,
                        Point::Normalised => integral,
                        // Does not depend on when the unit itself is active.
                        Point::Rectified => all,
                    };
                    estimate.add(unit, [integral * along.change, weight]);
                }
                estimate
            };
            let (coarse, estimate) = (of_clock(0), of_clock(1));
            Followed {
                changes: Changes::between(&coarse, &estimate, height * width),
                estimate,
            }
        };
        (0..sample.task.cells.len()).map(of_cell).collect()
    }
}

impl FollowedSample<'_> {
    fn columns(&self) -> usize {
        COLUMNS_A_CELL * self.task.cells.len()
    }
}

/// Gradients with respect to the second stage's linear part, `[unit, column]`; columns of a cell are
/// units that are always active, and all of them by the coarse and the fine clock.
fn gradients(course: &SecondStageCourse, clock: &SlopeIntegral, weights: &[&[f32]]) -> Vec<f32> {
    let columns = COLUMNS_A_CELL * weights.len();
    let mut gradients = vec![0.0; course.always.len() * columns];
    let whole: Vec<_> = (0..clock.blocks()).map(|block| clock.last(block)).collect();
    for (unit, row) in gradients.chunks_mut(columns).enumerate() {
        if course.always[unit] {
            for (cell, row) in row.chunks_mut(COLUMNS_A_CELL).enumerate() {
                let ((block, lane), weight) = (lane(cell), weights[cell][unit]);
                row[0] = weight;
                row[1] = weight * whole[block][lane];
                row[2] = weight * whole[block][lane + 1];
            }
        }
    }
    for spell in &course.spells {
        let row = &mut gradients[spell.unit * columns..][..columns];
        for block in 0..clock.blocks() {
            let (from, to) = (clock.at(block, spell.from), clock.at(block, spell.to));
            for (cell, row) in row.chunks_mut(COLUMNS_A_CELL).enumerate() {
                let (own, lane) = lane(cell);
                if own == block {
                    let weight = weights[cell][spell.unit];
                    row[1] += weight * (to[lane] - from[lane]);
                    row[2] += weight * (to[lane + 1] - from[lane + 1]);
                }
            }
        }
    }
    gradients
}
