//! Spatiotemporal convolution in the spatial Fourier domain, on plain memory.
//!
//! A movie's windows share their frames: each frame is transformed once, every spatial frequency
//! is filtered in time by matrix products over the Hankel matrix of its series, and the result is
//! transformed back. For 8 kernels of 40 x 15 x 15 on 50 x 50 frames this is 4 million
//! multiply-adds a frame instead of 93 million, with the same result to rounding.
//!
//! [`convolve`] is the forward pass, [`gradients`] its adjoint. Both cut the batch into blocks that
//! fit the cache and spread these over rayon's threads; sums over blocks are taken in an order that
//! depends on shapes alone, so results are the same to the bit on any number of threads.

mod block;
mod fold;
mod geometry;
mod input;
mod kernel;
mod matrix;
mod output;
mod transform;
mod windows;

use rayon::prelude::*;

use block::{Block, Cut, blocks};
pub use geometry::Geometry;
use input::InputRows;
use kernel::KernelSpectrum;
use matrix::SharedOutput;
use output::OutputRows;
pub(crate) use transform::PlaneTransform;

/// Partial sums of the kernel gradient. More would let more cores work at once; each costs the
/// memory of one kernel spectrum (7 MB at the published size).
const GRADIENT_SUMS: usize = 16;

/// Gradients of a convolution.
#[derive(Debug)]
pub struct Gradients {
    /// With respect to the kernel, `[channel_out, channel_in, history, ky, kx]`.
    pub kernel: Vec<f32>,
    /// With respect to the bias, `[channel_out]`.
    pub bias: Vec<f32>,
    /// With respect to the input, if asked for.
    pub input: Option<Vec<f32>>,
}

/// Convolves `input` with `kernel` and adds `bias`; layouts as in [`Geometry`].
///
/// # Panics
/// Panics if a slice does not have the length that `geometry` says.
pub fn convolve(input: &[f32], kernel: &[f32], bias: &[f32], geometry: &Geometry) -> Vec<f32> {
    check(input, kernel, geometry);
    assert_eq!(bias.len(), geometry.channels_out, "one bias a channel");
    let transform = plane_transform(geometry);
    let spectrum = KernelSpectrum::new(kernel, geometry, &transform);
    let mut output = vec![0.0; geometry.output_len()];
    let shared = SharedOutput::new(&mut output);
    blocks(geometry, Cut::Anywhere)
        .par_iter()
        .for_each(|block| {
            convolve_block(input, &spectrum, bias, geometry, &transform, block)
                .write(geometry, &transform, block, shared);
        });
    output
}

fn check(input: &[f32], kernel: &[f32], geometry: &Geometry) {
    assert!(geometry.is_valid(), "impossible convolution: {geometry:?}");
    assert_eq!(
        input.len(),
        geometry.input_len(),
        "input does not fit {geometry:?}"
    );
    assert_eq!(
        kernel.len(),
        geometry.kernel_len(),
        "kernel does not fit {geometry:?}"
    );
}

fn plane_transform(geometry: &Geometry) -> PlaneTransform {
    PlaneTransform::new(
        [geometry.height, geometry.width],
        [geometry.output_height(), geometry.output_width()],
    )
}

fn convolve_block(
    input: &[f32],
    kernel: &KernelSpectrum,
    bias: &[f32],
    geometry: &Geometry,
    transform: &PlaneTransform,
    block: &Block,
) -> OutputRows {
    let input = InputRows::new(input, geometry, transform, block);
    let columns = block.output_columns();
    let mut output = OutputRows::zeros(geometry, transform, columns);
    let mut spectrum = input_scratch(geometry, block);
    let mut filtered = output_scratch(geometry, columns);
    for kx in 0..transform.columns {
        input.spectrum(geometry, transform, kx, &mut spectrum);
        for (ky, filtered) in filtered
            .chunks_mut(2 * geometry.channels_out * columns)
            .enumerate()
        {
            let frequency = kx * geometry.height + ky;
            let kernel = [kernel.matrix(frequency, 0), kernel.matrix(frequency, 1)];
            windows::filter(geometry, block, kernel, &spectrum, ky, filtered);
        }
        if kx == 0 {
            add_bias(bias, geometry, columns, &mut filtered);
        }
        output.set(geometry, transform, kx, &filtered);
    }
    output
}

