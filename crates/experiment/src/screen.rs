//! What a responder sees of the world.

use ganglion_recording::{Microns, Milliseconds};

use crate::stimulus::Direction;

/// The frames that a [`Responder`](crate::Responder) takes, in pixels and in physical units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Screen {
    /// Rows of a frame.
    pub height: usize,
    /// Columns of a frame.
    pub width: usize,
    /// Time from one frame to the next.
    pub frame_period: Milliseconds,
    /// Side of a pixel on the retina.
    pub microns_per_pixel: Microns,
    /// Frames that a response depends on.
    pub history: usize,
}

impl Screen {
    /// Number of pixels of a frame.
    pub fn pixels(&self) -> usize {
        self.height * self.width
    }

    /// Width of a frame on the retina.
    pub fn width_on_retina(&self) -> Microns {
        Microns(self.width as f64 * self.microns_per_pixel.0)
    }

    /// Height of a frame on the retina.
    pub fn height_on_retina(&self) -> Microns {
        Microns(self.height as f64 * self.microns_per_pixel.0)
    }

    /// Half the screen's extent along a direction.
    pub fn half_extent(&self, direction: Direction) -> Microns {
        let [x, y] = direction.vector();
        Microns(0.5 * (self.width_on_retina().0 * x.abs() + self.height_on_retina().0 * y.abs()))
    }

    /// The whole number of frames, at least one, that a time is shown as.
    pub(crate) fn whole_frames(&self, time: Milliseconds) -> Milliseconds {
        let frames = (time / self.frame_period).round();
        frames.max(1.0) * self.frame_period
    }
}
