//! What is read off a field, and how sure it is.

use std::ops::Range;

use ganglion_experiment::receptive_field::{
    Gaussian, Kinetics, Polarity, ReceptiveField, Separable, half_maximum_area,
};
use ganglion_numerics::{dot, jackknife_error, unit_norm};
use ganglion_recording::Milliseconds;
use serde::{Deserialize, Serialize};

/// A number and its standard error, by the jackknife over parts of the recording.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuredNumber {
    /// The number.
    pub value: f64,
    /// Its standard error; none where the number is not defined without one of the parts.
    pub error: Option<f64>,
}

/// What a physiologist reports of a receptive field, read off the best product of space and time of the pixels around
/// its peak: pixels far from it add noise alone.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldNumbers {
    /// The product of space and time: the time course around the peak, and all pixels along it. `explained_variance` is
    /// the share that the product has around the peak.
    pub separable: Separable,
    /// The Gaussian fitted to space, in pixels; none of a full field, or where the fit does not lie in the
    /// frame.
    pub gaussian: Option<Gaussian>,
    /// Sign of the time course at its peak, where space is largest; none where it is another without one of
    /// the parts of the recording.
    pub polarity: Option<Polarity>,
    /// Column of the centre, counted from 0 at the centre of the first pixel; none where there is one column.
    pub centre_x: Option<MeasuredNumber>,
    /// Row of the centre.
    pub centre_y: Option<MeasuredNumber>,
    /// Diameter at two standard deviations, pixels: that of the circle with the area of the Gaussian's ellipse
    /// there, `4 sqrt(s1 s2)`, or in a movie of one row or column, `4 s`.
    pub diameter: Option<MeasuredNumber>,
    /// Time from the onset of the frame with the largest weight to the response, ms: whole frames.
    pub peak_lag_ms: f64,
    /// The same of the place before it where the time course changes sign, ms.
    pub zero_crossing_ms: Option<MeasuredNumber>,
    /// Largest weight of the other sign over the largest.
    pub biphasic_index: MeasuredNumber,
    /// Share of the squared field around its peak that the product of space and time has.
    pub separability: f64,
}

/// Half-maximum radii, and pixels beside them, that are looked at on each side of a peak.
const AROUND: (f64, f64) = (4.0, 2.0);

/// Rows and columns around the peak of a field.
struct Around {
    rows: Range<usize>,
    columns: Range<usize>,
}

impl Around {
    /// As far from the peak of the smoothed field as four times the radius over which its frame is half as high.
    fn peak_of(field: &ReceptiveField) -> Self {
        let [_, height, width] = field.shape();
        let smooth = field.smoothed();
        let values = smooth.values();
        let peak = (0..values.len())
            .max_by(|&a, &b| values[a].abs().total_cmp(&values[b].abs()))
            .unwrap_or(0);
        let frame = &values[peak / (height * width) * height * width..][..height * width];
        let upright: Vec<f32> = frame.iter().map(|v| v * values[peak].signum()).collect();
        let radius = (half_maximum_area(&upright, width) / std::f64::consts::PI).sqrt();
        let reach = (AROUND.0 * radius + AROUND.1).ceil() as usize;
        let near = |at: usize, size: usize| at.saturating_sub(reach)..(at + reach + 1).min(size);
        Self {
            rows: near(peak / width % height, height),
            columns: near(peak % width, width),
        }
    }

    /// The field there alone.
    fn cut(&self, field: &ReceptiveField) -> ReceptiveField {
        let [history, height, width] = field.shape();
        let frames = field.values().chunks_exact(height * width);
        let rows = frames.flat_map(|frame| frame.chunks_exact(width).take(self.rows.end));
        let is_near = |index: usize| index % self.rows.end >= self.rows.start;
        let rows = rows.enumerate().filter(|(index, _)| is_near(*index));
        let values = rows.flat_map(|(_, row)| row[self.columns.clone()].to_vec());
        let shape = [history, self.rows.len(), self.columns.len()];
        ReceptiveField::new(shape, values.collect())
    }

