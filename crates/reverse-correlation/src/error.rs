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
    /// An error of the recording.
    #[error(transparent)]
    Recording(#[from] ganglion_recording::Error),
}
