//! Steps and flashes of one contrast.

use std::ops::Range;

use ganglion_recording::Milliseconds;
use serde::{Deserialize, Serialize};

use super::conversion::Conversion;
use super::painter::{Event, Painter};
use super::region::{Mask, Region};
use crate::{Contrast, Error};

/// One contrast for some time, on the whole screen or a part of it: a step, a flash, a spot or an
/// annulus.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flash {
    /// When it comes, from the stimulus' zero.
    #[serde(default = "super::at_zero")]
    pub onset: Milliseconds,
    /// How long it stays; until the stimulus ends if left out (a step).
    #[serde(default)]
    pub duration: Option<Milliseconds>,
    /// Its contrast.
    pub contrast: Contrast,
    /// Where it is.
    #[serde(default)]
    pub region: Region,
}

impl Flash {
    pub(super) fn painter(&self, conversion: &mut Conversion) -> Result<Box<dyn Painter>, Error> {
        Ok(Box::new(FlashPainter {
            frames: conversion.span(self.onset, self.duration)?,
            contrast: conversion.contrast("contrast", self.contrast)?,
            mask: self.region.mask(conversion)?,
        }))
    }
}

struct FlashPainter {
    frames: Range<usize>,
    contrast: f32,
    mask: Mask,
}

impl Painter for FlashPainter {
    fn paint(&self, frame: usize, canvas: &mut [f32]) {
        if self.frames.contains(&frame) {
            self.mask.paint(canvas, |_| self.contrast);
        }
    }

    fn events(&self) -> Vec<Event> {
        vec![Event::new(
            self.frames.clone(),
            format!("flash of contrast {}", self.contrast),
        )]
    }
}
