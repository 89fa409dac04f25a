//! The integral along paths cut into a given number of intervals.

use ganglion_numerics::softplus;
use rayon::prelude::*;

use crate::interval;
use crate::layer::{Layer, Point};
use crate::overlap::{StagePair, UnitSwitch};
use crate::path::Path;
use crate::upper::{States, Upper};

/// Columns (points of paths) that go through the network at once: enough for efficient matrix
/// products, few enough that one thread's arrays stay near 40 MB at the published size.
const COLUMNS: usize = 256;

/// Attributions of some cells for one sample.
pub(crate) struct AttributionTask {
    pub(crate) sample: usize,
    /// Outputs of the network.
    pub(crate) cells: Vec<usize>,
}

/// What came out for a sample.
pub(crate) struct SampleOutcome {
    /// One a cell of the task.
    pub(crate) estimates: Vec<PathIntegral>,
}

/// The integral for one sample and cell.
#[derive(Clone)]
pub(crate) struct PathIntegral {
    /// `[unit]`
    pub(crate) attribution: Vec<f32>,
    /// `[unit]`
    pub(crate) effective_weight: Vec<f32>,
    /// Rate at the path's start and end, Hz.
    pub(crate) rates: [f64; 2],
}

/// Integrates all tasks with the same number of intervals.
pub(crate) fn integrate(
    upper: &Upper,
    path: &Path,
    layer: Layer,
    tasks: &[AttributionTask],
    intervals: usize,
) -> Vec<SampleOutcome> {
    let together = (COLUMNS / (intervals + 1)).max(1);
    tasks
        .par_chunks(together)
        .flat_map_iter(|tasks| TaskBatch::new(upper, path, layer, tasks, intervals).run())
        .collect()
}

/// Tasks that go through the network together.
struct TaskBatch<'a> {
    upper: &'a Upper,
    path: &'a Path,
    layer: Layer,
    tasks: &'a [AttributionTask],
    /// Interval ends of each task's path.
    nodes: Vec<Vec<f64>>,
    outcomes: Vec<SampleOutcome>,
}

/// A stretch of each task's path, and what the network does at its interval ends.
struct PathStretch {
    /// First interval end.
    first: usize,
    intervals: usize,
    states: States,
    /// Switches of the second stage's units in every interval, `[(task, interval)]`, where the first
    /// stage is attributed and there is a second.
    switches: Vec<Vec<UnitSwitch>>,
}

/// Gradient with respect to the layer's rectified output, and what it leaves out.
struct Gradient {
    /// `[unit, (task, interval)]`
    secant: Vec<f32>,
    /// What units that are active together add to `[attribution, effective weight]`:
    /// `[task][unit]`, or nothing.
    joint: Vec<Vec<[f32; 2]>>,
}

impl<'a> TaskBatch<'a> {
    fn new(
        upper: &'a Upper,
        path: &'a Path,
        layer: Layer,
        tasks: &'a [AttributionTask],
        intervals: usize,
    ) -> Self {
        let units = upper.stages[layer.stage - 1].units();
        let nodes = tasks
            .iter()
            .map(|task| path.nodes(task.sample, intervals, |unit| upper.stages[0].affine(unit)))
            .collect();
        let outcomes = tasks
            .iter()
            .map(|task| SampleOutcome {
                estimates: vec![PathIntegral::zeros(units); task.cells.len()],
            })
            .collect();
        Self {
            upper,
            path,
            layer,
            tasks,
            nodes,
            outcomes,
        }
    }

    /// Long paths go through the network stretch by stretch, so memory does not grow with them.
    fn run(mut self) -> Vec<SampleOutcome> {
        let intervals = self.nodes[0].len() - 1;
        for first in (0..intervals).step_by(COLUMNS - 1) {
            let stretch = self.stretch(first, intervals.min(first + COLUMNS - 1));
            for cell in 0..self.upper.cells() {
                if self.tasks.iter().any(|task| task.cells.contains(&cell)) {
                    self.add(&stretch, cell);
                }
            }
        }
        self.outcomes
    }

    fn stretch(&self, first: usize, last: usize) -> PathStretch {
        let points: Vec<(usize, &[f64])> = self
            .tasks
            .iter()
            .zip(&self.nodes)
            .map(|(task, nodes)| (task.sample, &nodes[first..=last]))
            .collect();
        let intervals = last - first;
        let columns = points.len() * (intervals + 1);
        let states = self.upper.forward(self.path.at(&points), columns);
        PathStretch {
            first,
            intervals,
            switches: self.switches(&states, intervals),
            states,
        }
    }

