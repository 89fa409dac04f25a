//! A layer that is ready to be shown.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Something that happens in a stimulus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// First frame it is seen in, counted from the stimulus' zero.
    pub first_frame: usize,
    /// Frames it is seen in.
    pub frames: usize,
    /// What is seen.
    pub what: String,
}

impl Event {
    pub(crate) fn new(frames: Range<usize>, what: impl Into<String>) -> Self {
        Self {
            first_frame: frames.start,
            frames: frames.len(),
            what: what.into(),
        }
    }
}

/// A number that changes from frame to frame, such as where a bar is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// What it is.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// First frame it has a value in, counted from the stimulus' zero.
    pub first_frame: usize,
    /// One value a frame.
    pub values: Vec<f64>,
}

/// Paints one layer over what the layers below have painted.
pub(crate) trait Painter: Send + Sync {
    /// Paints frame `frame`, counted from the stimulus' zero, on a canvas `[y, x]`.
    fn paint(&self, frame: usize, canvas: &mut [f32]);

    /// What is shown when.
    fn events(&self) -> Vec<Event>;

    /// What moves, and where it is in each frame.
    fn tracks(&self) -> Vec<Track> {
        Vec::new()
    }
}

/// Mixes a value into a pixel that it covers a part of.
pub(crate) fn mix(pixel: &mut f32, value: f32, covered: f32) {
    *pixel += covered * (value - *pixel);
}
