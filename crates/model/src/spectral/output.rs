//! Output planes of one block: back from the frequency domain, and the adjoint for gradients.

use super::block::Block;
use super::fold::{Mirror, Series, join, split};
use super::geometry::Geometry;
use super::matrix::{SharedOutput, Target, View, ViewMut, gather_rows, multiply};
use super::transform::PlaneTransform;

/// Half spectra of a block's output rows: `[channel_out, k_x, (part, y'), column]`.
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

    /// Takes one k_x back along columns, from `[k_y, (part, channel_out), column]`.
    pub(super) fn set(
        &mut self,
        geometry: &Geometry,
        transform: &PlaneTransform,
        kx: usize,
        spectrum: &[f32],
    ) {
        let mirror = Mirror::new(transform, self.columns);
        let (part, cosines) = (
            transform.height * self.columns,
            mirror.cosines() * self.columns,
        );
        let mut folded = vec![0.0; 2 * part];
        for channel in 0..geometry.channels_out {
            // re = C even(re) - S odd(im), im = C even(im) + S odd(re).
            let (for_real, for_imaginary) = folded.split_at_mut(part);
            let (even_real, odd_imaginary) = for_real.split_at_mut(cosines);
            let (even_imaginary, odd_real) = for_imaginary.split_at_mut(cosines);
            let [real, imaginary] = self.series(geometry, channel);
            split(mirror, spectrum, real, even_real, odd_real);
            split(mirror, spectrum, imaginary, even_imaginary, odd_imaginary);
            odd_imaginary.iter_mut().for_each(|value| *value = -*value);
            let offset = self.offset(transform, channel, kx);
            let rows = transform.output_height * self.columns;
            let values = &mut self.values[offset..][..2 * rows];
            for (values, folded) in values.chunks_mut(rows).zip(folded.chunks(part)) {
                multiply(
                    [transform.output_height, transform.height, self.columns],
                    View::new(&transform.folded_back_along_columns, transform.height, 1),
                    View::new(folded, self.columns, 1),
                    &mut ViewMut::new(values, self.columns, 1),
                    Target::Replace,
                );
            }
        }
    }

    /// Where a channel's real and imaginary series lie in `[k_y, (part, channel_out), column]`.
    fn series(&self, geometry: &Geometry, channel: usize) -> [Series; 2] {
        let channels = geometry.channels_out;
        [channel, channels + channel].map(|row| Series {
            offset: row * self.columns,
            stride: 2 * channels * self.columns,
        })
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

    /// Adjoint of `set`: the gradient of one k_x as `[k_y, (part, channel_out), column]`.
    pub(super) fn spectrum(
        &self,
        geometry: &Geometry,
        transform: &PlaneTransform,
        kx: usize,
        spectrum: &mut [f32],
    ) {
        let mirror = Mirror::new(transform, self.columns);
        let (part, cosines) = (
            transform.height * self.columns,
            mirror.cosines() * self.columns,
        );
        let rows = transform.output_height * self.columns;
        let mut folded = vec![0.0; 2 * part];
        for channel in 0..geometry.channels_out {
            let offset = self.offset(transform, channel, kx);
            let values = &self.values[offset..][..2 * rows];
            for (values, folded) in values.chunks(rows).zip(folded.chunks_mut(part)) {
                multiply(
                    [transform.height, transform.output_height, self.columns],
                    View::new(&transform.folded_back_along_columns, transform.height, 1)
                        .transposed(),
                    View::new(values, self.columns, 1),
                    &mut ViewMut::new(folded, self.columns, 1),
                    Target::Replace,
                );
            }
            let (from_real, from_imaginary) = folded.split_at(part);
            let (even_real, odd_imaginary) = from_real.split_at(cosines);
            let (even_imaginary, odd_real) = from_imaginary.split_at(cosines);
            let [real, imaginary] = self.series(geometry, channel);
            join(mirror, even_real, odd_real, 1.0, real, spectrum);
            join(
                mirror,
                even_imaginary,
                odd_imaginary,
                -1.0,
                imaginary,
                spectrum,
            );
        }
    }
}
