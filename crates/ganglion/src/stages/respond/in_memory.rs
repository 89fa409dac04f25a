//! Rates for what is in memory already.

use ganglion_model::agreement::{Facts, Light, beyond_seen, disagreements};
use ganglion_model::model::{Model, ModelDescription};
use ganglion_recording::{Movie, Normalisation};

use crate::agreement;
use crate::error::Result;
use crate::progress::Work;
use crate::runner::Runner;
use crate::stimulus::{FAR_FROM_ZERO, range_of, require_finite, require_shape};

/// What a stimulus in memory is called in errors and warnings.
const NAME: &str = "the stimulus";

/// Firing rates in Hz, a list a cell, of the bins of a movie that have a full history: the first is bin
/// `history`. With `raw` the movie is in the recording's units, and normalised as the model's training movie
/// was; else it is normalised already.
///
/// # Errors
/// Where the movie does not fit the model, or is not finite.
pub fn rates(
    model: &Model,
    movie: &Movie,
    raw: bool,
    runner: &Runner<'_>,
) -> Result<Vec<Vec<f32>>> {
    let (description, shape) = (&model.description, movie.shape());
    let dimensions = [shape.frames, shape.height, shape.width];
    require_shape(NAME, &dimensions, &description.movie)?;
    if let Some(floats) = movie.floats() {
        require_finite(NAME, &dimensions, floats)?;
    }
    match raw {
        true => tell_of_light(description, Some(Light::of(movie)?)),
        false => tell_of_units(description, range(movie), movie.bytes().is_some()),
    }
    let normalisation = match raw {
        true => description.normalisation.clone(),
        false => Normalisation::identity(),
    };
    let bins = description.movie.history..movie.frames();
    let meter = runner.progress.begin(Work::Responding { bins: bins.len() });
    let rates = model.respond_telling(movie, &normalisation, bins, &mut |more| {
        meter.advance(more);
        runner.flow()
    });
    meter.finish();
    Ok(rates?)
}

/// The same of normalised clips `[clip, frame, y, x]`, each one history: a rate a clip.
///
/// # Errors
/// As [`rates`].
pub fn rates_of_clips(model: &Model, shape: [usize; 4], clips: &[f32]) -> Result<Vec<Vec<f32>>> {
    require_shape(NAME, &shape, &model.description.movie)?;
    require_finite(NAME, &shape, clips)?;
    tell_of_units(&model.description, range_of(clips), false);
    Ok(model.respond_to_clips(shape, clips)?)
}

/// Warns where light in the recording's units is not that of the model's training movies.
fn tell_of_light(model: &ModelDescription, light: Option<Light>) {
    let shown = Facts {
        light,
        ..Facts::default()
    };
    agreement::tell_all(NAME, &disagreements(&Facts::of_model(model), &shown));
}

/// Warns where a movie does not look normalised, or goes beyond the light of the model's training movies.
fn tell_of_units(model: &ModelDescription, [least, greatest]: [f32; 2], is_integer: bool) {
    if is_integer || -least > FAR_FROM_ZERO || greatest > FAR_FROM_ZERO {
        tracing::warn!(
            "{NAME} holds values from {least} to {greatest}; a normalised movie stays within a few units of \
             0. Say that it is raw if these are the recording's own units"
        );
    } else if let Some(text) = beyond_seen(model, [least, greatest].map(f64::from)) {
        tracing::warn!("{NAME}: {text}");
    }
}

/// Least and greatest pixel of a movie in memory.
fn range(movie: &Movie) -> [f32; 2] {
    match (movie.bytes(), movie.floats()) {
        (Some(bytes), _) => {
            let start = [u8::MAX, u8::MIN];
            let range = bytes.iter().fold(start, |[least, greatest], &byte| {
                [least.min(byte), greatest.max(byte)]
            });
            range.map(f32::from)
        }
        (None, Some(floats)) => range_of(floats),
        (None, None) => [0.0; 2],
    }
}
