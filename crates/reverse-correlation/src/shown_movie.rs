//! A movie as it was shown.

use std::ops::Range;

use ganglion_recording::{Error, Movie, Normalisation};

use crate::blocks::Blocks;

/// A movie that was shown, and the constants by which its mean becomes 0 and its variance 1.
#[derive(Clone, Copy, Debug)]
pub struct ShownMovie<'a> {
    /// The movie.
    pub movie: &'a Movie,
    /// The constants.
    pub normalisation: &'a Normalisation,
}

/// The same as a value a block of pixels that are alike, without the mean of each block: a mean that stays says
/// nothing of what a cell answers to.
#[derive(Clone, Debug)]
pub(crate) struct BlockMovie<'a> {
    shown: ShownMovie<'a>,
    blocks: Blocks,
}

/// What a stretch of a movie is read into, used over and over.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    frames: Vec<f32>,
    courses: Vec<f32>,
}

impl<'a> BlockMovie<'a> {
    /// Finds the blocks of a movie.
    pub(crate) fn of(shown: ShownMovie<'a>) -> Result<Self, Error> {
        Ok(Self {
            blocks: Blocks::of(&shown)?,
            shown,
        })
    }

    pub(crate) fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    /// Frames that there are.
    pub(crate) fn frames(&self) -> usize {
        self.shown.movie.frames()
    }

    /// Values `[frame, block]` of a range of frames.
    pub(crate) fn read<'b>(
        &self,
        range: Range<usize>,
        buffer: &'b mut Buffer,
    ) -> Result<&'b [f32], Error> {
        let Buffer { frames, courses } = buffer;
        let normalisation = self.shown.normalisation;
        self.shown
            .movie
            .normalised_frames(range, normalisation, frames)?;
        self.blocks.courses(frames, courses);
        Ok(courses)
    }
}
