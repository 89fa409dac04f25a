//! A trained network as something that answers movies, as a retina does.

use std::collections::BTreeMap;
use std::ops::Range;

use ganglion_experiment::{FiniteMemory, Rates, Responder, ResponderError, Screen, StimulusMovie};
use ganglion_recording::CellIndex;

use crate::error::Error;
use crate::model::Model;

/// Bins of one segment: longer movies are cut, so that memory does not grow with them.
const SEGMENT_BINS: usize = 512;

/// A [`Model`] that answers movies in its normalised units, outside training (no noise, running
/// statistics).
pub struct ModelResponder {
    model: Model,
    cells: Vec<CellIndex>,
    screen: Screen,
}

/// Some bins of a movie, and the frames that they depend on.
struct MovieSegment {
    movie: usize,
    frames: Range<usize>,
    /// Where its first bin stands in the movie's answer.
    offset: usize,
}

impl ModelResponder {
    /// Makes a model answer movies.
    ///
    /// # Errors
    /// [`Error::NoPixelSize`] if the model does not say how large a pixel is.
    pub fn new(model: Model) -> Result<Self, Error> {
        if model.depends_on_spikes() {
            return Err(Error::DependsOnSpikes);
        }
        let description = &model.description;
        let screen = description.screen()?;
        let cells = description.cells.iter().copied().map(CellIndex).collect();
        Ok(Self {
            model,
            cells,
            screen,
        })
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    pub(crate) fn check(&self, movie: &StimulusMovie) -> Result<(), Error> {
        let expected = [self.screen.height, self.screen.width];
        let found = [movie.height(), movie.width()];
        if found != expected {
            return Err(Error::FrameSize {
                what: "movie",
                found,
                expected,
            });
        }
        if movie.frames() < self.screen.history {
            return Err(Error::MovieTooShort {
                frames: movie.frames(),
                history: self.screen.history,
            });
        }
        Ok(())
    }

    /// Cuts movies into segments, those of equal length together: they share a forward pass.
    fn segments(&self, movies: &[StimulusMovie]) -> BTreeMap<usize, Vec<MovieSegment>> {
        let history = self.screen.history;
        let mut by_length: BTreeMap<usize, Vec<MovieSegment>> = BTreeMap::new();
        for (index, movie) in movies.iter().enumerate() {
            let bins = movie.frames() + 1 - history;
            for offset in (0..bins).step_by(SEGMENT_BINS) {
                let frames = offset..bins.min(offset + SEGMENT_BINS) + history - 1;
                by_length
                    .entry(frames.len())
                    .or_default()
                    .push(MovieSegment {
                        movie: index,
                        frames,
                        offset,
                    });
            }
        }
        by_length
    }
}

impl Responder for ModelResponder {
    fn screen(&self) -> Screen {
        self.screen
    }

    fn cells(&self) -> &[CellIndex] {
        &self.cells
    }

    fn respond(&self, movies: &[StimulusMovie]) -> Result<Vec<Rates>, ResponderError> {
        movies.iter().try_for_each(|movie| self.check(movie))?;
        let history = self.screen.history;
        let bins = |movie: &StimulusMovie| movie.frames() + 1 - history;
        let mut answers: Vec<Vec<f32>> = (movies.iter())
            .map(|movie| vec![0.0; self.cells.len() * bins(movie)])
            .collect();
        for (length, segments) in self.segments(movies) {
            for segments in segments.chunks(SEGMENTS_AT_ONCE.div_ceil(length)) {
                let values: Vec<f32> = segments
                    .iter()
                    .flat_map(|segment| frames_of(&movies[segment.movie], &segment.frames))
                    .copied()
                    .collect();
                let rates = self.model.respond_to_segments(length, &values);
                let count = length + 1 - history;
                for (cell, rates) in rates.iter().enumerate() {
                    for (segment, rates) in segments.iter().zip(rates.chunks(count)) {
                        let row = cell * bins(&movies[segment.movie]) + segment.offset;
                        answers[segment.movie][row..][..count].copy_from_slice(rates);
                    }
                }
            }
        }
        Ok((movies.iter().zip(answers))
            .map(|(movie, answer)| Rates::new(history, bins(movie), answer))
            .collect())
    }
}

/// All families forget: movies are cut into segments wherever that is convenient.
impl FiniteMemory for ModelResponder {}

/// Frames gathered into one array before they go through the network.
const SEGMENTS_AT_ONCE: usize = 8192;

fn frames_of<'a>(movie: &'a StimulusMovie, frames: &Range<usize>) -> &'a [f32] {
    let pixels = movie.height() * movie.width();
    &movie.values()[frames.start * pixels..frames.end * pixels]
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use ganglion_recording::Normalisation;

    use super::*;
    use crate::model::ModelDescription;
    use crate::network::{ModelConfig, NetworkShape};

    fn model(microns_per_pixel: Option<f64>) -> Model {
        let shape = NetworkShape {
            height: 9,
            width: 8,
            history: 5,
            cells: 2,
        };
        let architecture: ModelConfig =
            toml::from_str("kind = \"bn-cnn\"\nchannels = [2, 2]\nkernels = [4, 3]").unwrap();
        let device = Device::flex();
        let network = architecture.init(&shape, 1, &device).unwrap();
        let normalisation = Normalisation::identity();
        let mut description =
            ModelDescription::new(architecture, shape, vec![3, 7], 10.0, normalisation);
        description.microns_per_pixel = microns_per_pixel;
        Model::new(description, &network, &device)
    }

    /// Numbers between -1 and 1 that look random and are the same everywhere.
    fn movie(frames: usize, start: usize) -> StimulusMovie {
        let value = |i: usize| (((i + start) * 7919 + 13) % 1009) as f32 / 504.5 - 1.0;
        StimulusMovie::new(9, 8, (0..frames * 72).map(value).collect())
    }

    #[test]
    fn movies_are_answered_as_if_alone_and_whole() {
        let responder = ModelResponder::new(model(Some(50.0))).unwrap();
        let movies = [movie(1200, 0), movie(5, 3), movie(30, 9), movie(5, 70)];
        let together = responder.respond(&movies).unwrap();
        for (movie, found) in movies.iter().zip(&together) {
            assert_eq!(found.bins(), 5..movie.frames() + 1);
            let shape = [1, movie.frames(), 9, 8];
            let whole = responder
                .model
                .respond_to_segments(shape[1], movie.values());
            for (cell, expected) in whole.iter().enumerate() {
                // Single precision: transforms of blocks that begin elsewhere.
                let close = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-5;
                assert!(found.cell(cell).iter().zip(expected).all(close));
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let responder = ModelResponder::new(model(Some(50.0))).unwrap();
        let short = responder.respond(&[movie(4, 0)]).unwrap_err().to_string();
        assert!(short.contains("4 frames"), "{short}");
        let wide = StimulusMovie::new(9, 9, vec![0.0; 810]);
        let wide = responder.respond(&[wide]).unwrap_err().to_string();
        assert!(wide.contains("9x9"), "{wide}");
        let unknown = ModelResponder::new(model(None)).err().unwrap().to_string();
        assert!(unknown.contains("microns_per_pixel"), "{unknown}");
    }
}
