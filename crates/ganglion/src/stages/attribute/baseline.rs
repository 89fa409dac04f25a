//! Where the paths of an attribution start, unless at grey.

use std::ops::Range;

use ganglion_experiment::StimulusMovie;
use ganglion_model::model::Model;
use ganglion_recording::Normalisation;

use super::Attribute;
use crate::error::{bail, ensure};
use crate::stimulus::Stimulus;

/// A movie, clips, or one history for all.
pub enum Baseline {
    /// As many frames as the stimulus.
    Movie(StimulusMovie),
    /// As many clips as the stimulus, or one.
    Clips([usize; 4], Vec<f32>),
}

impl Baseline {
    /// Reads the dataset given, if one was.
    ///
    /// # Errors
    /// Where it cannot be read or does not fit the model.
    pub fn read(arguments: &Attribute, model: &Model) -> crate::Result<Option<Self>> {
        let Some(spec) = &arguments.baseline else {
            return Ok(None);
        };
        let stimulus = Stimulus::read(spec, &model.description.movie)?;
        Ok(Some(
            match stimulus.into_frames(&normalisation(arguments, model)) {
                Ok(movie) => Self::Movie(movie),
                Err((shape, values)) => Self::Clips(shape, values),
            },
        ))
    }

    /// The part that belongs to some frames of a movie.
    ///
    /// # Errors
    /// If it has another length.
    pub fn frames(&self, frames: Range<usize>, all: usize) -> crate::Result<StimulusMovie> {
        if let Some(history) = self.shared() {
            return Ok(history);
        }
        match self {
            Self::Movie(movie) => {
                ensure!(
                    movie.frames() == all,
                    "the baseline has {} frames but the stimulus {all}; give one of the same \
                     length, or a single clip for all",
                    movie.frames()
                );
                Ok(movie.part(frames))
            }
            Self::Clips([clips, ..], _) => bail!(
                "the baseline is {clips} clips but the stimulus a movie; give a movie of {all} \
                 frames, or a single clip for all"
            ),
        }
    }

    /// One history for all, where it is one.
    pub fn shared(&self) -> Option<StimulusMovie> {
        match self {
            Self::Clips([1, _, height, width], values) => {
                Some(StimulusMovie::new(*height, *width, values.clone()))
            }
            _ => None,
        }
    }

    /// The part that belongs to some clips.
    ///
    /// # Errors
    /// If there are not as many, nor one.
    pub fn clips(&self, clips: Range<usize>, all: usize) -> crate::Result<&[f32]> {
        match self {
            Self::Clips([1, ..], values) => Ok(values),
            Self::Clips([count, ..], values) if *count == all => {
                let size = values.len() / count;
                Ok(&values[clips.start * size..clips.end * size])
            }
            Self::Clips([count, ..], _) => bail!(
                "the baseline has {count} clips but the stimulus {all}; give as many, or one for all"
            ),
            Self::Movie(_) => bail!(
                "the baseline is a movie but the stimulus clips; give {all} clips, or one for all"
            ),
        }
    }
}

/// How files become the network's input.
pub fn normalisation(arguments: &Attribute, model: &Model) -> Normalisation {
    match arguments.raw {
        true => model.description.normalisation.clone(),
        false => Normalisation::identity(),
    }
}
