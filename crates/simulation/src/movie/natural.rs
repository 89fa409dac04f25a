//! Natural movies.

use std::ops::Range;

use ganglion_experiment::Screen;
use rand_chacha::ChaCha8Rng;

use super::fixation::Fixations;
use super::illumination::illumination;
use super::{Drift, FixationTime, Levels, Movie, PictureSource};
use crate::Error;
use crate::random::stream;

/// Fixations from which the contrast of the pictures is measured.
const CALIBRATION: u64 = 128;

/// What a [`NaturalMovie`] is made of.
pub struct NaturalOptions {
    /// The frames.
    pub screen: Screen,
    /// Number of frames.
    pub frames: usize,
    /// Time for which a picture stays.
    pub fixation: FixationTime,
    /// How the eye moves over it.
    pub drift: Drift,
    /// Standard deviation of Weber contrast over many pictures, before clipping at white.
    pub contrast: f64,
    /// Standard deviation of the logarithm of a factor on the luminance of the whole scene that
    /// changes as natural light does; 0 for steady light.
    pub illumination: f64,
    /// Seed of the pictures, of the drift and of the light.
    pub seed: u64,
    /// What the movie is called; movies of one seed and different names have different pictures.
    pub name: String,
}

/// One picture after the other, each seen for a while through a drifting eye, in changing light.
///
/// Luminances are shifted and scaled alike in all pictures, so that their mean over many pictures is
/// grey and their standard deviation the contrast asked for; single pictures differ in both, as
/// natural scenes do.
pub struct NaturalMovie {
    options: NaturalOptions,
    source: Box<dyn PictureSource>,
    levels: Levels,
    fixations: Fixations,
    /// Mean and standard deviation of the luminances.
    luminance: (f64, f64),
    /// Factor on the luminance of every frame.
    illumination: Vec<f64>,
    left_out: Vec<String>,
}

impl NaturalMovie {
    /// A movie of the pictures of a source.
    ///
    /// # Errors
    /// If the pictures of the source are smaller than the frame and the reach of the drift, or all
    /// of one luminance.
    pub fn new(options: NaturalOptions, source: Box<dyn PictureSource>) -> Result<Self, Error> {
        let mut random = random(&options, "fixations", 0);
        let (time, frames) = (options.fixation, options.frames);
        let fixations = Fixations::draw(time, frames, &options.screen, &mut random);
        let mut movie = Self {
            fixations,
            illumination: light(&options),
            options,
            source,
            levels: Levels::default(),
            luminance: (0.0, 1.0),
            left_out: Vec::new(),
        };
        movie.check_size()?;
        let (height, width) = movie.picture_size();
        movie.left_out = movie.source.leave_out_smaller(height, width);
        movie.luminance = movie.measured_luminance()?;
        Ok(movie)
    }

    /// What the pictures are, in a few words: those that are large enough.
    pub fn source_name(&self) -> String {
        self.source.name()
    }

    /// That some pictures are too small to be shown, by their names.
    pub fn note(&self) -> Option<String> {
        let (height, width) = self.picture_size();
        (!self.left_out.is_empty()).then(|| {
            format!(
                "too small to be shown, and left out: {}; a picture must have at least \
                 {height}x{width} pixels (the frame and the reach of the drift)",
                self.left_out.join(", ")
            )
        })
    }

    fn check_size(&self) -> Result<(), Error> {
        let (needed, largest) = (self.picture_size(), self.source.largest());
        if largest.0 >= needed.0 && largest.1 >= needed.1 {
            return Ok(());
        }
        Err(Error::SmallPictures {
            source_name: self.source.name(),
            needed,
            largest,
        })
    }

    /// Height and width of a picture: the frame, the reach of the drift all around, and a pixel for
    /// interpolation.
    fn picture_size(&self) -> (usize, usize) {
        let screen = &self.options.screen;
        let around = 2 * self.options.drift.reach_in_pixels(screen) + 1;
        (screen.height + around, screen.width + around)
    }

    fn measured_luminance(&self) -> Result<(f64, f64), Error> {
        let (height, width) = self.picture_size();
        let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for number in 0..CALIBRATION {
            let mut random = random(&self.options, "calibration", number);
            for &value in self.source.picture(height, width, &mut random).values() {
                count += 1.0;
                sum += f64::from(value);
                squares += f64::from(value).powi(2);
            }
        }
        let mean = sum / count;
        let deviation = (squares / count - mean * mean).max(0.0).sqrt();
        if deviation > 1e-6 * mean {
            return Ok((mean, deviation));
        }
        Err(Error::UniformPictures {
            source_name: self.source.name(),
        })
    }

    /// Appends some frames of a fixation that begins with frame `start` of the movie.
    fn append_fixation(
        &self,
        number: usize,
        start: usize,
        frames: Range<usize>,
        bytes: &mut Vec<u8>,
    ) {
        let screen = &self.options.screen;
        let (height, width) = self.picture_size();
        let mut random = random(&self.options, "fixation", number as u64);
        let picture = self.source.picture(height, width, &mut random);
        let walk = self.options.drift.walk(frames.end, screen, &mut random);
        let middle = self.options.drift.reach_in_pixels(screen) as f64;
        let (mean, deviation) = self.luminance;
        let scale = self.options.contrast / deviation;
        let mut window = Vec::with_capacity(screen.pixels());
        for frame in frames {
            let (y, x) = walk[frame];
            let light = self.illumination[start + frame];
            window.clear();
            let size = (screen.height, screen.width);
            picture.append_window((middle + y, middle + x), size, &mut window);
            let level = |value: &f32| {
                let contrast = (f64::from(*value) - mean) * scale;
                self.levels.of(lit(contrast, light))
            };
            bytes.extend(window.iter().map(level));
        }
    }
}

/// Weber contrast of a pixel in more light or less. No light makes black brighter or darker.
fn lit(contrast: f64, light: f64) -> f64 {
    (1.0 + contrast).max(0.0) * light - 1.0
}

fn light(options: &NaturalOptions) -> Vec<f64> {
    let mut random = random(options, "light", 0);
    let (deviation, frames) = (options.illumination, options.frames);
    illumination(deviation, frames, &options.screen, &mut random)
}

/// The stream of random numbers of one thing in a movie.
fn random(options: &NaturalOptions, what: &str, number: u64) -> ChaCha8Rng {
    let name = &options.name;
    stream(
        options.seed,
        &format!("natural movie {name} {what} {number}"),
    )
}

impl Movie for NaturalMovie {
    fn frames(&self) -> usize {
        self.options.frames
    }

    fn stride(&self) -> usize {
        self.fixations.stride()
    }

    fn bytes(&self, frames: Range<usize>) -> Vec<u8> {
        assert!(frames.end <= self.options.frames, "no frames {frames:?}");
        let mut bytes = Vec::with_capacity(frames.len() * self.options.screen.pixels());
        let mut first = frames.start;
        while first < frames.end {
            let number = self.fixations.at(first);
            let start = self.fixations.start(number);
            let end = self.fixations.end(number).unwrap_or(frames.end);
            let end = end.min(frames.end);
            self.append_fixation(number, start, first - start..end - start, &mut bytes);
            first = end;
        }
        bytes
    }
}
