//! Products of a frequency's kernel matrix with the windows of its time series.

use super::block::Block;
use super::geometry::Geometry;
use super::matrix::{Target, View, ViewMut, multiply};

/// A batch of products that together cover every output column of a block.
///
/// The windows of a series are a Hankel matrix and need no copy. Where a segment yields many
/// frames, one product takes one segment; where it yields few (clips of 40 frames yield one), one
/// product takes one frame of all segments.
#[derive(Clone, Copy)]
struct Pass {
    input: usize,
    input_stride: usize,
    output: usize,
    output_stride: usize,
    columns: usize,
}

fn passes(block: &Block, history: usize) -> impl Iterator<Item = Pass> {
    let Block {
        segments,
        frames,
        input_frames,
        ..
    } = *block;
    let contiguous = history == 1;
    let by_segment = frames >= segments;
    let count = match (contiguous, by_segment) {
        (true, _) => 1,
        (false, true) => segments,
        (false, false) => frames,
    };
    (0..count).map(move |index| match (contiguous, by_segment) {
        (true, _) => Pass {
            input: 0,
            input_stride: 1,
            output: 0,
            output_stride: 1,
            columns: segments * frames,
        },
        (false, true) => Pass {
            input: index * input_frames,
            input_stride: 1,
            output: index * frames,
            output_stride: 1,
            columns: frames,
        },
        (false, false) => Pass {
            input: index,
            input_stride: input_frames,
            output: index,
            output_stride: frames,
            columns: segments,
        },
    })
}

/// The series of one input channel, part and frequency within a spectrum of one k_x.
fn series(geometry: &Geometry, columns: usize, channel: usize, part: usize, ky: usize) -> usize {
    ((2 * channel + part) * geometry.height + ky) * columns
}

/// Groups of kernel columns that one product can take: all input channels at once where there is
/// no history, one input channel's lags otherwise. Yields (first column, first channel, columns).
fn depth_groups(geometry: &Geometry) -> impl Iterator<Item = (usize, usize, usize)> {
    let (groups, depth) = match geometry.history {
        1 => (1, geometry.channels_in),
        history => (geometry.channels_in, history),
    };
    (0..groups).map(move |group| (group * depth, group, depth))
}

/// Distance between rows of the right operand: the next lag, or the next channel.
fn depth_stride(geometry: &Geometry, columns: usize) -> usize {
    if geometry.history == 1 {
        2 * geometry.height * columns
    } else {
        1
    }
}

/// `output[(part, channel_out), column] = sum over lags, channels and parts of kernel * input`.
pub(super) fn filter(
    geometry: &Geometry,
    block: &Block,
    kernel: [&[f32]; 2],
    spectrum: &[f32],
    ky: usize,
    output: &mut [f32],
) {
    let rows = 2 * geometry.channels_out;
    let columns = block.input_columns();
    for pass in passes(block, geometry.history) {
        let mut mode = Target::Replace;
        for (part, kernel) in kernel.into_iter().enumerate() {
            for (first, channel, depth) in depth_groups(geometry) {
                let input = series(geometry, columns, channel, part, ky) + pass.input;
                multiply(
                    [rows, depth, pass.columns],
                    View::new(&kernel[first..], geometry.taps(), 1),
                    View::new(
                        &spectrum[input..],
                        depth_stride(geometry, columns),
                        pass.input_stride,
                    ),
                    &mut ViewMut::new(
                        &mut output[pass.output..],
                        block.output_columns(),
                        pass.output_stride,
                    ),
                    mode,
                );
                mode = Target::Accumulate;
            }
        }
    }
}

/// Adds the gradient with respect to one part's kernel matrix.
pub(super) fn gather_kernel_gradient(
    geometry: &Geometry,
    block: &Block,
    (part, ky): (usize, usize),
    spectrum: &[f32],
    output_gradient: &[f32],
    kernel_gradient: &mut [f32],
) {
    let rows = 2 * geometry.channels_out;
    let columns = block.input_columns();
    for pass in passes(block, geometry.history) {
        for (first, channel, depth) in depth_groups(geometry) {
            let input = series(geometry, columns, channel, part, ky) + pass.input;
            let windows = View::new(
                &spectrum[input..],
                depth_stride(geometry, columns),
                pass.input_stride,
            );
            multiply(
                [rows, pass.columns, depth],
                View::new(
                    &output_gradient[pass.output..],
                    block.output_columns(),
                    pass.output_stride,
                ),
                windows.transposed(),
                &mut ViewMut::new(&mut kernel_gradient[first..], geometry.taps(), 1),
                Target::Accumulate,
            );
        }
    }
}

/// Adds the gradient with respect to one part of the input's spectrum.
///
/// The lags overlap in the input, so they are added one by one.
pub(super) fn gather_input_gradient(
    geometry: &Geometry,
    block: &Block,
    (part, ky): (usize, usize),
    kernel: &[f32],
    output_gradient: &[f32],
    spectrum_gradient: &mut [f32],
) {
    let rows = 2 * geometry.channels_out;
    let columns = block.input_columns();
    for pass in passes(block, geometry.history) {
        for lag in 0..geometry.history {
            let input = series(geometry, columns, 0, part, ky) + pass.input + lag;
            multiply(
                [geometry.channels_in, rows, pass.columns],
                View::new(&kernel[lag..], geometry.taps(), geometry.history).transposed(),
                View::new(
                    &output_gradient[pass.output..],
                    block.output_columns(),
                    pass.output_stride,
                ),
                &mut ViewMut::new(
                    &mut spectrum_gradient[input..],
                    2 * geometry.height * columns,
                    pass.input_stride,
                ),
                Target::Accumulate,
            );
        }
    }
}