    fn switches(&self, states: &States, intervals: usize) -> Vec<Vec<UnitSwitch>> {
        let [lower, upper, ..] = &self.upper.stages[..] else {
            return Vec::new();
        };
        let Some(convolution) = upper.convolution.as_ref().filter(|_| self.layer.stage == 1) else {
            return Vec::new();
        };
        let pair = StagePair {
            lower: &states.normalised[0],
            upper: &states.normalised[1],
            lower_planes: lower.planes,
            upper_planes: upper.planes,
            kernel: &convolution.kernel,
            size: convolution.size,
            gain: &upper.scale,
            tasks: self.tasks.len(),
            intervals,
        };
        pair.switches()
    }

    /// Adds one cell's integral over a stretch, for the tasks that ask for it.
    fn add(&mut self, stretch: &PathStretch, cell: usize) {
        let wanted: Vec<(usize, usize)> = self
            .tasks
            .iter()
            .enumerate()
            .filter_map(|(task, AttributionTask { cells, .. })| {
                Some((task, cells.iter().position(|&c| c == cell)?))
            })
            .collect();
        let tasks: Vec<usize> = wanted.iter().map(|&(task, _)| task).collect();
        let gradient = self.gradient(stretch, cell, &tasks);
        let sums = self.sums(stretch, &tasks, &gradient.secant);
        for (index, &(task, place)) in wanted.iter().enumerate() {
            let rates = self.rates(stretch, cell, task);
            let estimate = &mut self.outcomes[task].estimates[place];
            for (unit, sums) in sums.chunks(tasks.len()).enumerate() {
                estimate.add(unit, sums[index]);
            }
            for (unit, &joint) in gradient.joint.get(index).into_iter().flatten().enumerate() {
                estimate.add(unit, joint);
            }
            if stretch.first == 0 {
                estimate.rates[0] = rates[0];
            }
            estimate.rates[1] = rates[1];
        }
    }

    /// Secant gradient of the cell's rate with respect to the layer's rectified output.
    fn gradient(&self, stretch: &PathStretch, cell: usize, tasks: &[usize]) -> Gradient {
        let slopes = self.output_slopes(stretch, cell, tasks);
        let mut gradient: Vec<f32> = self
            .upper
            .weights_of(cell)
            .iter()
            .flat_map(|&weight| slopes.iter().map(move |slope| weight * slope))
            .collect();
        let mut joint = Vec::new();
        for index in (self.layer.stage..self.upper.stages.len()).rev() {
            if index == 1 && !stretch.switches.is_empty() {
                joint = self.joint(stretch, tasks, &gradient);
                self.through_switches(stretch, tasks, &mut gradient);
            } else {
                self.through_rectification(stretch, index, tasks, &mut gradient);
            }
            gradient = self.upper.gradient_below(index, &gradient, slopes.len());
        }
        Gradient {
            secant: gradient,
            joint,
        }
    }

    /// As [`Self::through_rectification`] for the second stage, with the times during which units
    /// are active instead of secants.
    fn through_switches(&self, stretch: &PathStretch, tasks: &[usize], gradient: &mut [f32]) {
        let columns = tasks.len() * stretch.intervals;
        let mut times = Vec::new();
        for (index, &task) in tasks.iter().enumerate() {
            for interval in 0..stretch.intervals {
                for switch in &stretch.switches[task * stretch.intervals + interval] {
                    let place = switch.unit * columns + index * stretch.intervals + interval;
                    let gain = self.upper.stages[1].scale[switch.unit];
                    times.push((place, gradient[place] * gain * switch.share));
                }
            }
        }
        self.through_rectification(stretch, 1, tasks, gradient);
        for (place, value) in times {
            gradient[place] = value;
        }
    }

    /// What the first stage's units gain from being active together with the second's, given the
    /// gradient with respect to the second stage's output.
    fn joint(
        &self,
        stretch: &PathStretch,
        tasks: &[usize],
        gradient: &[f32],
    ) -> Vec<Vec<[f32; 2]>> {
        let columns = tasks.len() * stretch.intervals;
        let lower_gain = |unit: usize| match self.layer.point {
            Point::Linear => self.upper.stages[0].scale[unit],
            Point::Normalised => 1.0,
            // Effective weights do not depend on when the unit itself is active.
            Point::Rectified => 0.0,
        };
        let of_task = |(index, &task): (usize, &usize)| {
            let mut sums = vec![[0.0; 2]; self.upper.stages[0].units()];
            let places = &self.nodes[task][stretch.first..];
            for (interval, places) in places.windows(2).take(stretch.intervals).enumerate() {
                let length = (places[1] - places[0]) as f32;
                for switch in &stretch.switches[task * stretch.intervals + interval] {
                    let column = index * stretch.intervals + interval;
                    let gain = self.upper.stages[1].scale[switch.unit];
                    let above = gradient[switch.unit * columns + column] * gain;
                    for excess in &switch.excess {
                        let gradient = above * excess.weighted;
                        sums[excess.unit][0] += gradient * excess.change;
                        sums[excess.unit][1] += gradient * length * lower_gain(excess.unit);
                    }
                }
            }
            sums
        };
        tasks.par_iter().enumerate().map(of_task).collect()
    }

