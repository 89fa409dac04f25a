//! Gratings.

use std::ops::Range;

use ganglion_recording::{Microns, Milliseconds};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::conversion::Conversion;
use super::direction::Direction;
use super::painter::{Event, Painter, Track};
use super::region::{Mask, Region};
use super::wave::Waveform;
use crate::{Contrast, Error, Hertz};

/// A grating, `contrast * wave((position / period) - phase)`, averaged over each pixel exactly.
///
/// `position` is measured along `direction` from the centre of the screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grating {
    /// Spatial period: one dark and one bright bar.
    pub period: Microns,
    /// Amplitude.
    pub contrast: Contrast,
    /// Profile.
    #[serde(default)]
    pub waveform: Waveform,
    /// Direction at right angles to the bars, and of motion.
    #[serde(default)]
    pub direction: Direction,
    /// Spatial phase at first, in degrees.
    #[serde(default)]
    pub phase: f64,
    /// How it moves.
    #[serde(default)]
    pub motion: Motion,
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

/// How a grating moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Motion {
    /// Not at all.
    #[default]
    Still,
    /// At a constant speed.
    Drifting {
        /// Cycles that pass a point in a second.
        temporal_frequency: Hertz,
    },
    /// Its contrast changes sign.
    Reversing {
        /// Time from one change to the next.
        half_period: Milliseconds,
    },
    /// A random walk, as of the eye: at each update a step of fixed size forth or back, or none.
    Jittered {
        /// Size of a step.
        step: Microns,
        /// Time from one step to the next.
        update: Milliseconds,
        /// Share of the updates that bring no step.
        #[serde(default)]
        pause: f64,
        /// Seed of the walk: gratings of one seed move together.
        seed: u64,
    },
}

impl Grating {
    pub(super) fn painter(&self, conversion: &mut Conversion) -> Result<Box<dyn Painter>, Error> {
        let period = conversion.length("period", self.period)?;
        let frames = conversion.span(self.onset, self.duration)?;
        conversion.finite("phase", self.phase, "degrees")?;
        conversion.finite("direction", self.direction.0, "degrees")?;
        self.warn_of_fine_bars(conversion, period);
        let side = conversion.screen().microns_per_pixel.0;
        Ok(Box::new(GratingPainter {
            cycles: self.direction.vector().map(|part| part * side / period),
            width: conversion.screen().width,
            height: conversion.screen().height,
            contrast: conversion.contrast("contrast", self.contrast)?,
            waveform: self.waveform,
            course: self.course(conversion, period, frames.len())?,
            frames,
            mask: self.region.mask(conversion)?,
        }))
    }

    fn warn_of_fine_bars(&self, conversion: &mut Conversion, period: f64) {
        let pixel = conversion.screen().microns_per_pixel.0;
        if period < 2.0 * pixel {
            conversion.warn(
                "period",
                format!(
                    "{period} um is less than two pixels of {pixel} um; shown with little contrast"
                ),
            );
        }
    }

    /// Phase in cycles and sign of each frame.
    fn course(
        &self,
        conversion: &mut Conversion,
        period: f64,
        frames: usize,
    ) -> Result<Vec<(f64, f32)>, Error> {
        let phase = self.phase / 360.0;
        let seconds = conversion.screen().frame_period.seconds();
        let still = vec![(phase, 1.0); frames];
        Ok(match self.motion {
            Motion::Still => still,
            Motion::Drifting { temporal_frequency } => {
                let hertz = conversion.finite("temporal_frequency", temporal_frequency.0, "Hz")?;
                check_frequency(conversion, hertz, seconds)?;
                (0..frames)
                    .map(|frame| (phase + hertz * seconds * frame as f64, 1.0))
                    .collect()
            }
            Motion::Reversing { half_period } => {
                let half_period = conversion.duration("half_period", half_period)?;
                let sign = |frame: usize| {
                    if (frame / half_period).is_multiple_of(2) {
                        1.0
                    } else {
                        -1.0
                    }
                };
                (0..frames).map(|frame| (phase, sign(frame))).collect()
            }
            Motion::Jittered {
                step,
                update,
                pause,
                seed,
            } => {
                let step = conversion.length("step", step)? / period;
                let update = conversion.duration("update", update)?;
                check_pause(conversion, pause)?;
                walk(phase, step, (update, pause), seed, frames)
            }
        })
    }
}

/// Refuses drift that looks like drift the other way.
fn check_frequency(conversion: &Conversion, hertz: f64, seconds: f64) -> Result<(), Error> {
    let highest = 0.5 / seconds;
    if hertz.abs() < highest {
        return Ok(());
    }
    Err(conversion.error(
        "temporal_frequency",
        format!("{hertz} Hz"),
        "cannot be told from motion the other way at this frame period",
        format!("use less than {highest} Hz"),
    ))
}

fn check_pause(conversion: &Conversion, pause: f64) -> Result<(), Error> {
    if (0.0..1.0).contains(&pause) {
        return Ok(());
    }
    let value = pause.to_string();
    Err(conversion.error(
        "pause",
        value,
        "is no share below 1",
        "use 0 or more, below 1",
    ))
}

fn walk(
    start: f64,
    step: f64,
    (update, pause): (usize, f64),
    seed: u64,
    frames: usize,
) -> Vec<(f64, f32)> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut phase = start;
    (0..frames)
        .map(|frame| {
            if frame > 0 && frame.is_multiple_of(update) {
                let direction = if random.random::<bool>() { step } else { -step };
                let moves = random.random::<f64>() >= pause;
                phase += if moves { direction } else { 0.0 };
            }
            (phase, 1.0)
        })
        .collect()
}

struct GratingPainter {
    /// Cycles a pixel along x and y.
    cycles: [f64; 2],
    width: usize,
    height: usize,
    contrast: f32,
    waveform: Waveform,
    course: Vec<(f64, f32)>,
    frames: Range<usize>,
    mask: Mask,
}

impl Painter for GratingPainter {
    fn paint(&self, frame: usize, canvas: &mut [f32]) {
        if !self.frames.contains(&frame) {
            return;
        }
        let (phase, sign) = self.course[frame - self.frames.start];
        let half = self.cycles.map(|cycles| 0.5 * cycles);
        self.mask.paint(canvas, |pixel| {
            let x = (pixel % self.width) as f64 + 0.5 - 0.5 * self.width as f64;
            let y = (pixel / self.width) as f64 + 0.5 - 0.5 * self.height as f64;
            let at = x * self.cycles[0] + y * self.cycles[1] - phase;
            sign * self.contrast * self.waveform.mean(at, half) as f32
        });
    }

    fn events(&self) -> Vec<Event> {
        let mut events = vec![Event::new(
            self.frames.clone(),
            format!("grating of contrast {}", self.contrast),
        )];
        let turns = (self.course.windows(2).enumerate())
            .filter(|(_, pair)| pair[0].1 != pair[1].1)
            .map(|(index, _)| self.frames.start + index + 1);
        events.extend(turns.map(|frame| Event::new(frame..frame + 1, "grating reverses")));
        events
    }

    fn tracks(&self) -> Vec<Track> {
        vec![Track {
            name: "phase of the grating".to_owned(),
            unit: "cycles".to_owned(),
            first_frame: self.frames.start,
            values: self.course.iter().map(|(phase, _)| *phase).collect(),
        }]
    }
}
