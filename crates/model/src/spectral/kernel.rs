//! Kernels in the frequency domain, and the way back for their gradients.
//!
//! A valid convolution in the sense of neural networks is a correlation, so the spectrum that
//! multiplies the input is the conjugate of the kernel's. With W = K conj, one frequency is
//!
//! ```text
//! Y_re =  K_re X_re + K_im X_im
//! Y_im = -K_im X_re + K_re X_im
//! ```
//!
//! and is stored as the real matrices that multiply X_re and X_im:
//! `[frequency, input part, (output part, channel_out), (channel_in, lag)]`.

use rayon::prelude::*;

use super::geometry::Geometry;
use super::matrix::{Target, View, ViewMut, multiply};
use super::transform::PlaneTransform;

/// The spectra of all kernels, arranged for one matrix product a frequency and input part.
pub(super) struct KernelSpectrum {
    values: Vec<f32>,
    rows: usize,
    taps: usize,
}

impl KernelSpectrum {
    /// Transforms kernels `[channel_out, channel_in, history, ky, kx]`.
    pub(super) fn new(kernel: &[f32], geometry: &Geometry, transform: &PlaneTransform) -> Self {
        let spectra = forward(kernel, geometry, transform);
        let mut spectrum = Self::zeros(geometry, transform);
        pack(&spectra, geometry, transform, &mut spectrum.values);
        spectrum
    }

    /// A spectrum of zeros, to gather a gradient in.
    pub(super) fn zeros(geometry: &Geometry, transform: &PlaneTransform) -> Self {
        let frequencies = transform.columns * transform.height;
        let rows = 2 * geometry.channels_out;
        let values = vec![0.0; frequencies * 2 * rows * geometry.taps()];
        Self {
            values,
            rows,
            taps: geometry.taps(),
        }
    }

    /// The matrix `[(output part, channel_out), (channel_in, lag)]` of one frequency and input part.
    pub(super) fn matrix(&self, frequency: usize, part: usize) -> &[f32] {
        let size = self.rows * self.taps;
        &self.values[(2 * frequency + part) * size..][..size]
    }

    /// As `matrix`, to be written.
    pub(super) fn matrix_mut(&mut self, frequency: usize, part: usize) -> &mut [f32] {
        let size = self.rows * self.taps;
        &mut self.values[(2 * frequency + part) * size..][..size]
    }

    /// Adds another gradient to this one.
    pub(super) fn add(&mut self, other: &Self) {
        self.values
            .par_iter_mut()
            .zip(&other.values)
            .with_min_len(1 << 14)
            .for_each(|(sum, value)| *sum += value);
    }

    /// The gradient with respect to the kernels, from the gradient with respect to the spectrum.
    pub(super) fn adjoint(&self, geometry: &Geometry, transform: &PlaneTransform) -> Vec<f32> {
        let mut spectra = vec![0.0; spectra_len(geometry, transform)];
        unpack_adjoint(self, geometry, transform, &mut spectra);
        backward(&spectra, geometry, transform)
    }
}

fn kernels(geometry: &Geometry) -> usize {
    geometry.channels_out * geometry.taps()
}

fn spectra_len(geometry: &Geometry, transform: &PlaneTransform) -> usize {
    transform.columns * 2 * transform.height * kernels(geometry)
}

/// The columns of `along_columns` that meet a kernel's rows: `[(part, k_y), (part, j)]`.
fn columns_of_kernel_rows(transform: &PlaneTransform, kernel_height: usize) -> Vec<f32> {
    let height = transform.height;
    let row = |r: usize| &transform.along_columns[r * 2 * height..][..2 * height];
    (0..2 * height)
        .flat_map(|r| {
            let (real, imaginary) = row(r).split_at(height);
            real[..kernel_height]
                .iter()
                .chain(&imaginary[..kernel_height])
                .copied()
        })
        .collect()
}

/// Kernels `[kernel, j, i]` to spectra `[k_x, (part, k_y), kernel]`.
fn forward(kernel: &[f32], geometry: &Geometry, transform: &PlaneTransform) -> Vec<f32> {
    let (count, [kh, kw]) = (kernels(geometry), kernel_size(geometry));
    let half = half_spectrum_of_rows(kernel, geometry, transform);
    let along_columns = columns_of_kernel_rows(transform, kh);
    debug_assert_eq!(kernel.len(), count * kh * kw);
    let mut spectra = vec![0.0; spectra_len(geometry, transform)];
    let (column, input) = (2 * transform.height * count, 2 * kh * count);
    spectra
        .par_chunks_mut(column)
        .zip(half.par_chunks(input))
        .for_each(|(spectrum, half)| {
            multiply(
                [2 * transform.height, 2 * kh, count],
                View::new(&along_columns, 2 * kh, 1),
                View::new(half, count, 1),
                &mut ViewMut::new(spectrum, count, 1),
                Target::Replace,
            );
        });
    spectra
}

