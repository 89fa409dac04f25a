//! Bars, moving and flashed.

use ganglion_recording::{Microns, Milliseconds};
use serde::{Deserialize, Serialize};

use super::conversion::{Conversion, MOST_FRAMES};
use super::direction::Direction;
use super::painter::{Event, Painter, Track};
use super::strip::Strip;
use crate::{Contrast, Error, MicronsPerSecond};

/// A bar that moves at a constant speed, at right angles to its long side, and may turn back.
///
/// Positions are those of the bar's centre, along the direction of motion, in microns from the
/// centre of the screen. Frame `t` shows the bar where it is when the frame comes on; pixels that
/// the bar covers in part take part of its contrast (exact area), so that motion is smooth below a
/// pixel. The bar holds its place during a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bar {
    /// Width, along the motion.
    pub width: Microns,
    /// Contrast; -1 is dark.
    pub contrast: Contrast,
    /// Speed.
    pub speed: MicronsPerSecond,
    /// Direction of motion.
    #[serde(default)]
    pub direction: Direction,
    /// Position when the motion begins; just off the screen if left out.
    #[serde(default)]
    pub start: Option<Microns>,
    /// Position at which the bar turns back, if it does.
    #[serde(default)]
    pub reversal: Option<Microns>,
    /// Length, across the motion; across the whole screen if left out.
    #[serde(default)]
    pub length: Option<Microns>,
    /// When the motion begins, from the stimulus' zero; there is no bar before.
    #[serde(default = "super::at_zero")]
    pub onset: Milliseconds,
    /// How long the bar moves; until the stimulus ends if left out.
    #[serde(default)]
    pub duration: Option<Milliseconds>,
}

impl Bar {
    pub(super) fn painter(&self, conversion: &mut Conversion) -> Result<Box<dyn Painter>, Error> {
        let strip = Strip::new(
            conversion,
            self.width,
            self.length,
            self.contrast,
            self.direction,
        )?;
        let step = conversion.speed("speed", self.speed)?;
        let start = match self.start {
            Some(start) => conversion.position("start", start)?,
            None => -strip.off_screen(),
        };
        let reversal = (self.reversal)
            .map(|position| self.checked_reversal(conversion, position, start))
            .transpose()?;
        let frames = conversion.span(self.onset, self.duration)?;
        let crossing = 2.0 * strip.off_screen();
        check_motion(conversion, self.speed, crossing, frames.len())?;
        Ok(Box::new(Moving {
            strip,
            frames,
            start,
            step,
            reversal,
        }))
    }

    fn checked_reversal(
        &self,
        conversion: &Conversion,
        reversal: Microns,
        start: f64,
    ) -> Result<f64, Error> {
        let reversal = conversion.position("reversal", reversal)?;
        if reversal > start {
            return Ok(reversal);
        }
        Err(conversion.error(
            "reversal",
            format!("{reversal} um"),
            format!("lies behind the bar's start at {start} um, and the bar never gets there"),
            format!("use more than {start} um (positions are along the direction of motion)"),
        ))
    }
}

/// Pixels a second below which a bar that does not cross the screen hardly moves.
const SLOWEST: f64 = 1.0;

/// Refuses motion so slow that the bar gets nowhere: less than a pixel a second, and less than the
/// way across the screen.
fn check_motion(
    conversion: &Conversion,
    speed: MicronsPerSecond,
    crossing: f64,
    frames: usize,
) -> Result<(), Error> {
    let screen = conversion.screen();
    let pixel = screen.microns_per_pixel.0;
    let seconds = frames as f64 * screen.frame_period.seconds();
    if frames > MOST_FRAMES || speed.0 >= SLOWEST * pixel || speed.0 * seconds >= crossing {
        return Ok(());
    }
    Err(conversion.error(
        "speed",
        format!("{} um/s", speed.0),
        format!(
            "moves the bar by {:.3} pixels of {pixel} um in {seconds} s",
            speed.0 * seconds / pixel
        ),
        format!(
            "use {} um/s (a pixel a second) or more, or let it move for {:.0} s, which is the \
             whole way across the screen",
            SLOWEST * pixel,
            (crossing / speed.0).ceil()
        ),
    ))
}

struct Moving {
    strip: Strip,
    frames: std::ops::Range<usize>,
    start: f64,
    step: f64,
    reversal: Option<f64>,
}

impl Moving {
    /// Position of the centre in a frame.
    fn position(&self, frame: usize) -> f64 {
        let unreversed = self.start + self.step * (frame - self.frames.start) as f64;
        match self.reversal {
            Some(turn) if unreversed > turn => 2.0 * turn - unreversed,
            _ => unreversed,
        }
    }
}

impl Painter for Moving {
    fn paint(&self, frame: usize, canvas: &mut [f32]) {
        if self.frames.contains(&frame) {
            self.strip.paint(self.position(frame), canvas);
        }
    }

    fn events(&self) -> Vec<Event> {
        let mut events = vec![Event::new(self.frames.clone(), "moving bar")];
        if let Some(turn) = self.reversal {
            let frame = self.frames.start + ((turn - self.start) / self.step).round() as usize;
            if self.frames.contains(&frame) {
                events.push(Event::new(
                    frame..frame + 1,
                    format!("reversal at {turn} um"),
                ));
            }
        }
        events
    }

    fn tracks(&self) -> Vec<Track> {
        vec![Track {
            name: "position of the bar's centre along the motion".to_owned(),
            unit: "um".to_owned(),
            first_frame: self.frames.start,
            values: self
                .frames
                .clone()
                .map(|frame| self.position(frame))
                .collect(),
        }]
    }
}

/// A bar that stands at one place for some time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlashedBar {
    /// Width.
    pub width: Microns,
    /// Contrast; -1 is dark.
    pub contrast: Contrast,
    /// Position of the centre along `direction`, in microns from the centre of the screen.
    pub position: Microns,
    /// Direction at right angles to the bar's long side.
    #[serde(default)]
    pub direction: Direction,
    /// Length, across `direction`; across the whole screen if left out.
    #[serde(default)]
    pub length: Option<Microns>,
    /// When it comes, from the stimulus' zero.
    #[serde(default = "super::at_zero")]
    pub onset: Milliseconds,
    /// How long it stays; until the stimulus ends if left out.
    #[serde(default)]
    pub duration: Option<Milliseconds>,
}

impl FlashedBar {
    pub(super) fn painter(&self, conversion: &mut Conversion) -> Result<Box<dyn Painter>, Error> {
        Ok(Box::new(Standing {
            strip: Strip::new(
                conversion,
                self.width,
                self.length,
                self.contrast,
                self.direction,
            )?,
            position: conversion.position("position", self.position)?,
            frames: conversion.span(self.onset, self.duration)?,
        }))
    }
}

struct Standing {
    strip: Strip,
    position: f64,
    frames: std::ops::Range<usize>,
}

impl Painter for Standing {
    fn paint(&self, frame: usize, canvas: &mut [f32]) {
        if self.frames.contains(&frame) {
            self.strip.paint(self.position, canvas);
        }
    }

    fn events(&self) -> Vec<Event> {
        vec![Event::new(
            self.frames.clone(),
            format!("bar at {} um", self.position),
        )]
    }
}
