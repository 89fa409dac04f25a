//! White noise and flicker as movies.

use std::ops::Range;

use ganglion_experiment::stimulus::{Distribution, Layer, Noise, PreparedStimulus};
use ganglion_experiment::{Contrast, Screen, Stimulus};
use ganglion_recording::{Microns, Milliseconds};

use super::{Levels, Movie};
use crate::Error;
use crate::random::hash;

/// Frames that are made together.
const STRIDE: usize = 100;

/// What a [`NoiseMovie`] is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct NoiseOptions {
    /// The frames.
    pub screen: Screen,
    /// Number of frames.
    pub frames: usize,
    /// Distribution of the contrasts.
    pub distribution: Distribution,
    /// Standard deviation of Weber contrast, before clipping at black and white.
    pub contrast: f64,
    /// Time from one pattern to the next.
    pub update: Milliseconds,
    /// Side of a square; the whole field flickers if left out.
    pub check: Option<Microns>,
    /// Seed of the patterns.
    pub seed: u64,
    /// What the movie is called; movies of one seed and different names have different patterns.
    pub name: String,
}

/// Spatial white noise, or flicker of the whole field: the stimulus [`Noise`] as a movie.
pub struct NoiseMovie {
    prepared: PreparedStimulus,
    levels: Levels,
}

impl NoiseMovie {
    /// A movie of noise.
    ///
    /// # Errors
    /// If a value makes no sense for the screen.
    pub fn new(options: &NoiseOptions) -> Result<Self, Error> {
        let noise = Noise {
            distribution: options.distribution,
            contrast: Contrast(options.contrast),
            mean: Contrast(0.0),
            update: options.update,
            check: options.check,
            seed: options.seed ^ hash(&options.name),
            onset: Milliseconds(0.0),
            duration: None,
            region: Default::default(),
        };
        let duration = options.screen.frame_period.0 * options.frames as f64;
        let stimulus = Stimulus::new("noise", Milliseconds(duration), [Layer::Noise(noise)]);
        Ok(Self {
            prepared: stimulus.prepare(options.screen)?,
            levels: Levels::default(),
        })
    }
}

impl Movie for NoiseMovie {
    fn frames(&self) -> usize {
        self.prepared.frames() - self.prepared.zero()
    }

    fn stride(&self) -> usize {
        STRIDE
    }

    fn bytes(&self, frames: Range<usize>) -> Vec<u8> {
        let zero = self.prepared.zero();
        let movie = self
            .prepared
            .movie_of(frames.start + zero..frames.end + zero);
        let level = |contrast: &f32| self.levels.of(f64::from(*contrast));
        movie.values().iter().map(level).collect()
    }
}
