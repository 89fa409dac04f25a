//! Bar noise as a movie.

use std::f64::consts::FRAC_1_SQRT_2;
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

/// Vertical bars, each of which takes Gaussian contrasts on its own, each for a time of its own; or two sets of them in
/// turn, which flicker together and against each other.
///
/// White noise of squares has little contrast left after a ganglion cell has pooled it; bars keep
/// more, and long times drive slow pathways as well as short ones drive fast pathways.
pub struct BarMovie {
    screen: Screen,
    /// Pixels that a bar is wide.
    width: usize,
    /// `[bar][frame]`; bars beyond the last take those of the first again.
    levels: Vec<Vec<u8>>,
}

impl BarMovie {
    /// Width of a bar as it is shown.
    pub fn width(&self) -> Microns {
        Microns(self.width as f64 * self.screen.microns_per_pixel.0)
    }

    /// A movie of bars, each on its own.
    pub fn new(options: &BarOptions) -> Self {
        let width = options.width_in_pixels();
        let bars = 0..options.screen.width.div_ceil(width);
        let levels = |bar: usize| {
            let mut random = stream(options.seed, &format!("bars {} {bar}", options.name));
            levels(contrasts(options, &mut random))
        };
        Self {
            screen: options.screen,
            width,
            levels: bars.map(levels).collect(),
        }
    }

    /// Two sets of bars in turn, with the contrasts `(a + b) / sqrt 2` and `(a - b) / sqrt 2` of two courses: what is
    /// common to them and what is different take values at times of their own.
    pub fn of_two_sets(options: &BarOptions) -> Self {
        let [common, difference] = ["common", "difference"].map(|part| {
            let mut random = stream(options.seed, &format!("stripes {} {part}", options.name));
            contrasts(options, &mut random)
        });
        let set = |sign: f64| {
            let pairs = common.iter().zip(&difference);
            levels(pairs.map(|(common, difference)| FRAC_1_SQRT_2 * (common + sign * difference)))
        };
        Self {
            screen: options.screen,
            width: options.width_in_pixels(),
            levels: vec![set(1.0), set(-1.0)],
        }
    }
}

impl BarOptions {
    fn width_in_pixels(&self) -> usize {
        let pixels = self.width.0 / self.screen.microns_per_pixel.0;
        (pixels.round() as usize).clamp(1, self.screen.width)
    }
}

/// Contrasts that each stay for a time of their own, `[frame]`.
fn contrasts(options: &BarOptions, random: &mut ChaCha8Rng) -> Vec<f64> {
    let mut contrasts = Vec::with_capacity(options.frames);
    while contrasts.len() < options.frames {
        let contrast: f64 = StandardNormal.sample(random);
        let left = options.frames - contrasts.len();
        let frames = options.hold.frames(&options.screen, random).min(left);
        contrasts.extend(std::iter::repeat_n(options.contrast * contrast, frames));
    }
    contrasts
}

fn levels(contrasts: impl IntoIterator<Item = f64>) -> Vec<u8> {
    let level = |contrast| Levels::default().of(contrast);
    contrasts.into_iter().map(level).collect()
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
            let row = (0..self.screen.width)
                .map(|x| self.levels[x / self.width % self.levels.len()][frame]);
            let row: Vec<u8> = row.collect();
            bytes.extend(row.repeat(self.screen.height));
        }
        bytes
    }
}
