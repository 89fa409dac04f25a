//! A bar that crosses the screen, and where it is when a cell fires.

use ganglion_recording::{Microns, Milliseconds};

use crate::condition::{Draft, Parameter, Role};
use crate::course::{Course, Crest};
use crate::stimulus::{Bar, Direction, Layer};
use crate::{Contrast, Error, MicronsPerSecond, Screen, Stimulus};

/// Frames that one movie of an experiment may have: what fits into memory several times.
const MOST_FRAMES: f64 = 20_000.0;

/// A bar that moves at a constant speed from just off one edge of the screen to just off the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Crossing {
    pub(crate) width: Microns,
    pub(crate) contrast: Contrast,
    pub(crate) speed: MicronsPerSecond,
    pub(crate) direction: Direction,
}

impl Crossing {
    /// Distance of the bar's centre from the screen's when its edge is at the edge of the screen.
    pub(crate) fn off_screen(&self, screen: &Screen) -> f64 {
        screen.half_extent(self.direction).0 + 0.5 * self.width.0
    }

    /// Position of the bar's centre along the motion at a time.
    pub(crate) fn position(&self, screen: &Screen, time_ms: f64) -> f64 {
        self.speed.0 * time_ms * 1e-3 - self.off_screen(screen)
    }

    /// Time at which the bar's centre is at a position along the motion.
    pub(crate) fn time_ms(&self, screen: &Screen, position: f64) -> f64 {
        (position + self.off_screen(screen)) / self.speed.0 * 1e3
    }

    /// The response as the bar crosses: when it is above half of its height.
    pub(crate) fn crest(
        &self,
        screen: &Screen,
        course: &Course<'_>,
        tail: Milliseconds,
    ) -> Option<Crest> {
        let end = self.time_ms(screen, self.off_screen(screen)) + tail.0;
        course.crest(screen.frame_period.0..=end, course.rest())
    }

    /// The crossing, and a tail of grey for what is late.
    ///
    /// # Errors
    /// If the bar is too slow for a movie.
    pub(crate) fn draft(
        &self,
        experiment: &str,
        role: Role,
        screen: &Screen,
        tail: Milliseconds,
    ) -> Result<Draft, Error> {
        let frames =
            (self.time_ms(screen, self.off_screen(screen)) + tail.0) / screen.frame_period.0;
        if frames > MOST_FRAMES {
            return Err(self.too_slow(experiment, screen));
        }
        let bar = Bar {
            width: self.width,
            contrast: self.contrast,
            speed: self.speed,
            direction: self.direction,
            start: None,
            reversal: None,
            length: None,
            onset: Milliseconds(0.0),
            duration: None,
        };
        Ok(Draft {
            role,
            parameters: self.parameters(),
            stimulus: Stimulus::new(
                self.label(),
                Milliseconds(frames.ceil() * screen.frame_period.0),
                [Layer::Bar(bar)],
            ),
        })
    }

    fn too_slow(&self, experiment: &str, screen: &Screen) -> Error {
        let way = 2.0 * self.off_screen(screen);
        let longest = MOST_FRAMES * screen.frame_period.seconds();
        Error::value(
            experiment,
            "speed",
            format!("{} um/s", self.speed.0),
            format!("takes {:.0} s to cross {way} um", way / self.speed.0),
            format!("use {:.0} um/s or more", (way / (0.9 * longest)).ceil()),
        )
    }

    pub(crate) fn label(&self) -> String {
        format!(
            "bar of {} um moving {} at {} um/s",
            self.width.0, self.direction, self.speed.0
        )
    }

    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        vec![
            Parameter::new("speed", self.speed.0, "um/s"),
            Parameter::new("width", self.width.0, "um"),
            Parameter::new("direction", self.direction.0, "degrees"),
        ]
    }
}
