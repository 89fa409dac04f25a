//! Gaussians over a frame: receptive fields, which are differences of two, and pools.

use std::ops::Range;

use ganglion_experiment::Screen;
use ganglion_recording::Microns;

use super::region::Region;
use crate::circuit::ReceptiveField;
use crate::kernel::pixel_weights;
use crate::widest_vectors::with_widest_vectors;

/// Weights that are summed before a sum is stored.
const WEIGHTS: usize = 4;

/// A sum of Gaussians ready to filter frames, grey outside.
#[derive(Clone, Debug)]
pub(super) struct SpatialFilter {
    gaussians: Vec<Gaussian>,
    height: usize,
    width: usize,
}

/// A Gaussian as two passes; its amplitude is in the second.
#[derive(Clone, Debug)]
struct Gaussian {
    along_rows: Vec<f32>,
    along_columns: Vec<f32>,
}

/// Buffers of a thread.
#[derive(Default)]
pub(super) struct Scratch {
    /// Rows of the frame with grey between them.
    padded: Vec<f32>,
    /// The same, filtered; values between rows mean nothing.
    filtered: Vec<f32>,
    /// Filtered rows at the columns of the region.
    filtered_rows: Vec<f32>,
}

impl SpatialFilter {
    pub(super) fn new(field: &ReceptiveField, screen: &Screen) -> Self {
        let mut filter = Self::centre(field, screen);
        if field.surround_strength > 0.0 {
            filter
                .gaussians
                .extend(Self::surround(field, screen).gaussians);
        }
        filter
    }

    /// The centre of a receptive field.
    pub(super) fn centre(field: &ReceptiveField, screen: &Screen) -> Self {
        Self::gaussian(field.centre_sd, screen)
    }

    /// What the surround of a receptive field adds to its centre.
    pub(super) fn surround(field: &ReceptiveField, screen: &Screen) -> Self {
        Self::scaled_gaussian(field.surround_sd, -field.surround_strength, screen)
    }

    /// A Gaussian of sum 1 over an endless grid.
    pub(super) fn gaussian(sd: Microns, screen: &Screen) -> Self {
        Self::scaled_gaussian(sd, 1.0, screen)
    }

    fn scaled_gaussian(sd: Microns, amplitude: f64, screen: &Screen) -> Self {
        let weights = pixel_weights(sd.0 / screen.microns_per_pixel.0);
        let along_columns = weights.iter().map(|weight| (amplitude * weight) as f32);
        let gaussian = Gaussian {
            along_rows: weights.iter().map(|&weight| weight as f32).collect(),
            along_columns: along_columns.collect(),
        };
        Self {
            gaussians: vec![gaussian],
            height: screen.height,
            width: screen.width,
        }
    }

    /// Filters a frame `[y, x]` into the pixels of a region, row after row.
    pub(super) fn apply(
        &self,
        frame: &[f32],
        region: &Region,
        scratch: &mut Scratch,
        filtered: &mut [f32],
    ) {
        filtered.fill(0.0);
        for gaussian in &self.gaussians {
            let rows = self.rows_needed(region, gaussian.along_columns.len() - 1);
            let frame = &frame[rows.start * self.width..rows.end * self.width];
            self.filter_rows(frame, &region.columns, gaussian, scratch);
            let weights = &gaussian.along_columns;
            add_columns(weights, &scratch.filtered_rows, (&rows, region), filtered);
        }
    }

    fn rows_needed(&self, region: &Region, radius: usize) -> Range<usize> {
        region.rows.start.saturating_sub(radius)..(region.rows.end + radius).min(self.height)
    }

    /// First pass: some rows of a frame, at the columns of the region.
    fn filter_rows(
        &self,
        frame: &[f32],
        columns: &Range<usize>,
        gaussian: &Gaussian,
        scratch: &mut Scratch,
    ) {
        // Beyond it there is nothing but grey.
        let farthest = (columns.end - 1).max(self.width - 1 - columns.start);
        let weights = &gaussian.along_rows[..gaussian.along_rows.len().min(farthest + 1)];
        match columns.len() == self.width {
            true => self.filter_whole_rows(frame, weights, scratch),
            false => self.filter_parts_of_rows(frame, columns, weights, scratch),
        }
    }

    /// All rows are one long row with enough grey between them, so that the processor has long loops.
    fn filter_whole_rows(&self, frame: &[f32], weights: &[f32], scratch: &mut Scratch) {
        let radius = weights.len() - 1;
        let pitch = self.width + radius;
        let Scratch {
            padded,
            filtered,
            filtered_rows,
        } = scratch;
        padded.clear();
        padded.resize(radius, 0.0);
        for row in frame.chunks_exact(self.width) {
            padded.extend_from_slice(row);
            padded.resize(padded.len() + radius, 0.0);
        }
        // The last row needs no grey behind it.
        filtered.resize(padded.len() - 2 * radius, 0.0);
        filter_long_row(weights, padded, filtered);
        filtered_rows.clear();
        for row in filtered.chunks(pitch) {
            filtered_rows.extend_from_slice(&row[..self.width]);
        }
    }

