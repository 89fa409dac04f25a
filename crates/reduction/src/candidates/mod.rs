//! Pathways that a circuit may be made of: the cell types of one ganglion cell.

pub mod cell_type;
pub(crate) mod identified;

use ganglion_attribution::{Polarity, Sign};

use crate::candidates::cell_type::{cell_types, similarity};
use crate::circuit::Kernel;
use crate::config::ReductionConfig;
use crate::fit::Drive;
use crate::known::{Likeness, ProbableCircuits};
use crate::subject::Subject;
use crate::sweep::{CellSweep, Invariance, Sweep};

/// A cell type as an input of one ganglion cell.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its channels, in rising order.
    pub channels: Vec<usize>,
    /// What drives it.
    pub polarity: Polarity,
    /// Sign of its effective weight: whether the cell's rate rises or falls with its drive.
    pub sign: Sign,
    /// Mean of its channels' kernels, weighted by how strongly the cell weights each; in units of
    /// the response to a full-contrast step in its centre.
    pub kernel: Kernel,
    /// Its drive over the sweep, in the same units.
    pub drive: Drive,
    /// Drive beyond which its units pass something on, and half the range that they differ over, in the
    /// same units: mean and, as of an even distribution, sqrt(3) standard deviations of what their
    /// normalisations say, each unit by its attribution. Where a fit begins.
    pub threshold: [f64; 2],
    /// Where the attributions of its units lie: centre and standard deviation `[y, x]`, in positions
    /// of the first layer.
    pub extent: Extent,
    /// Mean size of its attribution, Hz.
    pub importance: f64,
    /// How like it is, as an inhibition and as an excitation, to the pathways that are known of the cell from
    /// [other stimuli](crate::known).
    pub likeness: [Likeness; 2],
}

/// Centre and standard deviation over the positions of the first layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// Row and column of the centre.
    pub centre: [f64; 2],
    /// Standard deviation along each axis.
    pub sd: [f64; 2],
}

impl Candidate {
    /// The candidate beside what is known of its cell.
    pub(crate) fn beside(mut self, known: &ProbableCircuits) -> Self {
        let course = self.kernel.time_course();
        self.likeness = [Sign::Inhibitory, Sign::Excitatory]
            .map(|sign| known.likeness((self.polarity, sign), &course));
        self
    }
}

/// The cell types that drive a cell, the most important first.
pub fn candidates(
    subject: &Subject<'_>,
    sweep: &Sweep,
    cell: &CellSweep,
    config: &ReductionConfig,
) -> Vec<Candidate> {
    let columns = sweep.columns();
    let importance: Vec<f64> = (0..sweep.channels())
        .map(|channel| cell.importance(channel, columns))
        .collect();
    let largest = importance.iter().copied().fold(0.0, f64::max);
    let labelled: Vec<(usize, Sign)> = (0..sweep.channels())
        .filter(|&channel| importance[channel] > config.least_importance * largest)
        .map(|channel| (channel, weight_sign(subject, sweep, cell, channel)))
        .collect();
    let alike =
        |a: usize, b: usize| similarity(&subject.kernels[a], &subject.kernels[b], sweep.invariance);
    let mut candidates: Vec<Candidate> = cell_types(&labelled, config.merge, alike)
        .into_iter()
        .map(|found| candidate(subject, sweep, cell, found.channels))
        .collect();
    candidates.sort_by(|a, b| b.importance.total_cmp(&a.importance));
    candidates
}

/// Sign of `sum of A m` over samples and columns, `m` being the drive in the direction that activates
/// the channel: `A = G m`, so that this is the mean of the effective weight `G`, each `G` by `m^2`.
fn weight_sign(subject: &Subject<'_>, sweep: &Sweep, cell: &CellSweep, channel: usize) -> Sign {
    let columns = sweep.columns();
    let mut sum = 0.0;
    for column in 0..columns {
        let term = &cell.terms[channel * columns + column];
        let drive = sweep.drive[channel].iter().skip(column).step_by(columns);
        sum += term
            .iter()
            .zip(drive)
            .map(|(a, &m)| a * f64::from(m))
            .sum::<f64>();
    }
    Sign::of(sum * subject.orientations[channel])
}

fn candidate(
    subject: &Subject<'_>,
    sweep: &Sweep,
    cell: &CellSweep,
    channels: Vec<usize>,
) -> Candidate {
    let columns = sweep.columns();
    let weights: Vec<f64> = channels
        .iter()
        .map(|&channel| effective_weight(sweep, cell, channel))
        .collect();
    let total: f64 = weights.iter().sum();
    let weights: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
    let kernel = mixed_kernel(subject, &channels, &weights);
    let unit = kernel.step_peak();
    let scale = if unit > 0.0 { 1.0 / unit } else { 1.0 };
    let summed: Vec<Vec<f64>> = channels
        .iter()
        .map(|&channel| cell.channel(channel, columns))
        .collect();
    let attribution: Vec<f64> = (0..cell.response.len())
        .map(|sample| summed.iter().map(|channel| channel[sample]).sum())
        .collect();
    let drive = mixed_drive(subject, sweep, &channels, &weights, scale);
    Candidate {
        polarity: polarity(&kernel, sweep.invariance),
        sign: weight_sign(subject, sweep, cell, channels[0]),
        threshold: threshold(sweep, cell, &channels, &drive),
        drive,
        kernel: kernel.scaled(scale),
        extent: extent(sweep, cell, &channels),
        importance: attribution.iter().map(|a| a.abs()).sum::<f64>() / attribution.len() as f64,
        likeness: Default::default(),
        channels,
    }
}

