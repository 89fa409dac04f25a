//! Gaussians over a frame: receptive fields, which are differences of two, and pools.

use std::ops::Range;

use ganglion_experiment::Screen;
use ganglion_recording::Microns;

use super::region::Region;
use crate::circuit::ReceptiveField;
use crate::kernel::pixel_weights;
use crate::widest_vectors::with_widest_vectors;

/// Rows are padded to a multiple of this, so that the processor takes whole groups of columns.
const GROUP: usize = 8;

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

/// Buffers of a thread. Rows of the two last are padded.
#[derive(Default)]
pub(super) struct Scratch {
    padded: Vec<f32>,
    filtered_rows: Vec<f32>,
    sums: Vec<f32>,
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
        let width = region.columns.len();
        let stride = width.next_multiple_of(GROUP);
        scratch.sums.clear();
        scratch.sums.resize(region.rows.len() * stride, 0.0);
        add_gaussians(self, frame, region, scratch);
        let rows = filtered.chunks_exact_mut(width);
        for (row, sums) in rows.zip(scratch.sums.chunks_exact(stride)) {
            row.copy_from_slice(&sums[..width]);
        }
    }

    #[inline(always)]
    fn rows_needed(&self, region: &Region, radius: usize) -> Range<usize> {
        region.rows.start.saturating_sub(radius)..(region.rows.end + radius).min(self.height)
    }

    /// First pass: the rows of a frame, at the columns of the region.
    #[inline(always)]
    fn filter_rows(
        &self,
        frame: &[f32],
        rows: Range<usize>,
        columns: &Range<usize>,
        gaussian: &Gaussian,
        scratch: &mut Scratch,
    ) {
        // Beyond it there is nothing but grey.
        let farthest = (columns.end - 1).max(self.width - 1 - columns.start);
        let weights = &gaussian.along_rows[..gaussian.along_rows.len().min(farthest + 1)];
        let radius = weights.len() - 1;
        let stride = columns.len().next_multiple_of(GROUP);
        let Scratch {
            padded,
            filtered_rows,
            ..
        } = scratch;
        padded.clear();
        padded.resize(self.width + 2 * radius + GROUP, 0.0);
        filtered_rows.resize(rows.len() * stride, 0.0);
        for (row, filtered) in rows.zip(filtered_rows.chunks_exact_mut(stride)) {
            padded[radius..][..self.width]
                .copy_from_slice(&frame[row * self.width..][..self.width]);
            let centre = radius + columns.start;
            for (sum, value) in filtered.iter_mut().zip(&padded[centre..]) {
                *sum = weights[0] * value;
            }
            let pair =
                |distance: usize| (&padded[centre - distance..], &padded[centre + distance..]);
            add_pairs(weights, 1..weights.len(), pair, filtered);
        }
    }
}

#[inline(always)]
fn add_gaussians_plainly(
    filter: &SpatialFilter,
    frame: &[f32],
    region: &Region,
    scratch: &mut Scratch,
) {
    for gaussian in &filter.gaussians {
        let rows = filter.rows_needed(region, gaussian.along_columns.len() - 1);
        filter.filter_rows(frame, rows.clone(), &region.columns, gaussian, scratch);
        gaussian.add_columns(&scratch.filtered_rows, &rows, region, &mut scratch.sums);
    }
}

with_widest_vectors! {
    /// Adds what each Gaussian makes of a frame to the sums.
    fn add_gaussians(
        filter: &SpatialFilter,
        frame: &[f32],
        region: &Region,
        scratch: &mut Scratch,
    ) = add_gaussians_plainly
}

impl Gaussian {
    /// Second pass: columns, added to what is there. Rows of both are padded.
    #[inline(always)]
    fn add_columns(
        &self,
        filtered_rows: &[f32],
        rows: &Range<usize>,
        region: &Region,
        sums: &mut [f32],
    ) {
        let weights = &self.along_columns;
        let stride = region.columns.len().next_multiple_of(GROUP);
        let row = |y: usize| &filtered_rows[(y - rows.start) * stride..][..stride];
        for (y, sum) in region.rows.clone().zip(sums.chunks_exact_mut(stride)) {
            add_single(row(y), weights[0], sum);
            let (above, below) = (y - rows.start, rows.end - 1 - y);
            let both = above.min(below).min(weights.len() - 1);
            let pair = |distance: usize| (row(y - distance), row(y + distance));
            add_pairs(weights, 1..both + 1, pair, sum);
            let last = above.max(below).min(weights.len() - 1);
            for distance in both + 1..=last {
                let only = if above > below {
                    y - distance
                } else {
                    y + distance
                };
                add_single(row(only), weights[distance], sum);
            }
        }
    }
}

#[inline(always)]
fn add_single(values: &[f32], weight: f32, sum: &mut [f32]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += weight * value;
    }
}

/// Adds `weight * (one + other)` of the pairs at some distances, one after the other.
#[inline(always)]
fn add_pairs<'a>(
    weights: &[f32],
    distances: Range<usize>,
    pair: impl Fn(usize) -> (&'a [f32], &'a [f32]),
    sum: &mut [f32],
) {
    let mut distance = distances.start;
    while distance + WEIGHTS <= distances.end {
        add_some_pairs::<WEIGHTS>(weights, distance, &pair, sum);
        distance += WEIGHTS;
    }
    for distance in distance..distances.end {
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
