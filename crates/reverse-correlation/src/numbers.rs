//! What is read off a field, and how sure it is.

use std::ops::Range;

use ganglion_experiment::receptive_field::{
    Gaussian, Kinetics, Polarity, ReceptiveField, Separable, half_maximum_area,
};
use ganglion_numerics::{dot, jackknife_error, unit_norm};
use ganglion_recording::Milliseconds;
use serde::{Deserialize, Serialize};

use crate::geometry::Geometry;

/// A number and its standard error, by the jackknife over parts of the recording.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuredNumber {
    /// The number.
    pub value: f64,
    /// Its standard error; none where the number is not defined without one of the parts.
    pub error: Option<f64>,
}

/// A field as weights of blocks `[lag, block]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockField<'a> {
    pub(crate) weights: &'a [f32],
    /// Whether the pixels of a block share its weight, as where weights predict the rate.
    pub(crate) is_shared: bool,
}

/// What an estimate makes of a field along a time course at some blocks, `[block, block]`, where it is not the field
/// itself.
pub(crate) type Resolution<'a> = dyn Fn(&[f64], &[usize]) -> Option<Vec<f64>> + 'a;

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
    /// Side of the square of pixels that are always alike at the centre, pixels: 1 where each pixel has a course of its
    /// own. A diameter below it is a bound: what is smaller was not shown.
    pub finest_pixels: f64,
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
/// The same that a Gaussian of blocks is fitted to: three and a half standard deviations.
const FITTED: (f64, f64) = (3.0, 1.0);

/// Rows and columns around the peak of a field.
struct Around {
    rows: Range<usize>,
    columns: Range<usize>,
    /// Blocks that a Gaussian is fitted to.
    blocks: Vec<usize>,
}

