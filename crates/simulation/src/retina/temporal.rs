//! Temporal kernels over a block of frames.

use crate::widest_vectors::with_widest_vectors;

/// Pixels that are filtered together: one cache line, so that the frames of a kernel stay in the
/// first cache while neighbouring frames are filtered.
const TILE: usize = 16;

/// Length of a stored frame: whole tiles, and an odd number of them, so that the same tile of
/// successive frames falls on different sets of the cache.
pub(super) fn stride(pixels: usize) -> usize {
    (pixels.div_ceil(TILE) | 1) * TILE
}

with_widest_vectors! {
    /// `result[t] = sum_l taps[l] * frames[t + taps - 1 - l]` for every pixel, `frames` being
    /// `[result + taps - 1, stride]` and `result` `[result, stride]`.
    pub(super) fn filter(taps: &[f32], frames: &[f32], stride: usize, result: &mut [f32]) = filter_plainly
}

#[inline(always)]
fn filter_plainly(taps: &[f32], frames: &[f32], stride: usize, result: &mut [f32]) {
    for tile in (0..stride).step_by(TILE) {
        for (time, row) in result.chunks_exact_mut(stride).enumerate() {
            let newest = time + taps.len() - 1;
            let mut sum = [0.0; TILE];
            for (lag, tap) in taps.iter().enumerate() {
                let frame = &frames[(newest - lag) * stride + tile..][..TILE];
                for (sum, value) in sum.iter_mut().zip(frame) {
                    *sum += tap * value;
                }
            }
            row[tile..][..TILE].copy_from_slice(&sum);
        }
    }
}
