//! Gaussians over a frame: receptive fields, which are differences of two, and pools.

use std::ops::Range;

use ganglion_experiment::Screen;
use ganglion_recording::Microns;

use super::region::Region;
use crate::circuit::ReceptiveField;
use crate::kernel::pixel_weights;

/// Columns that are summed together, in registers.
const TILE: usize = 8;

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

/// Buffers of a thread. Rows of the two last are whole tiles.
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
        let stride = width.next_multiple_of(TILE);
        scratch.sums.clear();
        scratch.sums.resize(region.rows.len() * stride, 0.0);
        for gaussian in &self.gaussians {
            let rows = self.rows_needed(region, gaussian.along_columns.len() - 1);
            self.filter_rows(frame, rows.clone(), &region.columns, gaussian, scratch);
            gaussian.add_columns(&scratch.filtered_rows, &rows, region, &mut scratch.sums);
        }
        let rows = filtered.chunks_exact_mut(width);
        for (row, sums) in rows.zip(scratch.sums.chunks_exact(stride)) {
            row.copy_from_slice(&sums[..width]);
        }
    }

    fn rows_needed(&self, region: &Region, radius: usize) -> Range<usize> {
        region.rows.start.saturating_sub(radius)..(region.rows.end + radius).min(self.height)
    }

    /// First pass: the rows of a frame, at the columns of the region.
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
        let stride = columns.len().next_multiple_of(TILE);
        let Scratch {
            padded,
            filtered_rows,
            ..
        } = scratch;
        padded.clear();
        padded.resize(self.width + 2 * radius + TILE, 0.0);
        filtered_rows.resize(rows.len() * stride, 0.0);
        for (row, filtered) in rows.zip(filtered_rows.chunks_exact_mut(stride)) {
            padded[radius..][..self.width]
                .copy_from_slice(&frame[row * self.width..][..self.width]);
            let tiles = filtered.as_chunks_mut::<TILE>().0.iter_mut().enumerate();
            for (tile, filtered) in tiles {
                let centre = radius + columns.start + tile * TILE;
                *filtered = row_tile(padded, centre, weights);
            }
        }
    }
}

/// A tile of a filtered row.
fn row_tile(padded: &[f32], centre: usize, weights: &[f32]) -> [f32; TILE] {
    let at = |place: usize| tile_at(padded, place);
    let mut sum = at(centre).map(|value| weights[0] * value);
    for (distance, &weight) in weights.iter().enumerate().skip(1) {
        add_pair(
            at(centre - distance),
            at(centre + distance),
            weight,
            &mut sum,
        );
    }
    sum
}

fn tile_at(values: &[f32], place: usize) -> &[f32; TILE] {
    values[place..]
        .first_chunk()
        .expect("buffers have a tile to spare")
}

impl Gaussian {
    /// Second pass: columns, added to what is there. Rows of both are whole tiles.
    fn add_columns(
        &self,
        filtered_rows: &[f32],
        rows: &Range<usize>,
        region: &Region,
        sums: &mut [f32],
    ) {
        let stride = region.columns.len().next_multiple_of(TILE);
        for (y, sums) in region.rows.clone().zip(sums.chunks_exact_mut(stride)) {
            for (tile, sum) in sums.as_chunks_mut::<TILE>().0.iter_mut().enumerate() {
                let row =
                    |y: usize| tile_at(filtered_rows, (y - rows.start) * stride + tile * TILE);
                self.add_column_tile(row, y, rows, sum);
            }
        }
    }

    fn add_column_tile<'a>(
        &self,
        row: impl Fn(usize) -> &'a [f32; TILE],
        y: usize,
        rows: &Range<usize>,
        sum: &mut [f32; TILE],
    ) {
        let weights = &self.along_columns;
        add_single(row(y), weights[0], sum);
        let (above, below) = (y - rows.start, rows.end - 1 - y);
        let both = above.min(below).min(weights.len() - 1);
        for distance in 1..=both {
            add_pair(row(y - distance), row(y + distance), weights[distance], sum);
        }
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

fn add_single(values: &[f32; TILE], weight: f32, sum: &mut [f32; TILE]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += weight * value;
    }
}

fn add_pair(one: &[f32; TILE], other: &[f32; TILE], weight: f32, sum: &mut [f32; TILE]) {
    for ((sum, one), other) in sum.iter_mut().zip(one).zip(other) {
        *sum += weight * (one + other);
    }
}