/// A constant plane is a single frequency, the zeroth.
fn add_bias(bias: &[f32], geometry: &Geometry, columns: usize, filtered: &mut [f32]) {
    let pixels = (geometry.height * geometry.width) as f32;
    for (series, bias) in filtered.chunks_mut(columns).zip(bias) {
        series.iter_mut().for_each(|value| *value += bias * pixels);
    }
}

fn input_scratch(geometry: &Geometry, block: &Block) -> Vec<f32> {
    vec![0.0; geometry.channels_in * 2 * geometry.height * block.input_columns()]
}

fn output_scratch(geometry: &Geometry, columns: usize) -> Vec<f32> {
    vec![0.0; geometry.height * 2 * geometry.channels_out * columns]
}

/// Gradients of [`convolve`], given the gradient with respect to its output.
///
/// # Panics
/// Panics if a slice does not have the length that `geometry` says.
pub fn gradients(
    input: &[f32],
    kernel: &[f32],
    output_gradient: &[f32],
    geometry: &Geometry,
    with_input: bool,
) -> Gradients {
    check(input, kernel, geometry);
    assert_eq!(
        output_gradient.len(),
        geometry.output_len(),
        "gradient does not fit {geometry:?}"
    );
    let transform = plane_transform(geometry);
    let spectrum = with_input.then(|| KernelSpectrum::new(kernel, geometry, &transform));
    let mut input_gradient = with_input.then(|| vec![0.0; geometry.input_len()]);
    let shared = input_gradient.as_deref_mut().map(SharedOutput::new);
    let cut = if with_input && geometry.history > 1 {
        Cut::BetweenSegments
    } else {
        Cut::Anywhere
    };
    let kernel = sum_over_blocks(
        &blocks(geometry, cut),
        geometry,
        &transform,
        |block, sum| {
            let pass = BackwardPass {
                geometry,
                transform: &transform,
                block,
            };
            let propagate = spectrum.as_ref().zip(shared);
            pass.run(input, output_gradient, propagate, sum);
        },
    );
    Gradients {
        kernel: kernel.adjoint(geometry, &transform),
        bias: bias_gradient(output_gradient, geometry),
        input: input_gradient,
    }
}

/// Gradient of [`convolve`] with respect to its input alone, given the gradient with respect to its
/// output: the transposed convolution.
///
/// # Panics
/// Panics if a slice does not have the length that `geometry` says.
pub fn input_gradient(kernel: &[f32], output_gradient: &[f32], geometry: &Geometry) -> Vec<f32> {
    let mut input_gradient = vec![0.0; geometry.input_len()];
    check(&input_gradient, kernel, geometry);
    assert_eq!(
        output_gradient.len(),
        geometry.output_len(),
        "gradient does not fit {geometry:?}"
    );
    let transform = plane_transform(geometry);
    let kernel = KernelSpectrum::new(kernel, geometry, &transform);
    let shared = SharedOutput::new(&mut input_gradient);
    let cut = if geometry.history > 1 {
        Cut::BetweenSegments
    } else {
        Cut::Anywhere
    };
    blocks(geometry, cut).par_iter().for_each(|block| {
        let pass = BackwardPass {
            geometry,
            transform: &transform,
            block,
        };
        pass.input_rows(&kernel, output_gradient)
            .write_input_gradient(geometry, &transform, block, shared);
    });
    input_gradient
}

/// Sums kernel gradients over blocks, in an order that the number of threads does not change.
fn sum_over_blocks(
    blocks: &[Block],
    geometry: &Geometry,
    transform: &PlaneTransform,
    add_block: impl Fn(&Block, &mut KernelSpectrum) + Sync,
) -> KernelSpectrum {
    let share = blocks.len().div_ceil(GRADIENT_SUMS);
    let sums: Vec<KernelSpectrum> = blocks
        .par_chunks(share)
        .map(|blocks| {
            let mut sum = KernelSpectrum::zeros(geometry, transform);
            blocks.iter().for_each(|block| add_block(block, &mut sum));
            sum
        })
        .collect();
    let mut sums = sums.into_iter();
    let mut total = sums
        .next()
        .unwrap_or_else(|| KernelSpectrum::zeros(geometry, transform));
    sums.for_each(|sum| total.add(&sum));
    total
}

