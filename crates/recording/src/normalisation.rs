//! Normalisation: the constants that turn stored light intensities into network input.

mod fit;
mod moments;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Error, MovieShape};

/// Which of the two published rules to follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NormalisationRule {
    /// One mean and one standard deviation for the whole training movie, used again for the test
    /// movie (the PyTorch recipe).
    #[default]
    Global,
    /// A mean and a standard deviation a pixel, over time, for train and test separately (the
    /// Keras recipe).
    PerPixel,
}

/// Constants of `(s - mean) / sd`: 0 is then mean grey, and 1 one standard deviation.
///
/// Standard deviations are those of the population (divided by n, as NumPy does). The global one
/// includes the published `+ 1e-7`. Stored in double precision; applied in single.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Normalisation {
    /// The same for every pixel.
    Global {
        /// Mean, in stored units.
        mean: f64,
        /// Standard deviation + 1e-7, in stored units.
        sd: f64,
    },
    /// One pair a pixel, `[y, x]`.
    PerPixel {
        /// Rows of a frame.
        height: usize,
        /// Columns of a frame.
        width: usize,
        /// Means, in stored units.
        mean: Vec<f64>,
        /// Standard deviations, in stored units.
        sd: Vec<f64>,
    },
}

impl Normalisation {
    /// Leaves a movie as it is: for stimuli already in the model's units.
    pub fn identity() -> Self {
        Self::Global { mean: 0.0, sd: 1.0 }
    }

    /// The rule these constants belong to.
    pub fn rule(&self) -> NormalisationRule {
        match self {
            Self::Global { .. } => NormalisationRule::Global,
            Self::PerPixel { .. } => NormalisationRule::PerPixel,
        }
    }

    /// Normalises one frame, `[y, x]`, in place.
    ///
    /// # Panics
    /// Where per-pixel constants are for another number of pixels.
    pub fn apply(&self, frame: &mut [f32]) {
        match self {
            Self::Global { .. } => {
                let (mean, sd) = self.at(0);
                frame
                    .iter_mut()
                    .for_each(|value| *value = (*value - mean) / sd);
            }
            Self::PerPixel { mean, .. } => {
                assert_eq!(
                    frame.len(),
                    mean.len(),
                    "constants are for another frame size"
                );
                for (pixel, value) in frame.iter_mut().enumerate() {
                    let (mean, sd) = self.at(pixel);
                    *value = (*value - mean) / sd;
                }
            }
        }
    }

    /// Mean and standard deviation at a pixel, in single precision.
    pub(crate) fn at(&self, pixel: usize) -> (f32, f32) {
        match self {
            Self::Global { mean, sd } => (*mean as f32, *sd as f32),
            Self::PerPixel { mean, sd, .. } => (mean[pixel] as f32, sd[pixel] as f32),
        }
    }

    /// Refuses a movie of another picture size; global constants fit every size.
    ///
    /// # Errors
    /// [`Error::NormalisationSize`].
    pub fn require_size(&self, shape: MovieShape) -> Result<(), Error> {
        let Self::PerPixel {
            height,
            width,
            mean,
            sd,
        } = self
        else {
            return Ok(());
        };
        let (expected, found) = ((*height, *width), (shape.height, shape.width));
        if expected == found && mean.len() == shape.pixels() && sd.len() == shape.pixels() {
            return Ok(());
        }
        Err(Error::NormalisationSize { expected, found })
    }
}