/// Kernels `[kernel, j, i]` to `[(k_x, part), j, kernel]`.
fn half_spectrum_of_rows(
    kernel: &[f32],
    geometry: &Geometry,
    transform: &PlaneTransform,
) -> Vec<f32> {
    let (count, [kh, kw]) = (kernels(geometry), kernel_size(geometry));
    let mut half = vec![0.0; 2 * transform.columns * kh * count];
    for j in 0..kh {
        multiply(
            [2 * transform.columns, kw, count],
            View::new(&transform.along_rows, transform.width, 1),
            View::new(&kernel[j * kw..], 1, kh * kw),
            &mut ViewMut::new(&mut half[j * count..], kh * count, 1),
            Target::Replace,
        );
    }
    half
}

/// Adjoint of `forward`.
fn backward(spectra: &[f32], geometry: &Geometry, transform: &PlaneTransform) -> Vec<f32> {
    let (count, [kh, kw]) = (kernels(geometry), kernel_size(geometry));
    let along_columns = columns_of_kernel_rows(transform, kh);
    let mut half = vec![0.0; 2 * transform.columns * kh * count];
    let (column, output) = (2 * transform.height * count, 2 * kh * count);
    half.par_chunks_mut(output)
        .zip(spectra.par_chunks(column))
        .for_each(|(half, spectrum)| {
            multiply(
                [2 * kh, 2 * transform.height, count],
                View::new(&along_columns, 2 * kh, 1).transposed(),
                View::new(spectrum, count, 1),
                &mut ViewMut::new(half, count, 1),
                Target::Replace,
            );
        });
    let mut kernel = vec![0.0; geometry.kernel_len()];
    for j in 0..kh {
        multiply(
            [kw, 2 * transform.columns, count],
            View::new(&transform.along_rows, transform.width, 1).transposed(),
            View::new(&half[j * count..], kh * count, 1),
            &mut ViewMut::new(&mut kernel[j * kw..], 1, kh * kw),
            Target::Replace,
        );
    }
    kernel
}

fn kernel_size(geometry: &Geometry) -> [usize; 2] {
    [geometry.kernel_height, geometry.kernel_width]
}

/// Places of one frequency's real and imaginary parts within spectra `[k_x, (part, k_y), kernel]`.
fn parts(frequency: usize, count: usize, transform: &PlaneTransform) -> [usize; 2] {
    let (kx, ky) = (frequency / transform.height, frequency % transform.height);
    let real = (kx * 2 * transform.height + ky) * count;
    [real, real + transform.height * count]
}

fn pack(spectra: &[f32], geometry: &Geometry, transform: &PlaneTransform, packed: &mut [f32]) {
    let count = kernels(geometry);
    packed
        .par_chunks_mut(4 * count)
        .enumerate()
        .for_each(|(frequency, matrices)| {
            let [real, imaginary] = parts(frequency, count, transform);
            let real = &spectra[real..][..count];
            let imaginary = &spectra[imaginary..][..count];
            let (meets_real, meets_imaginary) = matrices.split_at_mut(2 * count);
            meets_real[..count].copy_from_slice(real);
            meets_real[count..]
                .iter_mut()
                .zip(imaginary)
                .for_each(|(to, from)| *to = -from);
            meets_imaginary[..count].copy_from_slice(imaginary);
            meets_imaginary[count..].copy_from_slice(real);
        });
}

fn unpack_adjoint(
    packed: &KernelSpectrum,
    geometry: &Geometry,
    transform: &PlaneTransform,
    spectra: &mut [f32],
) {
    let count = kernels(geometry);
    for frequency in 0..transform.columns * transform.height {
        let [real, imaginary] = parts(frequency, count, transform);
        let (meets_real, meets_imaginary) =
            (packed.matrix(frequency, 0), packed.matrix(frequency, 1));
        for k in 0..count {
            spectra[real + k] = meets_real[k] + meets_imaginary[count + k];
            spectra[imaginary + k] = meets_imaginary[k] - meets_real[count + k];
        }
    }
}