    fn output_slopes(&self, stretch: &PathStretch, cell: usize, tasks: &[usize]) -> Vec<f32> {
        let scale = self.upper.scale[cell];
        tasks
            .iter()
            .flat_map(|&task| self.drives(stretch, cell, task).windows(2))
            .map(|ends| (scale * interval::output(ends[0], ends[1])) as f32)
            .collect()
    }

    fn drives<'s>(&self, stretch: &'s PathStretch, cell: usize, task: usize) -> &'s [f64] {
        let nodes = stretch.intervals + 1;
        &stretch.states.drive[(cell * self.tasks.len() + task) * nodes..][..nodes]
    }

    fn rates(&self, stretch: &PathStretch, cell: usize, task: usize) -> [f64; 2] {
        let drives = self.drives(stretch, cell, task);
        [drives[0], drives[stretch.intervals]].map(|drive| self.upper.scale[cell] * softplus(drive))
    }

    /// From the gradient with respect to a stage's output to that with respect to its linear part.
    fn through_rectification(
        &self,
        stretch: &PathStretch,
        index: usize,
        tasks: &[usize],
        gradient: &mut [f32],
    ) {
        let scale = &self.upper.stages[index].scale;
        gradient
            .par_chunks_mut(tasks.len() * stretch.intervals)
            .enumerate()
            .for_each(|(unit, gradient)| {
                for (&task, gradient) in tasks.iter().zip(gradient.chunks_mut(stretch.intervals)) {
                    let ends = self.unit(stretch, index, unit, task);
                    for (gradient, ends) in gradient.iter_mut().zip(ends.windows(2)) {
                        *gradient *= scale[unit] * interval::rectification(ends[0], ends[1]);
                    }
                }
            });
    }

    /// A unit's values before rectification at a task's interval ends.
    fn unit<'s>(
        &self,
        stretch: &'s PathStretch,
        index: usize,
        unit: usize,
        task: usize,
    ) -> &'s [f32] {
        let nodes = stretch.intervals + 1;
        let start = (unit * self.tasks.len() + task) * nodes;
        &stretch.states.normalised[index][start..][..nodes]
    }

    /// `[attribution, effective weight]` of each unit and task, `[unit, task]`.
    fn sums(&self, stretch: &PathStretch, tasks: &[usize], gradient: &[f32]) -> Vec<[f32; 2]> {
        gradient
            .par_chunks(tasks.len() * stretch.intervals)
            .enumerate()
            .flat_map_iter(|(unit, gradient)| {
                tasks
                    .iter()
                    .zip(gradient.chunks(stretch.intervals))
                    .map(move |(&task, gradient)| self.sum(stretch, unit, task, gradient))
            })
            .collect()
    }

    fn sum(&self, stretch: &PathStretch, unit: usize, task: usize, gradient: &[f32]) -> [f32; 2] {
        let index = self.layer.stage - 1;
        let ends = self.unit(stretch, index, unit, task);
        let places = &self.nodes[task][stretch.first..];
        let gain = match self.layer.point {
            Point::Linear => self.upper.stages[index].scale[unit],
            Point::Normalised | Point::Rectified => 1.0,
        };
        let (mut attribution, mut weight) = (0.0, 0.0);
        for ((gradient, ends), places) in
            gradient.iter().zip(ends.windows(2)).zip(places.windows(2))
        {
            attribution += gradient * (ends[1].max(0.0) - ends[0].max(0.0));
            let slope = match self.layer.point {
                Point::Rectified => 1.0,
                Point::Linear | Point::Normalised => interval::rectification(ends[0], ends[1]),
            };
            weight += gradient * slope * (places[1] - places[0]) as f32;
        }
        [attribution, gain * weight]
    }
}

impl PathIntegral {
    pub(crate) fn zeros(units: usize) -> Self {
        Self {
            attribution: vec![0.0; units],
            effective_weight: vec![0.0; units],
            rates: [0.0; 2],
        }
    }

    /// Adds `[attribution, effective weight]` of a unit.
    pub(crate) fn add(&mut self, unit: usize, [attribution, weight]: [f32; 2]) {
        self.attribution[unit] += attribution;
        self.effective_weight[unit] += weight;
    }
}