struct BackwardPass<'a> {
    geometry: &'a Geometry,
    transform: &'a PlaneTransform,
    block: &'a Block,
}

impl BackwardPass<'_> {
    fn run(
        &self,
        input: &[f32],
        output_gradient: &[f32],
        propagate: Option<(&KernelSpectrum, SharedOutput<'_>)>,
        sum: &mut KernelSpectrum,
    ) {
        let Self {
            geometry,
            transform,
            block,
        } = *self;
        let columns = block.output_columns();
        let input = InputRows::new(input, geometry, transform, block);
        let output = OutputRows::from_gradient(output_gradient, geometry, transform, block);
        let mut input_gradient = propagate
            .is_some()
            .then(|| InputRows::zeros(geometry, transform, block.input_columns()));
        let mut spectrum = input_scratch(geometry, block);
        let mut gradient = output_scratch(geometry, columns);
        for kx in 0..transform.columns {
            input.spectrum(geometry, transform, kx, &mut spectrum);
            output.spectrum(geometry, transform, kx, &mut gradient);
            self.gather_kernel_gradient(kx, &spectrum, &gradient, sum);
            if let (Some((kernel, _)), Some(rows)) = (propagate, &mut input_gradient) {
                self.input_spectrum_gradient(kx, kernel, &gradient, &mut spectrum);
                rows.gather_gradient(geometry, transform, kx, &spectrum);
            }
        }
        if let (Some((_, target)), Some(rows)) = (propagate, input_gradient) {
            rows.write_input_gradient(geometry, transform, block, target);
        }
    }

    /// The gradient with respect to the block's input, still in the half spectra of its rows.
    fn input_rows(&self, kernel: &KernelSpectrum, output_gradient: &[f32]) -> InputRows {
        let Self {
            geometry,
            transform,
            block,
        } = *self;
        let output = OutputRows::from_gradient(output_gradient, geometry, transform, block);
        let mut rows = InputRows::zeros(geometry, transform, block.input_columns());
        let mut spectrum = input_scratch(geometry, block);
        let mut gradient = output_scratch(geometry, block.output_columns());
        for kx in 0..transform.columns {
            output.spectrum(geometry, transform, kx, &mut gradient);
            self.input_spectrum_gradient(kx, kernel, &gradient, &mut spectrum);
            rows.gather_gradient(geometry, transform, kx, &spectrum);
        }
        rows
    }

    fn gather_kernel_gradient(
        &self,
        kx: usize,
        spectrum: &[f32],
        gradient: &[f32],
        sum: &mut KernelSpectrum,
    ) {
        let geometry = self.geometry;
        let size = 2 * geometry.channels_out * self.block.output_columns();
        for (ky, gradient) in gradient.chunks(size).enumerate() {
            for part in 0..2 {
                let target = sum.matrix_mut(kx * geometry.height + ky, part);
                windows::gather_kernel_gradient(
                    geometry,
                    self.block,
                    (part, ky),
                    spectrum,
                    gradient,
                    target,
                );
            }
        }
    }

    fn input_spectrum_gradient(
        &self,
        kx: usize,
        kernel: &KernelSpectrum,
        gradient: &[f32],
        spectrum: &mut [f32],
    ) {
        let geometry = self.geometry;
        let size = 2 * geometry.channels_out * self.block.output_columns();
        spectrum.fill(0.0);
        for (ky, gradient) in gradient.chunks(size).enumerate() {
            for part in 0..2 {
                windows::gather_input_gradient(
                    geometry,
                    self.block,
                    (part, ky),
                    kernel.matrix(kx * geometry.height + ky, part),
                    gradient,
                    spectrum,
                );
            }
        }
    }
}

fn bias_gradient(output_gradient: &[f32], geometry: &Geometry) -> Vec<f32> {
    let channel = geometry.output_len() / geometry.channels_out;
    let units = |channel: &[f32]| {
        // Collected in order, so that the sum does not depend on threads.
        let sums: Vec<f64> = channel
            .par_chunks(geometry.output_columns())
            .map(crate::summation::sum)
            .collect();
        sums.iter().sum::<f64>() as f32
    };
    output_gradient.chunks(channel).map(units).collect()
}
