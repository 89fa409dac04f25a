//! What can go wrong.

/// Errors of this crate.
#[derive(Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// No cell, or bins of no length.
    #[error("there must be at least one cell and one bin a frame")]
    NoCells,
    /// Counts that are not those of whole frames.
    #[error(
        "{values} spike counts are not those of {cells} cells in whole frames of {bins_per_frame} bins"
    )]
    SpikesShape {
        /// Counts that there are.
        values: usize,
        /// Cells.
        cells: usize,
        /// Bins of a frame.
        bins_per_frame: usize,
    },
    /// A movie of another length than the spikes.
    #[error("{values} values are not those of a movie of {frames} frames of {pixels} pixels")]
    MovieShape {
        /// Values that there are.
        values: usize,
        /// Frames that there are spikes of.
        frames: usize,
        /// Pixels of a frame.
        pixels: usize,
    },
    /// A pixel that is NaN or infinite.
    #[error("pixel {pixel} of frame {frame} of the movie is not a finite number")]
    NotANumber {
        /// Frame, from 0.
        frame: usize,
        /// Pixel, from 0, row after row.
        pixel: usize,
    },
    /// A stretch out of order or out of the recording.
    #[error(
        "segment {index} has frames {start} to {end}: segments must be in order, apart, and within the \
         recording's {frames} frames"
    )]
    Segment {
        /// Segment, from 0.
        index: usize,
        /// First frame.
        start: usize,
        /// Frame after the last.
        end: usize,
        /// Frames of the recording.
        frames: usize,
    },
    /// A design with stimulus filters, but no movie.
    #[error("the design has a stimulus filter, but the recording has no movie")]
    NoMovie,
    /// Nothing is left once the first bins of each segment are taken away.
    #[error(
        "no bin has a whole history of {history} bins within its segment: give shorter filters or longer \
         segments"
    )]
    NoBins {
        /// Bins before a bin that filters reach back to.
        history: usize,
    },
    /// A setting that makes no sense.
    #[error("{key} is {value}: {want}")]
    Setting {
        /// The setting.
        key: &'static str,
        /// What it is.
        value: String,
        /// What it must be.
        want: &'static str,
    },
    /// A window that is not within the movie, or not one a cell.
    #[error("the window of cell {cell} is not within the movie's {height} x {width} pixels")]
    Window {
        /// Cell, from 0.
        cell: usize,
        /// Rows of the movie.
        height: usize,
        /// Columns of the movie.
        width: usize,
    },
    /// Another number of things than cells.
    #[error("{found} {what} for {cells} cells")]
    Cells {
        /// What there is another number of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// Cells.
        cells: usize,
    },
    /// The caller asked to stop.
    #[error("stopped on request")]
    Stopped,
}

/// A setting that makes no sense, what it is, and what it must be.
pub(crate) fn setting(key: &'static str, value: &impl ToString, want: &'static str) -> Error {
    Error::Setting {
        key,
        value: value.to_string(),
        want,
    }
}
