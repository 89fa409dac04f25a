//! What can go wrong.

/// Errors of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Too few bins for parts of the recording to be compared.
    #[error(
        "{bins} bins have a full history of {history} frames; receptive fields need {least}: give a shorter \
         history, or a longer recording"
    )]
    TooFewBins {
        /// Bins that there are.
        bins: usize,
        /// Frames before a response.
        history: usize,
        /// Bins that are needed.
        least: usize,
    },
    /// A history without frames.
    #[error("the history must be at least one frame")]
    NoHistory,
    /// No cell is left.
    #[error("no cell was recorded well enough for a receptive field: {}", reasons(.0))]
    NoCells(Vec<crate::LeftOutCell>),
    /// The movie's covariance cannot be taken apart.
    #[error(
        "the covariance of the movie's {blocks} different pixels has no principal components in double precision; \
         look at the movie's values, or use the average"
    )]
    NoComponents {
        /// Pixels that are different from one another.
        blocks: usize,
    },
    /// The movie's covariance cannot be inverted.
    #[error(
        "the movie's covariance cannot be inverted with any penalty that is tried; look at the movie's values, or use \
         the average"
    )]
    NoPenalty,
    /// An error of the recording.
    #[error(transparent)]
    Recording(#[from] ganglion_recording::Error),
}

fn reasons(cells: &[crate::LeftOutCell]) -> String {
    let reason = |one: &crate::LeftOutCell| format!("cell {}: {}", one.cell.0, one.reason);
    cells.iter().map(reason).collect::<Vec<_>>().join("; ")
}
