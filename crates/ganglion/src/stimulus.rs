//! A movie or clips, of the shape that a model sees.

use ganglion_experiment::StimulusMovie;
use ganglion_model::agreement::{Facts, Light, beyond_seen, disagreements};
use ganglion_model::model::{Model, ModelDescription};
use ganglion_model::network::NetworkShape as Seen;
use ganglion_recording::{DatasetSpec, Movie, MovieShape, Normalisation};

use crate::error::{bail, ensure};
use crate::{agreement, notes};

/// A stimulus that a model can answer.
#[derive(Debug)]
pub struct Stimulus {
    content: Content,
    /// Least and greatest value.
    range: [f32; 2],
}

/// What a stimulus is.
#[derive(Debug)]
enum Content {
    /// Consecutive frames: a response for each that has a full history.
    Movie(MovieShape, Vec<f32>),
    /// Separate histories [clip, frame, y, x]: a response for each.
    Clips([usize; 4], Vec<f32>),
}

/// No normalised movie goes so far from zero.
pub(crate) const FAR_FROM_ZERO: f32 = 20.0;

impl Stimulus {
    /// Reads a dataset and checks it against the movies the model sees.
    ///
    /// # Errors
    /// Naming both shapes, or the first value that is not finite.
    pub fn read(spec: &DatasetSpec, seen: &Seen) -> crate::Result<Self> {
        let array = spec.read()?;
        let name = spec.to_string();
        require_shape(&name, &array.shape, seen)?;
        require_finite(&name, &array.shape, &array.values)?;
        let range = range_of(&array.values);
        let content = match array.shape[..] {
            [frames, height, width] => {
                let shape = MovieShape {
                    frames,
                    height,
                    width,
                };
                Content::Movie(shape, array.values)
            }
            [clips, history, height, width] => {
                Content::Clips([clips, history, height, width], array.values)
            }
            _ => bail!("{spec}: shape {:?} is no movie and no clips", array.shape),
        };
        Ok(Self { content, range })
    }

    /// Warns where the file's frames, pixels or light are not those that the model was made for, and
    /// of what is unusual about a recording.
    /// With `raw`, light is compared in the recording's units.
    pub fn tell_disagreements(&self, spec: &DatasetSpec, model: &ModelDescription, raw: bool) {
        notes::tell(&spec.path);
        let (Content::Movie(_, values) | Content::Clips(_, values)) = &self.content;
        let own = match raw {
            true => Facts::of_model(model),
            false => Facts::of_model_normalised(model),
        };
        let shown = Facts {
            light: raw.then(|| Light::of_values(values)).flatten(),
            ..agreement::facts_of(&spec.path)
        };
        agreement::tell_all(&spec.to_string(), &disagreements(&own, &shown));
        let [least, greatest] = self.range.map(f64::from);
        // What looks like other units is told elsewhere.
        let is_normalised = !raw && greatest.max(-least) <= f64::from(FAR_FROM_ZERO);
        if let Some(text) = beyond_seen(model, [least, greatest]).filter(|_| is_normalised) {
            tracing::warn!("{spec}: {text}");
        }
    }

    /// Warns where the values of the dataset look like a recording's own units.
    ///
    /// # Errors
    /// Where the dataset cannot be read again.
    pub fn warn_if_raw(&self, spec: &DatasetSpec) -> crate::Result<()> {
        let [least, greatest] = self.range;
        if spec.is_integer()? || -least > FAR_FROM_ZERO || greatest > FAR_FROM_ZERO {
            tracing::warn!(
                "{spec} holds values from {least} to {greatest}; a normalised movie stays within \
                 a few units of 0. Add --raw if these are the recording's own units"
            );
        }
        Ok(())
    }

    /// Whether the frames are consecutive.
    pub fn is_movie(&self) -> bool {
        matches!(self.content, Content::Movie(..))
    }

    /// A movie's frames, in the model's normalised units.
    ///
    /// # Errors
    /// The clips and their shape, where it is no movie.
    pub fn into_frames(
        self,
        normalisation: &Normalisation,
    ) -> Result<StimulusMovie, ([usize; 4], Vec<f32>)> {
        match self.content {
            Content::Movie(shape, mut values) => {
                normalise(&mut values, shape.height * shape.width, normalisation);
                Ok(StimulusMovie::new(shape.height, shape.width, values))
            }
            Content::Clips(shape, mut values) => {
                normalise(&mut values, shape[2] * shape[3], normalisation);
                Err((shape, values))
            }
        }
    }

    /// The model's firing rates, a list a cell.
    ///
    /// # Errors
    /// Those of the model.
    pub fn responses(
        self,
        model: &Model,
        normalisation: &Normalisation,
    ) -> crate::Result<Vec<Vec<f32>>> {
        match self.content {
            Content::Movie(shape, values) => {
                Ok(model.respond(&Movie::from_f32(shape, values), normalisation)?)
            }
            Content::Clips(shape, mut values) => {
                normalise(&mut values, shape[2] * shape[3], normalisation);
                Ok(model.respond_to_clips(shape, &values)?)
            }
        }
    }
}

fn normalise(values: &mut [f32], pixels: usize, normalisation: &Normalisation) {
    let frames = values.chunks_exact_mut(pixels);
    frames.for_each(|frame| normalisation.apply(frame));
}

/// Refuses what is neither movie nor clips of the model's size.
pub(crate) fn require_shape(name: &str, shape: &[usize], seen: &Seen) -> crate::Result<()> {
    let Seen {
        height,
        width,
        history,
        ..
    } = *seen;
    let fits = match *shape {
        [frames, y, x] => frames > history && (y, x) == (height, width),
        [clips, frames, y, x] => clips > 0 && (frames, y, x) == (history, height, width),
        _ => false,
    };
    let remedy = match *shape {
        [_, y, x] if (y, x) == (height, width) => "give a longer movie",
        [_, _, y, x] if (y, x) == (height, width) => "give clips of that many frames",
        _ => "crop or resample the stimulus",
    };
    ensure!(
        fits,
        "{name} has shape {shape:?}, but the model sees movies [frames, {height}, {width}] of more \
         than {history} frames, or clips [clips, {history}, {height}, {width}]; {remedy}"
    );
    Ok(())
}

/// Refuses values that are not finite, by their place.
pub(crate) fn require_finite(name: &str, shape: &[usize], values: &[f32]) -> crate::Result<()> {
    let Some(place) = values.iter().position(|value| !value.is_finite()) else {
        return Ok(());
    };
    let (value, index) = (values[place], index_of(place, shape));
    bail!("{name} is {value} at {index:?}; a stimulus must be finite: correct it in the file")
}

/// Least and greatest of some values.
pub(crate) fn range_of(values: &[f32]) -> [f32; 2] {
    let start = [f32::INFINITY, f32::NEG_INFINITY];
    values.iter().fold(start, |[least, greatest], &value| {
        [least.min(value), greatest.max(value)]
    })
}

/// The place of a value along each dimension.
fn index_of(mut place: usize, shape: &[usize]) -> Vec<usize> {
    let mut index: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&extent| {
            let here = place % extent;
            place /= extent;
            here
        })
        .collect();
    index.reverse();
    index
}
