//! What was shown and how cells answered.

use std::ops::Range;

use crate::Error;

/// Values of a movie `[frame][pixel]`, in the units that it is to be fitted in.
#[derive(Clone, Copy, Debug)]
pub enum Frames<'a> {
    /// Single precision.
    Single(&'a [f32]),
    /// Whole numbers from 0 to 255, which are taken as they are.
    Bytes(&'a [u8]),
}

impl Frames<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Single(values) => values.len(),
            Self::Bytes(values) => values.len(),
        }
    }

    #[inline(always)]
    pub(crate) fn value(&self, index: usize) -> f32 {
        match self {
            Self::Single(values) => values[index],
            Self::Bytes(values) => f32::from(values[index]),
        }
    }
}

/// A movie of `[frame][row][column]`.
#[derive(Clone, Copy, Debug)]
pub struct Movie<'a> {
    /// Its values.
    pub frames: Frames<'a>,
    /// Rows of pixels.
    pub height: usize,
    /// Pixels of a row.
    pub width: usize,
}

impl Movie<'_> {
    /// Pixels of a frame.
    pub fn pixels(&self) -> usize {
        self.height * self.width
    }
}

/// Spikes counted in bins, `[cell][bin]`.
#[derive(Clone, Copy, Debug)]
pub enum Counts<'a> {
    /// Up to 255 in a bin.
    Bytes(&'a [u8]),
    /// Up to 65,535 in a bin.
    Words(&'a [u16]),
}

impl Counts<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Bytes(values) => values.len(),
            Self::Words(values) => values.len(),
        }
    }

    pub(crate) fn value(&self, index: usize) -> usize {
        match self {
            Self::Bytes(values) => usize::from(values[index]),
            Self::Words(values) => usize::from(values[index]),
        }
    }
}

/// Spikes of several cells, in bins of which a whole number makes a frame of the movie.
#[derive(Clone, Copy, Debug)]
pub struct Spikes<'a> {
    /// Counts `[cell][bin]`.
    pub counts: Counts<'a>,
    /// Cells.
    pub cells: usize,
    /// Bins of a frame.
    pub bins_per_frame: usize,
}

/// A recording: a movie, the spikes during it, and the stretches of time that follow one another without a
/// gap.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    /// What was shown; none where models see spikes alone.
    pub movie: Option<Movie<'a>>,
    /// The spikes.
    pub spikes: Spikes<'a>,
    /// Frames of each stretch, in order and apart. Neither the stimulus nor the spikes of another stretch
    /// are seen in one, and frames of none are not used.
    pub segments: &'a [Range<usize>],
}

impl Recording<'_> {
    /// Frames that there are counts of.
    pub fn frames(&self) -> usize {
        let bins = self.spikes.cells * self.spikes.bins_per_frame;
        self.spikes.counts.len().checked_div(bins).unwrap_or(0)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let Spikes {
            cells,
            bins_per_frame,
            counts,
        } = self.spikes;
        if cells == 0 || bins_per_frame == 0 {
            return Err(Error::NoCells);
        }
        let frames = self.frames();
        if frames * cells * bins_per_frame != counts.len() {
            return Err(Error::SpikesShape {
                values: counts.len(),
                cells,
                bins_per_frame,
            });
        }
        if let Some(movie) = &self.movie {
            if movie.pixels() == 0 || movie.frames.len() != frames * movie.pixels() {
                return Err(Error::MovieShape {
                    values: movie.frames.len(),
                    frames,
                    pixels: movie.pixels(),
                });
            }
            if let Frames::Single(values) = movie.frames
                && let Some(place) = values.iter().position(|value| !value.is_finite())
            {
                return Err(Error::NotANumber {
                    frame: place / movie.pixels(),
                    pixel: place % movie.pixels(),
                });
            }
        }
        let mut end = 0;
        for (index, segment) in self.segments.iter().enumerate() {
            if segment.start < end || segment.end < segment.start || segment.end > frames {
                return Err(Error::Segment {
                    index,
                    start: segment.start,
                    end: segment.end,
                    frames,
                });
            }
            end = segment.end;
        }
        Ok(())
    }

    /// Pixels of a frame; 0 without a movie.
    pub(crate) fn pixels(&self) -> usize {
        self.movie.map_or(0, |movie| movie.pixels())
    }

    /// The bin of each spike of a cell, in order; a bin of two spikes stands twice.
    pub(crate) fn train(&self, cell: usize) -> Vec<u32> {
        let bins = self.frames() * self.spikes.bins_per_frame;
        let count = |bin: usize| self.spikes.counts.value(cell * bins + bin);
        (0..bins)
            .flat_map(|bin| std::iter::repeat_n(bin as u32, count(bin)))
            .collect()
    }
}
