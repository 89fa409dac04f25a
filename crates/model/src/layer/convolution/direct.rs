//! The reference: Burn's convolution on the pile of overlapping windows.

use burn::tensor::Tensor;
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;

/// As [`super::convolve`], with every window laid out in memory.
pub(super) fn convolve(input: Tensor<5>, kernel: Tensor<5>, bias: Tensor<1>) -> Tensor<5> {
    let [channels, height, width, segments, frames] = input.dims();
    let [channels_out, _, history, rows, columns] = kernel.dims();
    let output_frames = frames - history + 1;
    let windows: Tensor<6> = input.permute([3, 4, 0, 1, 2]).unfold(1, history, 1);
    let windows = windows.permute([0, 1, 2, 5, 3, 4]).reshape([
        segments * output_frames,
        channels * history,
        height,
        width,
    ]);
    let kernel = kernel.reshape([channels_out, channels * history, rows, columns]);
    let output = conv2d(
        windows,
        kernel,
        Some(bias),
        ConvOptions::new([1, 1], [0, 0], [1, 1], 1),
    );
    let [_, _, output_height, output_width] = output.dims();
    output
        .reshape([
            segments,
            output_frames,
            channels_out,
            output_height,
            output_width,
        ])
        .permute([2, 3, 4, 0, 1])
}