impl Around {
    /// As far from the peak of the smoothed field as four times the radius over which its frame is half as high.
    fn peak_of(field: &ReceptiveField, geometry: &Geometry<'_>) -> Self {
        let [_, height, width] = field.shape();
        let smooth = field.smoothed();
        let values = smooth.values();
        let peak = (0..values.len())
            .max_by(|&a, &b| values[a].abs().total_cmp(&values[b].abs()))
            .unwrap_or(0);
        let frame = &values[peak / (height * width) * height * width..][..height * width];
        let upright: Vec<f32> = frame.iter().map(|v| v * values[peak].signum()).collect();
        let radius = (half_maximum_area(&upright, width) / std::f64::consts::PI).sqrt();
        let near = |at: usize, size: usize, (radii, pixels): (f64, f64)| {
            let reach = (radii * radius + pixels).ceil() as usize;
            at.saturating_sub(reach)..(at + reach + 1).min(size)
        };
        let [y, x] = [peak / width % height, peak % width];
        let [rows, columns] = [near(y, height, FITTED), near(x, width, FITTED)];
        let pixels = rows.flat_map(|y| columns.clone().map(move |x| y * width + x));
        let mut blocks: Vec<usize> = pixels
            .filter_map(|pixel| geometry.of_pixels()[pixel])
            .collect();
        blocks.sort_unstable();
        blocks.dedup();
        Self {
            rows: near(y, height, AROUND),
            columns: near(x, width, AROUND),
            blocks,
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
}

/// All pixels of a field along the time course of the pixels around its peak, as a product that accounts for the same
/// share.
fn along(field: &ReceptiveField, near: &Separable) -> Separable {
    let [_, height, width] = field.shape();
    let course = unit_norm(near.time.clone());
    let along = |pixel: usize| -> f32 {
        let weights = field.values().iter().skip(pixel).step_by(height * width);
        let products = weights.zip(&course).map(|(weight, time)| weight * time);
        products.sum()
    };
    let space: Vec<f32> = (0..height * width).map(along).collect();
    let norm = dot(&space, &space).sqrt() as f32;
    Separable {
        height,
        width,
        space: unit_norm(space),
        time: course.iter().map(|time| time * norm).collect(),
        explained_variance: near.explained_variance,
    }
}

/// What numbers are read off: the place around a peak, and what the estimate makes of fields there.
struct Reader<'a> {
    geometry: &'a Geometry<'a>,
    around: Around,
    /// Pixels of the blocks that a Gaussian is fitted to.
    areas: Vec<Vec<[f64; 2]>>,
    mixing: Option<Vec<f64>>,
    period: Milliseconds,
}

/// Numbers of one field, without errors.
struct Read {
    near: Separable,
    gaussian: Option<Gaussian>,
    kinetics: Kinetics,
    place: [Option<f64>; 2],
    diameter: Option<f64>,
}

impl FieldNumbers {
    /// Of a field and of the fields without each part of the recording.
    pub(crate) fn of(
        geometry: &Geometry<'_>,
        field: BlockField<'_>,
        without: &[BlockField<'_>],
        resolution: &Resolution<'_>,
        period: Milliseconds,
    ) -> Self {
        let reader = Reader::of(geometry, field, resolution, period);
        let read = reader.read(field);
        let others: Vec<Read> = without.iter().map(|&one| reader.read(one)).collect();
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
        let whole = geometry.field(field.weights, field.is_shared);
        Self {
            polarity: others.iter().all(is_same).then_some(polarity),
            centre_x: measured(&|read| read.place[0]),
            centre_y: measured(&|read| read.place[1]),
            diameter: measured(&|read| read.diameter),
            finest_pixels: reader.finest(&read),
            peak_lag_ms: read.kinetics.peak_lag.0,
            zero_crossing_ms: measured(&|read| {
                let crossing = read.kinetics.zero_crossing.0;
                Some(crossing).filter(|crossing| crossing.is_finite())
            }),
            biphasic_index: biphasic.expect("every course has one"),
            separability: read.near.explained_variance,
            separable: along(&whole, &read.near),
            gaussian: read.gaussian,
        }
    }

    /// Whether the diameter is below what the movie shows, so that it only says that the field is smaller.
    pub fn is_bound(&self) -> bool {
        self.diameter
            .is_some_and(|diameter| diameter.value < self.finest_pixels)
    }
}

impl<'a> Reader<'a> {
    fn of(
        geometry: &'a Geometry<'a>,
        field: BlockField<'_>,
        resolution: &Resolution<'_>,
        period: Milliseconds,
    ) -> Self {
        let flat = geometry.flat_field(field.weights, field.is_shared);
        let around = Around::peak_of(&flat, geometry);
        let course = course_of(&around.cut(&flat).separated());
        let areas = around
            .blocks
            .iter()
            .map(|&block| geometry.places(block).to_vec());
        Self {
            areas: areas.collect(),
            mixing: resolution(&course, &around.blocks),
            around,
            geometry,
            period,
        }
    }

    fn read(&self, field: BlockField<'_>) -> Read {
        let [height, width] = self.geometry.frame();
        let flat = self.geometry.flat_field(field.weights, field.is_shared);
        let near = self.around.cut(&flat).separated();
        let gaussian = self
            .fitted(field, &near)
            .filter(|fit| height * width > 1 && lies_inside(fit, [width, height]));
        let at = |axis: usize, size: usize| {
            let fit = gaussian.filter(|_| size > 1);
            fit.map(|fit| fit.centre[axis])
        };
        Read {
            kinetics: Kinetics::of(&near.time, self.period),
            place: [at(0, width), at(1, height)],
            diameter: gaussian.map(|fit| diameter(&fit, [width, height])),
            near,
            gaussian,
        }
    }

