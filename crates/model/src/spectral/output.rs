//! Output planes of one block: back from the frequency domain, and the adjoint for gradients.

use super::block::Block;
use super::geometry::Geometry;
use super::matrix::{SharedOutput, Target, View, ViewMut, gather_rows, multiply};
use super::transform::PlaneTransform;

/// Half spectra of a block's output rows: [channel_out, k_x, (part, y'), column].
pub(super) struct OutputRows {
    values: Vec<f32>,
    columns: usize,
}

impl OutputRows {
    /// Zeros, to be filled one k_x at a time.
    pub(super) fn zeros(geometry: &Geometry, transform: &PlaneTransform, columns: usize) -> Self {
        let rows = geometry.channels_out * transform.columns * 2 * transform.output_height;
        Self {
            values: vec![0.0; rows * columns],
            columns,
        }
    }

    fn offset(&self, transform: &PlaneTransform, channel: usize, kx: usize) -> usize {
        (channel * transform.columns + kx) * 2 * transform.output_height * self.columns
    }

    /// Takes one k_x back along columns, from [k_y, (part, channel_out), column].
    pub(super) fn set(
        &mut self,
        geometry: &Geometry,
        transform: &PlaneTransform,
        kx: usize,
        spectrum: &[f32],
    ) {
        let channels = geometry.channels_out;
        for channel in 0..channels {
            let offset = self.offset(transform, channel, kx);
            for (part, mode) in [(0, Target::Replace), (1, Target::Accumulate)] {
                let series = (part * channels + channel) * self.columns;
                multiply(
                    [2 * transform.output_height, transform.height, self.columns],
                    part_of_inverse(transform, part),
                    View::new(&spectrum[series..], 2 * channels * self.columns, 1),
                    &mut ViewMut::new(&mut self.values[offset..], self.columns, 1),
                    mode,
                );
            }
        }
    }

    /// Writes the block's part of the output.
    pub(super) fn write(
        &self,
        geometry: &Geometry,
        transform: &PlaneTransform,
        block: &Block,
        output: SharedOutput<'_>,
    ) {
        let (height, width) = (transform.output_height, transform.output_width);
        let stride = geometry.output_columns();
        let mut row = vec![0.0; width * self.columns];
        for channel in 0..geometry.channels_out {
            for y in 0..height {
                let start = (channel * height + y) * width * stride;
                let offset = self.offset(transform, channel, 0) + y * self.columns;
                multiply(
                    [width, 2 * transform.columns, self.columns],
                    View::new(&transform.back_along_rows, 2 * transform.columns, 1),
                    View::new(&self.values[offset..], height * self.columns, 1),
                    &mut ViewMut::new(&mut row, self.columns, 1),
                    Target::Replace,
                );
                let offset = start + block.output_start(geometry);
                // SAFETY: blocks share no output frame.
                unsafe { output.scatter_rows(&row, self.columns, offset, stride) };
            }
        }
    }

    /// Adjoint of `write`: half spectra of the gradient with respect to a block of the output.
    pub(super) fn from_gradient(
        gradient: &[f32],
        geometry: &Geometry,
        transform: &PlaneTransform,
        block: &Block,
    ) -> Self {
        let (height, width) = (transform.output_height, transform.output_width);
        let stride = geometry.output_columns();
        let mut rows = Self::zeros(geometry, transform, block.output_columns());
        let mut row = vec![0.0; width * rows.columns];
        for channel in 0..geometry.channels_out {
            for y in 0..height {
                let start = (channel * height + y) * width * stride;
                let first = start + block.output_start(geometry);
                gather_rows(gradient, rows.columns, first, stride, &mut row);
                let offset = rows.offset(transform, channel, 0) + y * rows.columns;
                multiply(
                    [2 * transform.columns, width, rows.columns],
                    View::new(&transform.back_along_rows, 2 * transform.columns, 1).transposed(),
                    View::new(&row, rows.columns, 1),
                    &mut ViewMut::new(&mut rows.values[offset..], height * rows.columns, 1),
                    Target::Replace,
                );
            }
        }
        rows
    }

    /// Adjoint of `set`: the gradient of one k_x as [k_y, (part, channel_out), column].
    pub(super) fn spectrum(
        &self,
        geometry: &Geometry,
        transform: &PlaneTransform,
        kx: usize,
        spectrum: &mut [f32],
    ) {
        let channels = geometry.channels_out;
        for channel in 0..channels {
            for part in 0..2 {
                let series = (part * channels + channel) * self.columns;
                multiply(
                    [transform.height, 2 * transform.output_height, self.columns],
                    part_of_inverse(transform, part).transposed(),
                    View::new(
                        &self.values[self.offset(transform, channel, kx)..],
                        self.columns,
                        1,
                    ),
                    &mut ViewMut::new(&mut spectrum[series..], 2 * channels * self.columns, 1),
                    Target::Replace,
                );
            }
        }
    }
}

/// The columns of the inverse that meet real (0) or imaginary (1) parts.
fn part_of_inverse(transform: &PlaneTransform, part: usize) -> View<'_> {
    let matrix = &transform.back_along_columns[part * transform.height..];
    View::new(matrix, 2 * transform.height, 1)
}
