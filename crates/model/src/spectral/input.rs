//! Input planes of one block in the frequency domain, one k_x at a time.

use super::block::Block;
use super::fold::{Mirror, Series, join, split};
use super::geometry::Geometry;
use super::matrix::{SharedOutput, Target, View, ViewMut, gather_rows, multiply};
use super::transform::PlaneTransform;

/// Half spectra of a block's input rows: `[channel_in, (k_x, part), y, column]`.
pub(super) struct InputRows {
    values: Vec<f32>,
    columns: usize,
}

impl InputRows {
    /// Transforms the rows of a block of the input.
    pub(super) fn new(
        input: &[f32],
        geometry: &Geometry,
        transform: &PlaneTransform,
        block: &Block,
    ) -> Self {
        let columns = block.input_columns();
        let mut rows = Self::zeros(geometry, transform, columns);
        let stride = geometry.input_columns();
        let mut row = vec![0.0; geometry.width * columns];
        for channel in 0..geometry.channels_in {
            for y in 0..geometry.height {
                let start = (channel * geometry.height + y) * geometry.width * stride;
                gather_rows(
                    input,
                    columns,
                    start + block.input_start(geometry),
                    stride,
                    &mut row,
                );
                let offset = rows.offset(geometry, transform, channel, 0) + y * columns;
                multiply(
                    [2 * transform.columns, geometry.width, columns],
                    View::new(&transform.along_rows, geometry.width, 1),
                    View::new(&row, columns, 1),
                    &mut ViewMut::new(&mut rows.values[offset..], geometry.height * columns, 1),
                    Target::Replace,
                );
            }
        }
        rows
    }

    /// Zeros of the same shape, for a gradient.
    pub(super) fn zeros(geometry: &Geometry, transform: &PlaneTransform, columns: usize) -> Self {
        let len = geometry.channels_in * 2 * transform.columns * geometry.height * columns;
        Self {
            values: vec![0.0; len],
            columns,
        }
    }

    fn offset(
        &self,
        geometry: &Geometry,
        transform: &PlaneTransform,
        channel: usize,
        kx: usize,
    ) -> usize {
        (channel * transform.columns + kx) * 2 * geometry.height * self.columns
    }

    /// Completes the transform of one k_x: `[channel_in, (part, k_y), column]` into `spectrum`.
    pub(super) fn spectrum(
        &self,
        geometry: &Geometry,
        transform: &PlaneTransform,
        kx: usize,
        spectrum: &mut [f32],
    ) {
        let (height, columns) = (geometry.height, self.columns);
        let mirror = Mirror::new(transform, columns);
        let (part, cosines) = (height * columns, mirror.cosines() * columns);
        let mut sums = vec![0.0; 2 * part];
        for channel in 0..geometry.channels_in {
            let offset = self.offset(geometry, transform, channel, kx);
            for (values, sums) in self.values[offset..][..2 * part]
                .chunks(part)
                .zip(sums.chunks_mut(part))
            {
                multiply(
                    [height, height, columns],
                    View::new(&transform.folded_along_columns, height, 1),
                    View::new(values, columns, 1),
                    &mut ViewMut::new(sums, columns, 1),
                    Target::Replace,
                );
            }
            // X(k) = (C re + S im) + i (C im - S re), and its mirror image with S negated.
            let (real, imaginary) = sums.split_at(part);
            let ([c_real, s_real], [c_imaginary, s_imaginary]) =
                (halves(real, cosines), halves(imaginary, cosines));
            let target = &mut spectrum[channel * 2 * part..][..2 * part];
            let (to_real, to_imaginary) = target.split_at_mut(part);
            let series = Series {
                offset: 0,
                stride: columns,
            };
            join(mirror, c_real, s_imaginary, 1.0, series, to_real);
            join(mirror, c_imaginary, s_real, -1.0, series, to_imaginary);
        }
    }

    /// Adjoint of `spectrum`: takes the gradient of one k_x back to the half spectra of rows.
    pub(super) fn gather_gradient(
        &mut self,
        geometry: &Geometry,
        transform: &PlaneTransform,
        kx: usize,
        spectrum: &[f32],
    ) {
        let (height, columns) = (geometry.height, self.columns);
        let mirror = Mirror::new(transform, columns);
        let (part, cosines) = (height * columns, mirror.cosines() * columns);
        let mut sums = vec![0.0; 2 * part];
        for channel in 0..geometry.channels_in {
            let gradient = &spectrum[channel * 2 * part..][..2 * part];
            let (real, imaginary) = gradient.split_at(part);
            let series = Series {
                offset: 0,
                stride: columns,
            };
            let (sums_real, sums_imaginary) = sums.split_at_mut(part);
            let (c_real, s_real) = sums_real.split_at_mut(cosines);
            let (c_imaginary, s_imaginary) = sums_imaginary.split_at_mut(cosines);
            split(mirror, real, series, c_real, s_imaginary);
            split(mirror, imaginary, series, c_imaginary, s_real);
            s_real.iter_mut().for_each(|value| *value = -*value);
            let offset = self.offset(geometry, transform, channel, kx);
            let values = &mut self.values[offset..][..2 * part];
            for (values, sums) in values.chunks_mut(part).zip(sums.chunks(part)) {
                multiply(
                    [height, height, columns],
                    View::new(&transform.folded_along_columns, height, 1).transposed(),
                    View::new(sums, columns, 1),
                    &mut ViewMut::new(values, columns, 1),
                    Target::Replace,
                );
            }
        }
    }

    /// Adjoint of `new`: writes the gradient with respect to the block's input.
    pub(super) fn write_input_gradient(
        &self,
        geometry: &Geometry,
        transform: &PlaneTransform,
        block: &Block,
        gradient: SharedOutput<'_>,
    ) {
        let stride = geometry.input_columns();
        let mut row = vec![0.0; geometry.width * self.columns];
        for channel in 0..geometry.channels_in {
            for y in 0..geometry.height {
                let start = (channel * geometry.height + y) * geometry.width * stride;
                let offset = self.offset(geometry, transform, channel, 0) + y * self.columns;
                multiply(
                    [geometry.width, 2 * transform.columns, self.columns],
                    View::new(&transform.along_rows, geometry.width, 1).transposed(),
                    View::new(&self.values[offset..], geometry.height * self.columns, 1),
                    &mut ViewMut::new(&mut row, self.columns, 1),
                    Target::Replace,
                );
                let offset = start + block.input_start(geometry);
                // SAFETY: blocks that gather input gradients share no input frame.
                unsafe { gradient.scatter_rows(&row, self.columns, offset, stride) };
            }
        }
    }
}

/// What belongs to cosines and what to sines.
fn halves(sums: &[f32], cosines: usize) -> [&[f32]; 2] {
    let (even, odd) = sums.split_at(cosines);
    [even, odd]
}
