//! A movie as it was shown.

use ganglion_recording::{Movie, Normalisation};

/// A movie that was shown, and the constants by which its mean becomes 0 and its variance 1.
#[derive(Clone, Copy, Debug)]
pub struct ShownMovie<'a> {
    /// The movie.
    pub movie: &'a Movie,
    /// The constants.
    pub normalisation: &'a Normalisation,
}
