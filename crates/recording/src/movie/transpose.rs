//! Normalised frames in the layouts that networks take.

use std::ops::Range;

use rayon::prelude::*;

use super::Movie;
use super::read::Frames;
use crate::normalisation::Normalisation;
use crate::{Error, MovieShape};

/// Edge of the square tile transposed at a time: 64 rows of 64 floats are 16 KB, well in cache.
const TILE: usize = 64;

impl Movie {
    /// Normalised frames with time fastest: what a convolution over time wants.
    ///
    /// Writes pixel `(y, x)` of the range's `i`-th frame to
    /// `out[(y * width + x) * stride + offset + i]` and leaves the rest of `out` as it was, so
    /// that several segments can share one buffer `[y, x, time]`.
    ///
    /// # Errors
    /// [`Error::NoSuchFrames`] outside the movie, [`Error::NormalisationSize`] for constants of
    /// another picture size; read errors for a movie on the disk.
    ///
    /// # Panics
    /// Where `stride` is 0, `offset` + frames is more than `stride`, or `out` is shorter than
    /// `pixels * stride`.
    pub fn normalised_pixel_major(
        &self,
        range: Range<usize>,
        normalisation: &Normalisation,
        out: &mut [f32],
        stride: usize,
        offset: usize,
    ) -> Result<(), Error> {
        normalisation.require_size(self.shape())?;
        self.require_frames(&range)?;
        assert!(
            offset + range.len() <= stride,
            "{} frames do not fit",
            range.len()
        );
        assert!(
            out.len() >= self.pixels() * stride,
            "the buffer is too short"
        );
        let mut offset = offset;
        for piece in pieces(range, self.frames_per_piece()) {
            let length = piece.len();
            match self.frames_at(piece)? {
                Frames::Bytes(frames) => {
                    transpose(frames, self.shape(), normalisation, out, stride, offset)
                }
                Frames::Floats(frames) => {
                    transpose(&frames, self.shape(), normalisation, out, stride, offset)
                }
            }
            offset += length;
        }
        Ok(())
    }

    /// Normalised frames in the order they are stored, into `out[frame, y, x]`.
    ///
    /// `out` is resized to fit.
    ///
    /// # Errors
    /// As [`normalised_pixel_major`](Self::normalised_pixel_major).
    pub fn normalised_frames(
        &self,
        range: Range<usize>,
        normalisation: &Normalisation,
        out: &mut Vec<f32>,
    ) -> Result<(), Error> {
        normalisation.require_size(self.shape())?;
        self.read_frames(range, out)?;
        for frame in out.chunks_exact_mut(self.pixels()) {
            normalisation.apply(frame);
        }
        Ok(())
    }
}

/// Cuts a range into pieces of at most `length`.
pub(crate) fn pieces(range: Range<usize>, length: usize) -> impl Iterator<Item = Range<usize>> {
    let end = range.end;
    range
        .step_by(length)
        .map(move |start| start..end.min(start + length))
}

/// Transposes `[frame, pixel]` to `[pixel, frame]` tile by tile, normalising on the way.
fn transpose<T: Copy + Into<f32> + Sync>(
    frames: &[T],
    shape: MovieShape,
    normalisation: &Normalisation,
    out: &mut [f32],
    stride: usize,
    offset: usize,
) {
    let pixels = shape.pixels();
    let count = frames.len() / pixels;
    let strips = out[..pixels * stride]
        .par_chunks_mut(TILE * stride)
        .enumerate();
    strips.for_each(|(strip, out)| {
        for time in pieces(0..count, TILE) {
            for (row, out) in out.chunks_exact_mut(stride).enumerate() {
                let pixel = strip * TILE + row;
                let (mean, sd) = normalisation.at(pixel);
                let column = frames[time.start * pixels + pixel..].iter().step_by(pixels);
                let row = &mut out[offset + time.start..offset + time.end];
                for (value, &stored) in row.iter_mut().zip(column) {
                    *value = (stored.into() - mean) / sd;
                }
            }
        }
    });
}
