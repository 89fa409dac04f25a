//! A retina that forgets.

use ganglion_experiment::{FiniteMemory, Rates, Responder, ResponderError, Screen, StimulusMovie};
use ganglion_recording::CellIndex;

use super::Retina;

/// A [`Retina`] whose rates depend on the history of its screen alone.
#[derive(Clone, Copy)]
pub struct FiniteRetina<'a>(&'a Retina);

impl Retina {
    /// The retina as a responder that forgets; none where its circuit has a mechanism that remembers for
    /// longer than the history ([`Circuit::has_finite_memory`](crate::Circuit::has_finite_memory)).
    pub fn finite_memory(&self) -> Option<FiniteRetina<'_>> {
        self.circuit
            .has_finite_memory()
            .then_some(FiniteRetina(self))
    }
}

impl Responder for FiniteRetina<'_> {
    fn screen(&self) -> Screen {
        Responder::screen(self.0)
    }

    fn cells(&self) -> &[CellIndex] {
        Responder::cells(self.0)
    }

    fn respond(&self, movies: &[StimulusMovie]) -> Result<Vec<Rates>, ResponderError> {
        self.0.respond(movies)
    }
}

impl FiniteMemory for FiniteRetina<'_> {}