    /// The Gaussian fitted to the map of pixels, and then to what the movie and the estimate leave of a Gaussian: its
    /// sums over blocks, as ridge regression blurs them.
    fn fitted(&self, field: BlockField<'_>, near: &Separable) -> Option<Gaussian> {
        let start = [&self.around.columns, &self.around.rows].map(|range| range.start as f64);
        let fit = Gaussian::fit(&near.space, near.width)?;
        let fit = Gaussian {
            centre: [fit.centre[0] + start[0], fit.centre[1] + start[1]],
            ..fit
        };
        if self.mixing.is_none() && self.geometry.is_plain() {
            return Some(fit);
        }
        let course = course_of(near);
        let count = field.weights.len() / course.len();
        let along = |&block: &usize| -> f64 {
            let weights = field.weights.iter().skip(block).step_by(count);
            weights
                .zip(&course)
                .map(|(&weight, time)| f64::from(weight) * time)
                .sum()
        };
        let sums: Vec<f64> = self.around.blocks.iter().map(along).collect();
        fit.refitted(&self.areas, &sums, self.mixing.as_deref())
    }

    /// Side of the block at the centre of a field.
    fn finest(&self, read: &Read) -> f64 {
        let [height, width] = self.geometry.frame();
        let Some(fit) = read.gaussian else {
            return 1.0;
        };
        let nearest = |at: f64, size: usize| (at.round().max(0.0) as usize).min(size - 1);
        let pixel = nearest(fit.centre[1], height) * width + nearest(fit.centre[0], width);
        let pixels =
            self.geometry.of_pixels()[pixel].map_or(1, |block| self.geometry.places(block).len());
        let pixels = pixels as f64;
        if width > 1 && height > 1 {
            pixels.sqrt()
        } else {
            pixels
        }
    }
}

/// A time course of unit norm.
fn course_of(near: &Separable) -> Vec<f64> {
    unit_norm(near.time.clone())
        .into_iter()
        .map(f64::from)
        .collect()
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

#[cfg(test)]
mod tests {
    use ganglion_recording::{Movie, MovieShape, Normalisation};

    use super::*;
    use crate::blocks::Blocks;
    use crate::shown_movie::ShownMovie;

    /// Of a movie of 16 x 16 pixels in checks of some pixels.
    fn blocks(check: usize) -> Blocks {
        let shape = MovieShape {
            frames: 2,
            height: 16,
            width: 16,
        };
        let value = |place: usize| {
            let (frame, y, x) = (place / 256, place / 16 % 16 / check, place % 16 / check);
            (frame * (1 + 16 * y + x)) as f32
        };
        let movie = Movie::from_f32(shape, (0..512).map(value).collect::<Vec<_>>());
        let normalisation = Normalisation::identity();
        Blocks::of(&ShownMovie {
            movie: &movie,
            normalisation: &normalisation,
        })
        .unwrap()
    }

    /// A field of one check is smaller than the check, as far as is known; one of many has a size.
    #[test]
    fn a_field_within_a_check_has_a_bound_for_a_size() {
        for check in [1, 4] {
            let blocks = blocks(check);
            let geometry = Geometry::of(&blocks, 2);
            let count = blocks.len();
            let side = 16 / check;
            let middle = side / 2 * side + side / 2;
            let numbers = |of: &dyn Fn(usize) -> f32| {
                let weights: Vec<f32> = (0..count).map(|_| 0.0).chain((0..count).map(of)).collect();
                let field = BlockField {
                    weights: &weights,
                    is_shared: true,
                };
                FieldNumbers::of(&geometry, field, &[], &|_, _| None, Milliseconds(10.0))
            };
            let tiny = numbers(&|block| f32::from(u8::from(block == middle)));
            assert!(tiny.is_bound(), "{:?}", tiny.diameter);
            assert_eq!(tiny.finest_pixels, check as f64);
            let wide = numbers(&|block| {
                let [x, y] = [block % side, block / side].map(|at| at as f32 - (side / 2) as f32);
                (-(x * x + y * y) / 4.0).exp()
            });
            assert!(!wide.is_bound(), "{:?}", wide.diameter);
            assert_eq!(wide.peak_lag_ms, 10.0);
        }
    }
}
