//! Bar noise as a movie.

use std::ops::Range;

use ganglion_experiment::Screen;
use ganglion_recording::Microns;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal};

use super::{FixationTime, Levels, Movie};
use crate::random::stream;

/// Frames that are made together.
const STRIDE: usize = 100;

/// What a [`BarMovie`] is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct BarOptions {
    /// The frames.
    pub screen: Screen,
    /// Number of frames.
    pub frames: usize,
    /// Standard deviation of Weber contrast, before clipping at black and white.
    pub contrast: f64,
    /// Time for which a bar keeps its contrast.
    pub hold: FixationTime,
    /// Width of a bar, rounded to pixels.
    pub width: Microns,
    /// Seed of contrasts and times.
    pub seed: u64,
    /// What the movie is called; movies of one seed and different names have different contrasts.
    pub name: String,
}

/// Vertical bars, each of which takes Gaussian contrasts on its own, each for a time of its own.
///
/// White noise of squares has little contrast left after a ganglion cell has pooled it; bars keep
/// more, and long times drive slow pathways as well as short ones drive fast pathways.
pub struct BarMovie {
    screen: Screen,
    /// Pixels that a bar is wide.
    width: usize,
    /// `[bar][frame]`.
    levels: Vec<Vec<u8>>,
}

impl BarMovie {
    /// Width of a bar as it is shown.
    pub fn width(&self) -> Microns {
        Microns(self.width as f64 * self.screen.microns_per_pixel.0)
    }

    /// A movie of bars.
    pub fn new(options: &BarOptions) -> Self {
        let pixels = options.width.0 / options.screen.microns_per_pixel.0;
        let width = (pixels.round() as usize).clamp(1, options.screen.width);
        let bars = 0..options.screen.width.div_ceil(width);
        let levels = |bar: usize| {
            let mut random = stream(options.seed, &format!("bars {} {bar}", options.name));
            levels(options, &mut random)
        };
        Self {
            screen: options.screen,
            width,
            levels: bars.map(levels).collect(),
        }
    }
}

/// Levels of one bar, `[frame]`.
fn levels(options: &BarOptions, random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut levels = Vec::with_capacity(options.frames);
    while levels.len() < options.frames {
        let contrast: f64 = StandardNormal.sample(random);
        let level = Levels::default().of(options.contrast * contrast);
        let left = options.frames - levels.len();
        let frames = options.hold.frames(&options.screen, random).min(left);
        levels.extend(std::iter::repeat_n(level, frames));
    }
    levels
}

impl Movie for BarMovie {
    fn frames(&self) -> usize {
        self.levels[0].len()
    }

    fn stride(&self) -> usize {
        STRIDE
    }

    fn bytes(&self, frames: Range<usize>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(frames.len() * self.screen.pixels());
        for frame in frames {
            let row = (0..self.screen.width).map(|x| self.levels[x / self.width][frame]);
            let row: Vec<u8> = row.collect();
            bytes.extend(row.repeat(self.screen.height));
        }
        bytes
    }
}
