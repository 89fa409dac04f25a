//! Reading frames of a movie.

use std::borrow::Cow;
use std::ops::Range;

use super::pixels::first_bad;
use super::{Movie, PixelStore};
use crate::Error;

/// Frames in stored form, borrowed from memory or just read from the disk.
pub(crate) enum Frames<'a> {
    Bytes(&'a [u8]),
    Floats(Cow<'a, [f32]>),
}

impl Movie {
    /// Reads frames as `f32` in stored units, into `out[frame, y, x]`.
    ///
    /// `out` is resized to fit: (frames of the range) x height x width.
    ///
    /// # Errors
    /// [`Error::NoSuchFrames`] outside the movie; read errors for a movie on the disk.
    pub fn read_frames(&self, range: Range<usize>, out: &mut Vec<f32>) -> Result<(), Error> {
        out.clear();
        match self.frames_at(range)? {
            Frames::Bytes(bytes) => out.extend(bytes.iter().map(|&byte| f32::from(byte))),
            Frames::Floats(floats) => out.extend_from_slice(&floats),
        }
        Ok(())
    }

    /// Frames in stored form.
    pub(crate) fn frames_at(&self, range: Range<usize>) -> Result<Frames<'_>, Error> {
        self.require_frames(&range)?;
        let elements = range.start * self.pixels()..range.end * self.pixels();
        Ok(match &self.pixels {
            PixelStore::Bytes(bytes) => Frames::Bytes(&bytes.as_slice()[elements]),
            PixelStore::Floats(floats) => {
                Frames::Floats(Cow::Borrowed(&floats.as_slice()[elements]))
            }
            PixelStore::Disk(stored) => Frames::Floats(Cow::Owned(stored.rows_f32(range)?)),
        })
    }

    /// Frames that a streaming pass takes at a time; depends on the picture's size only, so that
    /// results do not depend on where the movie is kept.
    pub(crate) fn frames_per_piece(&self) -> usize {
        const PIECE_PIXELS: usize = 1 << 20;
        (PIECE_PIXELS / self.pixels()).max(1)
    }

    pub(crate) fn require_frames(&self, range: &Range<usize>) -> Result<(), Error> {
        if range.start <= range.end && range.end <= self.frames() {
            return Ok(());
        }
        Err(Error::NoSuchFrames {
            path: self.path.clone(),
            dataset: self.dataset.clone(),
            start: range.start,
            end: range.end,
            frames: self.frames(),
        })
    }

    /// The error for a value that is not finite, `index` elements after the start of `frame`.
    pub(crate) fn bad_pixel(&self, frame: usize, index: usize) -> Error {
        let pixel = index % self.pixels();
        Error::BadPixel {
            path: self.path.clone(),
            dataset: self.dataset.clone(),
            frame: frame + index / self.pixels(),
            y: pixel / self.width(),
            x: pixel % self.width(),
        }
    }
}

impl Frames<'_> {
    /// Refuses NaN and infinity; `first` is the frame these start at.
    pub(crate) fn require_finite(&self, movie: &Movie, first: usize) -> Result<(), Error> {
        match self {
            Frames::Bytes(_) => Ok(()),
            Frames::Floats(floats) => match first_bad(floats) {
                None => Ok(()),
                Some(index) => Err(movie.bad_pixel(first, index)),
            },
        }
    }
}
