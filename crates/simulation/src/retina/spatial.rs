//! Gaussians over a frame: receptive fields, which are differences of two, and pools.

use std::ops::Range;

use ganglion_experiment::Screen;
use ganglion_recording::Microns;

use super::region::Region;
use crate::circuit::ReceptiveField;
use crate::kernel::pixel_weights;

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
    padded: Vec<f32>,
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
            self.filter_rows(frame, rows.clone(), &region.columns, gaussian, scratch);
            gaussian.add_columns(&scratch.filtered_rows, &rows, region, filtered);
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
        let radius = gaussian.along_rows.len() - 1;
        let Scratch {
            padded,
            filtered_rows,
        } = scratch;
        padded.clear();
        padded.resize(self.width + 2 * radius, 0.0);
        filtered_rows.resize(rows.len() * columns.len(), 0.0);
        for (row, filtered) in rows.zip(filtered_rows.chunks_exact_mut(columns.len())) {
            padded[radius..][..self.width]
                .copy_from_slice(&frame[row * self.width..][..self.width]);
            let centre = radius + columns.start;
            scaled(&padded[centre..], gaussian.along_rows[0], filtered);
            for (distance, &weight) in gaussian.along_rows.iter().enumerate().skip(1) {
                let (left, right) = (&padded[centre - distance..], &padded[centre + distance..]);
                add_pair(left, right, weight, filtered);
            }
        }
    }
}

impl Gaussian {
    /// Second pass: columns, added to what is there.
    fn add_columns(
        &self,
        filtered_rows: &[f32],
        rows: &Range<usize>,
        region: &Region,
        filtered: &mut [f32],
    ) {
        let width = region.columns.len();
        let row = |y: usize| &filtered_rows[(y - rows.start) * width..][..width];
        for (y, filtered) in region.rows.clone().zip(filtered.chunks_exact_mut(width)) {
            add_single(row(y), self.along_columns[0], filtered);
            for (distance, &weight) in self.along_columns.iter().enumerate().skip(1) {
                let above = y.checked_sub(distance).filter(|above| rows.contains(above));
                let below = Some(y + distance).filter(|below| rows.contains(below));
                match (above, below) {
                    (Some(above), Some(below)) => {
                        add_pair(row(above), row(below), weight, filtered)
                    }
                    (Some(only), None) | (None, Some(only)) => {
                        add_single(row(only), weight, filtered)
                    }
                    (None, None) => break,
                }
            }
        }
    }
}

fn scaled(values: &[f32], weight: f32, result: &mut [f32]) {
    for (result, value) in result.iter_mut().zip(values) {
        *result = weight * value;
    }
}

fn add_single(values: &[f32], weight: f32, sum: &mut [f32]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += weight * value;
    }
}

fn add_pair(one: &[f32], other: &[f32], weight: f32, sum: &mut [f32]) {
    for ((sum, one), other) in sum.iter_mut().zip(one).zip(other) {
        *sum += weight * (one + other);
    }
}