    /// The product of space and time there, with all pixels along its time course.
    fn separated(&self, field: &ReceptiveField) -> (Separable, Separable) {
        let [_, height, width] = field.shape();
        let near = self.cut(field).separated();
        let course = unit_norm(near.time.clone());
        let along = |pixel: usize| -> f32 {
            let weights = field.values().iter().skip(pixel).step_by(height * width);
            let products = weights.zip(&course).map(|(weight, time)| weight * time);
            products.sum()
        };
        let space: Vec<f32> = (0..height * width).map(along).collect();
        let norm = dot(&space, &space).sqrt() as f32;
        let whole = Separable {
            height,
            width,
            space: unit_norm(space),
            time: course.iter().map(|time| time * norm).collect(),
            explained_variance: near.explained_variance,
        };
        (near, whole)
    }
}

/// Numbers of one field, without errors.
struct Read {
    separable: Separable,
    gaussian: Option<Gaussian>,
    kinetics: Kinetics,
    place: [Option<f64>; 2],
    diameter: Option<f64>,
}

impl FieldNumbers {
    /// Of a field and of the fields without each part of the recording.
    pub(crate) fn of(
        field: &ReceptiveField,
        without: &[ReceptiveField],
        period: Milliseconds,
    ) -> Self {
        let around = Around::peak_of(field);
        let read = Read::of(field, &around, period);
        let others = without.iter();
        let others: Vec<Read> = others.map(|one| Read::of(one, &around, period)).collect();
        let measured = |of: &dyn Fn(&Read) -> Option<f64>| {
            let replicates: Option<Vec<f64>> = others.iter().map(of).collect();
            let error = replicates.map(|all| jackknife_error(&all));
            Some(MeasuredNumber {
                value: of(&read)?,
                error: error.filter(|error| error.is_finite()),
            })
        };
        let polarity = Polarity::of(read.kinetics.peak);
        let is_same = |other: &Read| Polarity::of(other.kinetics.peak) == polarity;
        let biphasic = measured(&|read| Some(read.kinetics.biphasic_index));
        Self {
            polarity: others.iter().all(is_same).then_some(polarity),
            centre_x: measured(&|read| read.place[0]),
            centre_y: measured(&|read| read.place[1]),
            diameter: measured(&|read| read.diameter),
            peak_lag_ms: read.kinetics.peak_lag.0,
            zero_crossing_ms: measured(&|read| {
                let crossing = read.kinetics.zero_crossing.0;
                Some(crossing).filter(|crossing| crossing.is_finite())
            }),
            biphasic_index: biphasic.expect("every course has one"),
            separability: read.separable.explained_variance,
            separable: read.separable,
            gaussian: read.gaussian,
        }
    }
}

impl Read {
    fn of(field: &ReceptiveField, around: &Around, period: Milliseconds) -> Self {
        let [_, height, width] = field.shape();
        let (near, separable) = around.separated(field);
        let start = [around.columns.start, around.rows.start].map(|place| place as f64);
        let gaussian = Gaussian::fit(&near.space, near.width)
            .map(|fit| Gaussian {
                centre: [fit.centre[0] + start[0], fit.centre[1] + start[1]],
                ..fit
            })
            .filter(|fit| height * width > 1 && lies_inside(fit, [width, height]));
        let at = |axis: usize, size: usize| {
            let fit = gaussian.filter(|_| size > 1);
            fit.map(|fit| fit.centre[axis])
        };
        Self {
            kinetics: Kinetics::of(&separable.time, period),
            place: [at(0, width), at(1, height)],
            diameter: gaussian.map(|fit| diameter(&fit, [width, height])),
            separable,
            gaussian,
        }
    }
}

/// Whether a centre is in the frame, and no wider than it.
fn lies_inside(fit: &Gaussian, sizes: [usize; 2]) -> bool {
    let is_inside = |axis: usize| {
        let end = sizes[axis] as f64 - 0.5;
        (-0.5..=end).contains(&fit.centre[axis])
    };
    let widest = sizes.into_iter().max().unwrap_or(1) as f64;
    is_inside(0) && is_inside(1) && diameter(fit, sizes) <= 2.0 * widest
}

/// At two standard deviations.
fn diameter(fit: &Gaussian, [width, height]: [usize; 2]) -> f64 {
    if width > 1 && height > 1 {
        return 2.0 * fit.diameter();
    }
    // Of a line, the width across it says nothing.
    let is_along_x = fit.angle.cos().abs() > 0.5;
    let [long, short] = fit.sigmas;
    4.0 * if is_along_x == (width > 1) {
        long
    } else {
        short
    }
}
