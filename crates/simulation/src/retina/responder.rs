//! The retina as a responder.

use ganglion_experiment::{Rates, Responder, ResponderError, Screen, StimulusMovie};
use ganglion_recording::CellIndex;

use super::Retina;
use crate::Error;

/// A movie is answered as after grey for ever: what adapts or depresses begins at what it is for grey, so
/// that a rate may depend on all frames of the movie before it. [`Retina::finite_memory`] has the retina
/// whose rates depend on the history alone.
impl Responder for Retina {
    fn screen(&self) -> Screen {
        self.circuit.screen
    }

    fn cells(&self) -> &[CellIndex] {
        &self.indices
    }

    fn respond(&self, movies: &[StimulusMovie]) -> Result<Vec<Rates>, ResponderError> {
        let answer = |movie: &StimulusMovie| Ok(self.answer(movie)?);
        movies.iter().map(answer).collect()
    }
}

impl Retina {
    /// Rates in the bins that depend on frames of the movie only.
    fn answer(&self, movie: &StimulusMovie) -> Result<Rates, Error> {
        self.check_movie(movie)?;
        let all = self.stream().push(movie.values())?;
        let dropped = self.screen().history - 1;
        let answered = |cell: usize| all.cell(cell)[dropped..].iter().copied();
        let values = (0..all.cells()).flat_map(answered).collect();
        Ok(Rates::new(dropped + 1, movie.frames() - dropped, values))
    }

    pub(super) fn check_movie(&self, movie: &StimulusMovie) -> Result<(), Error> {
        let screen = self.screen();
        if (movie.height(), movie.width()) != (screen.height, screen.width) {
            return Err(Error::FrameSize {
                values: movie.values().len(),
                height: screen.height,
                width: screen.width,
            });
        }
        if self.count_frames(movie.values(), 0)? < screen.history {
            return Err(Error::MovieTooShort {
                frames: movie.frames(),
                history: screen.history,
            });
        }
        Ok(())
    }
}
