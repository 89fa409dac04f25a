//! Trains of flashes.

use std::ops::Range;

use ganglion_recording::Milliseconds;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::conversion::Conversion;
use super::painter::{Event, Painter};
use super::region::{Mask, Region};
use crate::{Contrast, Error};

/// Flashes at a fixed period, or around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlashTrain {
    /// When the first flash comes, from the stimulus' zero.
    #[serde(default = "super::at_zero")]
    pub onset: Milliseconds,
    /// Number of flashes, those left out included.
    pub count: usize,
    /// Time from one flash to the next.
    pub period: Milliseconds,
    /// Duration of a flash.
    pub duration: Milliseconds,
    /// Contrast of a flash.
    pub contrast: Contrast,
    /// Flashes to leave out, counted from 0.
    #[serde(default)]
    pub omit: Vec<usize>,
    /// Largest shift of a flash from its regular time, drawn uniformly; the first and the last
    /// flash stay, so that the mean period does. 0 is a periodic train.
    #[serde(default = "super::at_zero")]
    pub jitter: Milliseconds,
    /// Seed of the jitter.
    #[serde(default)]
    pub seed: u64,
    /// Where the flashes are.
    #[serde(default)]
    pub region: Region,
}

impl FlashTrain {
    pub(super) fn painter(&self, conversion: &mut Conversion) -> Result<Box<dyn Painter>, Error> {
        Ok(Box::new(FlashTrainPainter {
            flashes: self.flashes(conversion)?,
            contrast: conversion.contrast("contrast", self.contrast)?,
            mask: self.region.mask(conversion)?,
        }))
    }

    /// Frames of each flash that is shown.
    fn flashes(&self, conversion: &mut Conversion) -> Result<Vec<Range<usize>>, Error> {
        let onset = conversion.time("onset", self.onset)?;
        let period = conversion.duration("period", self.period)?;
        let duration = conversion.duration("duration", self.duration)?;
        self.check_period(conversion, period, duration)?;
        self.check_count(conversion, onset, period, duration)?;
        let shifts = self.shifts(conversion, period - duration)?;
        Ok((0..self.count)
            .filter(|flash| !self.omit.contains(flash))
            .map(|flash| (onset + flash * period).saturating_add_signed(shifts[flash]))
            .map(|first| first..first + duration)
            .collect())
    }

    fn check_period(
        &self,
        conversion: &Conversion,
        period: usize,
        duration: usize,
    ) -> Result<(), Error> {
        if self.count <= 1 || period > duration {
            return Ok(());
        }
        let frame = conversion.screen().frame_period.0;
        Err(conversion.error(
            "period",
            format!("{} ms", self.period.0),
            format!(
                "leaves no gap between flashes of {}",
                Milliseconds(duration as f64 * frame)
            ),
            format!(
                "use {} or more",
                Milliseconds((duration + 1) as f64 * frame)
            ),
        ))
    }

    fn check_count(
        &self,
        conversion: &Conversion,
        onset: usize,
        period: usize,
        duration: usize,
    ) -> Result<(), Error> {
        let room = conversion.frames().saturating_sub(onset + duration);
        let fitting = if onset + duration > conversion.frames() {
            0
        } else {
            room / period + 1
        };
        if (1..=fitting).contains(&self.count) {
            return Ok(());
        }
        let total = conversion.frames() as f64 * conversion.screen().frame_period.0;
        let total = Milliseconds(total);
        Err(conversion.error(
            "count",
            self.count.to_string(),
            format!("flashes do not fit into the stimulus' {total}"),
            format!("use 1 to {fitting}, a shorter period or a longer stimulus"),
        ))
    }

    fn shifts(&self, conversion: &mut Conversion, gap: usize) -> Result<Vec<isize>, Error> {
        let most = conversion.time("jitter", self.jitter)? as i64;
        if self.count > 1 && 2 * most as usize >= gap && most > 0 {
            let frame = conversion.screen().frame_period.0;
            return Err(conversion.error(
                "jitter",
                format!("{} ms", self.jitter.0),
                "lets neighbouring flashes touch",
                format!("use less than {}", Milliseconds(gap as f64 * 0.5 * frame)),
            ));
        }
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        Ok((0..self.count)
            .map(|flash| {
                let inner = flash > 0 && flash + 1 < self.count;
                if inner {
                    random.random_range(-most..=most) as isize
                } else {
                    0
                }
            })
            .collect())
    }
}

struct FlashTrainPainter {
    flashes: Vec<Range<usize>>,
    contrast: f32,
    mask: Mask,
}

impl Painter for FlashTrainPainter {
    fn paint(&self, frame: usize, canvas: &mut [f32]) {
        if self.flashes.iter().any(|flash| flash.contains(&frame)) {
            self.mask.paint(canvas, |_| self.contrast);
        }
    }

    fn events(&self) -> Vec<Event> {
        (self.flashes.iter())
            .map(|flash| {
                Event::new(
                    flash.clone(),
                    format!("flash of contrast {}", self.contrast),
                )
            })
            .collect()
    }
}
