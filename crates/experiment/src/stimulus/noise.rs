//! White noise.

use std::ops::Range;

use ganglion_recording::{Microns, Milliseconds};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conversion::Conversion;
use super::painter::{Event, Painter};
use super::region::{Mask, Region};
use crate::{Contrast, Error};

/// White noise of squares, or (without `check`) flicker of the whole region.
///
/// Each pattern is drawn from the seed and its number alone, so that any part of the noise can be
/// made without the rest. A pattern is shown from the first frame at or after its time on, so an
/// `update` that is no whole number of frames makes some patterns a frame longer than others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noise {
    /// Distribution of the values.
    #[serde(default)]
    pub distribution: Distribution,
    /// Standard deviation of the values.
    pub contrast: Contrast,
    /// Mean of the values.
    #[serde(default = "grey")]
    pub mean: Contrast,
    /// Time from one pattern to the next.
    pub update: Milliseconds,
    /// Side of a square; one value for the whole region if left out.
    #[serde(default)]
    pub check: Option<Microns>,
    /// Seed of the patterns.
    pub seed: u64,
    /// When it comes, from the stimulus' zero.
    #[serde(default = "super::at_zero")]
    pub onset: Milliseconds,
    /// How long it stays; until the stimulus ends if left out.
    #[serde(default)]
    pub duration: Option<Milliseconds>,
    /// Where it is.
    #[serde(default)]
    pub region: Region,
}

fn grey() -> Contrast {
    Contrast(0.0)
}

/// Distribution of noise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// Normal.
    #[default]
    Gaussian,
    /// The mean plus or minus the standard deviation, equally often.
    Binary,
}

impl Noise {
    pub(super) fn painter(&self, conversion: &mut Conversion) -> Result<Box<dyn Painter>, Error> {
        let screen = conversion.screen();
        let frame = screen.frame_period;
        if !(self.update.0.is_finite() && self.update >= frame) {
            return Err(conversion.error(
                "update",
                format!("{} ms", self.update.0),
                format!("is less than a frame of {frame}"),
                format!("use {frame} or more"),
            ));
        }
        let check = match self.check {
            Some(check) => self.check_in_pixels(conversion, check)?,
            None => screen.width.max(screen.height),
        };
        Ok(Box::new(NoisePainter {
            noise: self.clone(),
            contrast: conversion.contrast("contrast", self.contrast)?,
            mean: conversion.contrast("mean", self.mean)?,
            frames: conversion.span(self.onset, self.duration)?,
            frames_a_pattern: self.update / frame,
            check,
            columns: screen.width.div_ceil(check),
            rows: screen.height.div_ceil(check),
            width: screen.width,
            mask: self.region.mask(conversion)?,
        }))
    }

    fn check_in_pixels(&self, conversion: &mut Conversion, check: Microns) -> Result<usize, Error> {
        let pixel = conversion.screen().microns_per_pixel.0;
        let exact = conversion.length("check", check)? / pixel;
        let pixels = exact.round().max(1.0);
        if (exact - pixels).abs() > 1e-6 {
            conversion.warn(
                "check",
                format!(
                    "{} um is no whole number of {pixel} um pixels; shown as {} um",
                    check.0,
                    pixels * pixel
                ),
            );
        }
        Ok(pixels as usize)
    }
}

struct NoisePainter {
    noise: Noise,
    contrast: f32,
    mean: f32,
    frames: Range<usize>,
    frames_a_pattern: f64,
    /// Pixels along the side of a square.
    check: usize,
    columns: usize,
    rows: usize,
    width: usize,
    mask: Mask,
}

impl NoisePainter {
    /// Values of the squares `[row, column]` of a pattern.
    fn pattern(&self, number: u64) -> Vec<f32> {
        let mut random = ChaCha8Rng::seed_from_u64(self.noise.seed);
        random.set_stream(number);
        (0..self.rows * self.columns)
            .map(|_| match self.noise.distribution {
                Distribution::Gaussian => StandardNormal.sample(&mut random),
                Distribution::Binary => f32::from(random.random::<bool>()) * 2.0 - 1.0,
            })
            .map(|value: f32| self.mean + self.contrast * value)
            .collect()
    }

    fn number(&self, frame: usize) -> u64 {
        (((frame - self.frames.start) as f64 + 1e-6) / self.frames_a_pattern) as u64
    }
}

impl Painter for NoisePainter {
    fn paint(&self, frame: usize, canvas: &mut [f32]) {
        if !self.frames.contains(&frame) {
            return;
        }
        let values = self.pattern(self.number(frame));
        self.mask.paint(canvas, |pixel| {
            let row = pixel / self.width / self.check;
            let column = pixel % self.width / self.check;
            values[row * self.columns + column]
        });
    }

    fn events(&self) -> Vec<Event> {
        vec![Event::new(
            self.frames.clone(),
            format!(
                "noise of standard deviation {}, seed {}",
                self.contrast, self.noise.seed
            ),
        )]
    }
}