    /// Row after row, so that nothing is filtered that is not asked for.
    fn filter_parts_of_rows(
        &self,
        frame: &[f32],
        columns: &Range<usize>,
        weights: &[f32],
        scratch: &mut Scratch,
    ) {
        let radius = weights.len() - 1;
        let Scratch {
            padded,
            filtered_rows,
            ..
        } = scratch;
        let rows = frame.chunks_exact(self.width);
        padded.clear();
        padded.resize(self.width + 2 * radius, 0.0);
        filtered_rows.resize(rows.len() * columns.len(), 0.0);
        for (row, filtered) in rows.zip(filtered_rows.chunks_exact_mut(columns.len())) {
            padded[radius..][..self.width].copy_from_slice(row);
            let centre = radius + columns.start;
            scaled(&padded[centre..], weights[0], filtered);
            for (distance, &weight) in weights.iter().enumerate().skip(1) {
                let pair = (&padded[centre - distance..], &padded[centre + distance..]);
                add_pair(pair, weight, filtered);
            }
        }
    }
}

#[inline(always)]
fn filter_long_row_plainly(weights: &[f32], padded: &[f32], filtered: &mut [f32]) {
    let radius = weights.len() - 1;
    scaled(&padded[radius..], weights[0], filtered);
    let pair = |distance: usize| (&padded[radius - distance..], &padded[radius + distance..]);
    add_pairs(weights, pair, filtered);
}

with_widest_vectors! {
    /// Filters a row that has grey of the filter's radius at both ends.
    fn filter_long_row(weights: &[f32], padded: &[f32], filtered: &mut [f32]) = filter_long_row_plainly
}

/// Second pass: columns, added to what is there, all rows at a distance together.
#[inline(always)]
fn add_columns_plainly(
    weights: &[f32],
    filtered_rows: &[f32],
    (rows, region): (&Range<usize>, &Region),
    sums: &mut [f32],
) {
    let (width, height) = (region.columns.len(), region.rows.len());
    let before = region.rows.start - rows.start;
    let from = |row: usize| &filtered_rows[row * width..];
    for (distance, &weight) in weights.iter().enumerate() {
        // Rows of the region that have a row this far above them, and one this far below.
        let above = distance.saturating_sub(before).min(height);
        let below = rows.len().saturating_sub(before + distance).min(height);
        if distance == 0 {
            add_single(from(before), weight, sums);
            continue;
        }
        add_single(
            from_or_none(filtered_rows, (before + distance) * width),
            weight,
            &mut sums[..above.min(below) * width],
        );
        if above < below {
            let pair = (
                from(before + above - distance),
                from(before + above + distance),
            );
            add_pair(pair, weight, &mut sums[above * width..below * width]);
        }
        let first = above.max(below);
        if first < height {
            add_single(
                from(before + first - distance),
                weight,
                &mut sums[first * width..],
            );
        }
    }
}

with_widest_vectors! {
    /// Adds filtered rows, filtered along columns, at the pixels of a region.
    fn add_columns(
        weights: &[f32],
        filtered_rows: &[f32],
        places: (&Range<usize>, &Region),
        sums: &mut [f32],
    ) = add_columns_plainly
}

#[inline(always)]
fn scaled(values: &[f32], weight: f32, result: &mut [f32]) {
    for (result, value) in result.iter_mut().zip(values) {
        *result = weight * value;
    }
}

fn from_or_none(values: &[f32], place: usize) -> &[f32] {
    values.get(place..).unwrap_or_default()
}

#[inline(always)]
fn add_single(values: &[f32], weight: f32, sum: &mut [f32]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += weight * value;
    }
}

#[inline(always)]
fn add_pair((one, other): (&[f32], &[f32]), weight: f32, sum: &mut [f32]) {
    for ((sum, one), other) in sum.iter_mut().zip(one).zip(other) {
        *sum += weight * (one + other);
    }
}

/// Adds `weight * (one + other)` of the pairs at all distances above 0, one after the other.
#[inline(always)]
fn add_pairs<'a>(weights: &[f32], pair: impl Fn(usize) -> (&'a [f32], &'a [f32]), sum: &mut [f32]) {
    let mut distance = 1;
    while distance + WEIGHTS <= weights.len() {
        add_some_pairs::<WEIGHTS>(weights, distance, &pair, sum);
        distance += WEIGHTS;
    }
    for distance in distance..weights.len() {
        add_some_pairs::<1>(weights, distance, &pair, sum);
    }
}

#[inline(always)]
fn add_some_pairs<'a, const N: usize>(
    weights: &[f32],
    first: usize,
    pair: impl Fn(usize) -> (&'a [f32], &'a [f32]),
    sum: &mut [f32],
) {
    let columns = sum.len();
    let pairs: [(&[f32], &[f32]); N] = std::array::from_fn(|index| {
        let (one, other) = pair(first + index);
        (&one[..columns], &other[..columns])
    });
    let weights: [f32; N] = std::array::from_fn(|index| weights[first + index]);
    for (column, sum) in sum.iter_mut().enumerate() {
        for ((one, other), weight) in pairs.iter().zip(weights) {
            *sum += weight * (one[column] + other[column]);
        }
    }
}
