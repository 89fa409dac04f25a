//! The movies that are shown to a simulated retina.

mod bars;
mod dead_leaves;
mod drift;
mod fixation;
mod illumination;
mod image_file;
mod levels;
mod natural;
mod noise;
mod photographs;
mod picture;

use std::ops::Range;

pub use bars::{BarMovie, BarOptions};
pub use dead_leaves::DeadLeaves;
pub use drift::Drift;
pub use fixation::FixationTime;
pub use levels::{Levels, Moments};
pub use natural::{NaturalMovie, NaturalOptions};
pub use noise::{NoiseMovie, NoiseOptions};
pub use photographs::Photographs;
pub use picture::{Picture, PictureSource};

/// A movie of a known length, any part of which can be made without the rest.
///
/// # Laws
/// A frame is the same whichever range it is asked for in, on any number of threads.
pub trait Movie: Sync {
    /// Number of frames.
    fn frames(&self) -> usize;

    /// Frames that are best asked for together: ranges that begin and end at multiples of it make
    /// nothing twice.
    fn stride(&self) -> usize;

    /// Bytes `[frame, y, x]` of a range of frames, as a display shows them.
    ///
    /// # Panics
    /// If there are no such frames.
    fn bytes(&self, frames: Range<usize>) -> Vec<u8>;
}
