//! Several networks of one recording as one.

use ganglion_recording::CellIndex;

use crate::responder::{FiniteMemory, Rates, Responder, ResponderError};
use crate::{Screen, StimulusMovie};

/// Responders with the same cells and screen, such as networks trained with different seeds, that answer with the
/// mean of their rates: `r(t) = 1/E sum over members of r_e(t)`, Hz.
pub struct Ensemble<'a> {
    members: Vec<&'a dyn FiniteMemory>,
}

impl<'a> Ensemble<'a> {
    /// Puts responders together.
    ///
    /// # Errors
    /// The place of the first that has another screen or other cells than the first of all; 0 if there are none.
    pub fn new(members: Vec<&'a dyn FiniteMemory>) -> Result<Self, usize> {
        let first = members.first().ok_or(0_usize)?;
        let differs = |other: &&dyn FiniteMemory| {
            other.screen() != first.screen() || other.cells() != first.cells()
        };
        match members.iter().position(differs) {
            Some(place) => Err(place),
            None => Ok(Self { members }),
        }
    }
}

impl Responder for Ensemble<'_> {
    fn screen(&self) -> Screen {
        self.members[0].screen()
    }

    fn cells(&self) -> &[CellIndex] {
        self.members[0].cells()
    }

    fn respond(&self, movies: &[StimulusMovie]) -> Result<Vec<Rates>, ResponderError> {
        let answers = self.members.iter().map(|member| member.respond(movies));
        let answers: Vec<Vec<Rates>> = answers.collect::<Result<_, _>>()?;
        let count = answers.len() as f32;
        let mean = |movie: usize| {
            let cells = 0..self.cells().len();
            let first = &answers[0][movie];
            let values = cells.flat_map(|cell| {
                let mut sum = vec![0.0; first.cell(cell).len()];
                for rates in answers.iter().map(|all| all[movie].cell(cell)) {
                    sum.iter_mut()
                        .zip(rates)
                        .for_each(|(sum, rate)| *sum += rate);
                }
                sum.into_iter().map(|sum| sum / count).collect::<Vec<f32>>()
            });
            Rates::new(first.bins().start, first.bins().len(), values.collect())
        };
        Ok((0..movies.len()).map(mean).collect())
    }
}

/// A mean of what forgets forgets.
impl FiniteMemory for Ensemble<'_> {}

#[cfg(test)]
mod tests {
    use ganglion_recording::{Microns, Milliseconds};

    use super::*;

    /// Answers with the newest pixel times a gain.
    struct Gain(f32, [CellIndex; 1]);

    impl Responder for Gain {
        fn screen(&self) -> Screen {
            Screen {
                height: 1,
                width: 1,
                frame_period: Milliseconds(10.0),
                microns_per_pixel: Microns(50.0),
                history: 2,
            }
        }

        fn cells(&self) -> &[CellIndex] {
            &self.1
        }

        fn respond(&self, movies: &[StimulusMovie]) -> Result<Vec<Rates>, ResponderError> {
            let of = |movie: &StimulusMovie| {
                let values = movie.values()[1..].iter().map(|value| self.0 * value);
                Rates::new(2, movie.frames() - 1, values.collect())
            };
            Ok(movies.iter().map(of).collect())
        }
    }

    impl FiniteMemory for Gain {}

    #[test]
    fn an_ensemble_answers_with_the_mean_and_refuses_other_cells() {
        let cells = [CellIndex(3)];
        let (one, other) = (Gain(1.0, cells), Gain(3.0, cells));
        let ensemble = Ensemble::new(vec![&one, &other]).ok().unwrap();
        let movies = [StimulusMovie::new(1, 1, vec![5.0, 1.0, 2.0])];
        let rates = ensemble.respond(&movies).unwrap().remove(0);
        assert_eq!(rates.cell(0), [2.0, 4.0]);
        assert_eq!((rates.bins().start, ensemble.cells()), (2, &cells[..]));
        let stranger = Gain(1.0, [CellIndex(4)]);
        assert_eq!(Ensemble::new(vec![&one, &stranger]).err(), Some(1));
        assert_eq!(Ensemble::new(Vec::new()).err(), Some(0));
    }
}