/// How strongly a cell weights a channel: mean attribution over mean drive.
fn effective_weight(sweep: &Sweep, cell: &CellSweep, channel: usize) -> f64 {
    let drive = &sweep.drive[channel];
    let size = drive
        .iter()
        .map(|value| f64::from(value.abs()))
        .sum::<f64>();
    let size = size / cell.response.len().max(1) as f64;
    cell.importance(channel, sweep.columns()) / size.max(f64::MIN_POSITIVE)
}

fn mixed_kernel(subject: &Subject<'_>, channels: &[usize], weights: &[f64]) -> Kernel {
    let first = &subject.kernels[channels[0]];
    let mut sum = vec![0.0; first.values().len()];
    for (&channel, weight) in channels.iter().zip(weights) {
        for (sum, value) in sum.iter_mut().zip(subject.kernels[channel].values()) {
            *sum += weight * f64::from(value);
        }
    }
    let values: Vec<f32> = sum.iter().map(|&value| value as f32).collect();
    Kernel::new([first.history(), first.height, first.width], &values)
}

fn mixed_drive(
    subject: &Subject<'_>,
    sweep: &Sweep,
    channels: &[usize],
    weights: &[f64],
    scale: f64,
) -> Drive {
    let mut sum = vec![0.0; sweep.drive[channels[0]].len()];
    for (&channel, weight) in channels.iter().zip(weights) {
        let weight = weight * scale * subject.orientations[channel];
        for (sum, &value) in sum.iter_mut().zip(&sweep.drive[channel]) {
            *sum += weight * f64::from(value);
        }
    }
    Drive {
        values: sum.iter().map(|&value| value as f32).collect(),
        positions: sweep.columns(),
    }
}

/// Middle and half-width of the thresholds of some channels' units, in units of their common drive.
fn threshold(sweep: &Sweep, cell: &CellSweep, channels: &[usize], drive: &Drive) -> [f64; 2] {
    let size = sweep.planes[1] * sweep.planes[2];
    let (mut total, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for &channel in channels {
        let own = Drive {
            values: sweep.drive[channel].clone(),
            positions: sweep.columns(),
        };
        let scale = drive.size() / own.size().max(f64::MIN_POSITIVE);
        let units = channel * size..(channel + 1) * size;
        let weighted = cell.map[units.clone()].iter().zip(&sweep.thresholds[units]);
        for (weight, threshold) in weighted.filter(|(_, threshold)| threshold.is_finite()) {
            let threshold = scale * threshold;
            total += weight;
            sum += weight * threshold;
            squares += weight * threshold * threshold;
        }
    }
    let total = total.max(f64::MIN_POSITIVE);
    let mean = sum / total;
    let variance = (squares / total - mean * mean).max(0.0);
    [mean, (3.0 * variance).sqrt()]
}

/// What drives a kernel: for a full field, its sum over space; for bars, its centre, as their edges
/// pass it. A kernel whose surround is stronger than its centre has one polarity for the one and the other
/// for the other.
fn polarity(kernel: &Kernel, invariance: Invariance) -> Polarity {
    match invariance {
        Invariance::FullField => polarity_of(&kernel.summed()),
        Invariance::AlongY => polarity_of(&kernel.time_course()),
    }
}

/// ON or OFF of a time course, the oldest frame first, by the published rule: the sign at the largest
/// magnitude over the newest 25 frames (the authors' integrated-gradient notebooks, of kernels summed
/// over space).
pub(crate) fn polarity_of(course: &[f64]) -> Polarity {
    let newest = &course[course.len().saturating_sub(25)..];
    let largest = newest.iter().max_by(|a, b| a.abs().total_cmp(&b.abs()));
    match largest {
        Some(value) if *value > 0.0 => Polarity::On,
        _ => Polarity::Off,
    }
}

/// First and second moments of the mean size of the attributions of some channels.
fn extent(sweep: &Sweep, cell: &CellSweep, channels: &[usize]) -> Extent {
    let [_, height, width] = sweep.planes;
    let mut map = vec![0.0; height * width];
    for &channel in channels {
        let plane = &cell.map[channel * height * width..][..height * width];
        map.iter_mut()
            .zip(plane)
            .for_each(|(sum, value)| *sum += value);
    }
    // Attributions far from the cell are small but many; what is below a tenth of the peak is not
    // the pool.
    let floor = 0.1 * map.iter().copied().fold(0.0, f64::max);
    map.iter_mut()
        .for_each(|value| *value = (*value - floor).max(0.0));
    let moments = |along: &dyn Fn(usize) -> f64| {
        let total: f64 = map.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let mean = |f: &dyn Fn(f64) -> f64| -> f64 {
            map.iter()
                .enumerate()
                .map(|(unit, value)| value * f(along(unit)))
                .sum::<f64>()
                / total
        };
        let centre = mean(&|place| place);
        (centre, mean(&|place| (place - centre).powi(2)).sqrt())
    };
    let (y, sd_y) = moments(&|unit| (unit / width) as f64);
    let (x, sd_x) = moments(&|unit| (unit % width) as f64);
    Extent {
        centre: [y, x],
        sd: [sd_y, sd_x],
    }
}
