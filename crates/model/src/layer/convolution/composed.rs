//! The spectral algorithm from Burn's own tensor operations, for backends without our kernels.
//!
//! The steps are those of [`crate::spectral`]: transforms and, for each frequency, a temporal filter,
//! all as matrix products. Burn's autodiff supplies the gradients.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData};

use crate::spectral::PlaneTransform;

/// As [`super::convolve`].
pub(super) fn convolve(input: Tensor<5>, kernel: Tensor<5>, bias: Tensor<1>) -> Tensor<5> {
    let [channels, height, width, segments, frames] = input.dims();
    let [channels_out, _, history, rows, columns] = kernel.dims();
    let transform = PlaneTransform::new([height, width], [height - rows + 1, width - columns + 1]);
    let device = input.device();
    let spectrum = to_spectrum(
        input.reshape([channels, height, width, segments * frames]),
        &transform,
        &device,
    );
    let kernel = kernel.permute([3, 4, 0, 1, 2]).reshape([
        1,
        rows,
        columns,
        channels_out * channels * history,
    ]);
    let kernel = to_spectrum(kernel, &transform, &device);
    let sizes = Sizes {
        channels,
        channels_out,
        history,
        segments,
        frames,
    };
    let filtered = filter(spectrum, kernel, &sizes);
    let output = from_spectrum(filtered, &transform, &device);
    let [_, output_height, output_width, _] = output.dims();
    let output_frames = frames - history + 1;
    output.reshape([
        channels_out,
        output_height,
        output_width,
        segments,
        output_frames,
    ]) + bias.reshape([channels_out, 1, 1, 1, 1])
}

struct Sizes {
    channels: usize,
    channels_out: usize,
    history: usize,
    segments: usize,
    frames: usize,
}

fn matrix(values: &[f32], rows: usize, columns: usize, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values.to_vec(), [rows, columns]), device)
}

/// Planes `[plane, y, x, column]` to `[plane, k_x, (part, k_y), column]`; planes smaller than the
/// transform count as padded with zeros.
fn to_spectrum(planes: Tensor<4>, transform: &PlaneTransform, device: &Device) -> Tensor<4> {
    let [count, rows, columns, samples] = planes.dims();
    let (half, height) = (transform.columns, transform.height);
    let along_rows = matrix(&transform.along_rows, 2 * half, transform.width, device)
        .slice([0..2 * half, 0..columns]);
    let along_columns = matrix(&transform.along_columns, 2 * height, 2 * height, device)
        .reshape([2 * height, 2, height])
        .slice([0..2 * height, 0..2, 0..rows])
        .reshape([2 * height, 2 * rows]);
    let rows_done = along_rows
        .unsqueeze::<3>()
        .matmul(planes.reshape([count * rows, columns, samples]))
        .reshape([count, rows, half, 2, samples])
        .permute([0, 2, 3, 1, 4])
        .reshape([count * half, 2 * rows, samples]);
    along_columns
        .unsqueeze::<3>()
        .matmul(rows_done)
        .reshape([count, half, 2 * height, samples])
}

/// Back from `[channel, k_x, (part, k_y), column]` to the valid part of the planes.
fn from_spectrum(spectrum: Tensor<4>, transform: &PlaneTransform, device: &Device) -> Tensor<4> {
    let [count, half, _, samples] = spectrum.dims();
    let (height, width) = (transform.output_height, transform.output_width);
    let back_along_columns = matrix(
        &transform.back_along_columns,
        2 * height,
        2 * transform.height,
        device,
    );
    let back_along_rows = matrix(&transform.back_along_rows, width, 2 * half, device);
    let columns_done = back_along_columns
        .unsqueeze::<3>()
        .matmul(spectrum.reshape([count * half, 2 * transform.height, samples]))
        .reshape([count, half, 2, height, samples])
        .permute([0, 3, 1, 2, 4])
        .reshape([count * height, 2 * half, samples]);
    back_along_rows
        .unsqueeze::<3>()
        .matmul(columns_done)
        .reshape([count, height, width, samples])
}

/// Filters every frequency in time: its windows, side by side, times its kernel.
///
/// A grouped convolution says the same in one call, but Burn takes its weights' gradient group by
/// group, in thousands of small kernels.
fn filter(spectrum: Tensor<4>, kernel: Tensor<4>, sizes: &Sizes) -> Tensor<4> {
    let Sizes {
        channels,
        channels_out,
        history,
        segments,
        frames,
    } = *sizes;
    let [_, half, double_height, _] = spectrum.dims();
    let height = double_height / 2;
    let frequencies = half * height;
    let signal = spectrum
        .reshape([channels, half, 2, height, segments, frames])
        .permute([1, 3, 2, 0, 4, 5])
        .reshape([frequencies, 2 * channels, segments, frames]);
    let weight = kernel_of_frequencies(kernel, sizes, half, height);
    let samples = segments * (frames - history + 1);
    let filtered = at_a_time(frequencies, 2 * channels * history * samples)
        .map(|range| {
            let weight = weight.clone().slice_dim(0, range.clone());
            weight.matmul(windows(signal.clone().slice_dim(0, range), history))
        })
        .collect();
    Tensor::cat(filtered, 0)
        .reshape([half, height, 2, channels_out, samples])
        .permute([3, 0, 2, 1, 4])
        .reshape([channels_out, half, 2 * height, samples])
}

/// Ranges of frequencies whose windows stay within the size of buffer that small devices can bind.
fn at_a_time(frequencies: usize, values_of_one: usize) -> impl Iterator<Item = Range<usize>> {
    const LARGEST: usize = (128 << 20) / size_of::<f32>();
    let step = (LARGEST / values_of_one).clamp(1, frequencies);
    (0..frequencies)
        .step_by(step)
        .map(move |first| first..(first + step).min(frequencies))
}

/// `[frequency, channel, segment, frame]` to `[frequency, (channel, lag), (segment, output frame)]`.
fn windows(signal: Tensor<4>, history: usize) -> Tensor<3> {
    let [frequencies, channels, segments, frames] = signal.dims();
    let output_frames = frames - history + 1;
    let shifted = (0..history)
        .map(|lag| {
            let shape = [frequencies, channels, 1, segments * output_frames];
            signal.clone().narrow(3, lag, output_frames).reshape(shape)
        })
        .collect();
    Tensor::cat(shifted, 2).reshape([frequencies, channels * history, segments * output_frames])
}

/// Conjugated kernel spectra as weights [frequency, (output part, channel_out), (input part,
/// channel_in, lag)].
fn kernel_of_frequencies(
    kernel: Tensor<4>,
    sizes: &Sizes,
    half: usize,
    height: usize,
) -> Tensor<3> {
    let Sizes {
        channels,
        channels_out,
        history,
        ..
    } = *sizes;
    let frequencies = half * height;
    let parts = kernel
        .reshape([half, 2, height, channels_out, channels, history])
        .permute([1, 0, 2, 3, 4, 5])
        .reshape([2, frequencies, channels_out, channels, history]);
    let real = parts.clone().narrow(0, 0, 1).permute([1, 0, 2, 3, 4]);
    let imaginary = parts.narrow(0, 1, 1).permute([1, 0, 2, 3, 4]);
    // [frequency, output part, channel_out, channel_in, lag] that meet real and imaginary inputs.
    let meets_real = Tensor::cat(vec![real.clone(), imaginary.clone().neg()], 1);
    let meets_imaginary = Tensor::cat(vec![imaginary, real], 1);
    Tensor::cat(vec![meets_real, meets_imaginary], 3).reshape([
        frequencies,
        2 * channels_out,
        2 * channels * history,
    ])
}
