//! Anything that answers a movie with firing rates.

use std::ops::Range;

use ganglion_recording::CellIndex;

use crate::{Screen, StimulusMovie};

/// Why a responder did not answer.
pub type ResponderError = Box<dyn std::error::Error + Send + Sync>;

/// A trained network, a simulated retina, a reduced circuit: one experiment runs on all.
///
/// # Laws
/// Bin `t` is the time of frame `t`, and its rate depends on frames before `t` only, so that the
/// response comes *after* the newest frame it depends on: a movie of `n` frames gives the rates of bins
/// `history ..= n`. Movies do not influence each other. The same movie always gives the same rates
/// (any noise is averaged out or has a fixed seed). How far back a rate depends on frames is left
/// open: see [`FiniteMemory`].
pub trait Responder: Sync {
    /// The frames it takes.
    fn screen(&self) -> Screen;

    /// Its cells, in the order of [`Rates`].
    fn cells(&self) -> &[CellIndex];

    /// Rates of all cells to each of the movies, in their order.
    ///
    /// Movies have the size of [`screen`](Self::screen) and at least `history` frames.
    ///
    /// # Errors
    /// If a movie does not fit, or the responder fails for a reason of its own.
    fn respond(&self, movies: &[StimulusMovie]) -> Result<Vec<Rates>, ResponderError>;
}

/// A responder that forgets: attributions, gradients and the identification of circuits need it,
/// experiments do not.
///
/// # Laws
/// The rate of bin `t` depends on the frames `t - history .. t` only, with the `history` of its
/// [`screen`](Responder::screen): equal histories have equal rates, wherever in whatever movie.
pub trait FiniteMemory: Responder {}

/// Firing rates `[cell, bin]` in Hz from a first bin on.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    first_bin: usize,
    bins: usize,
    values: Vec<f32>,
}

impl Rates {
    /// Rates `[cell, bin]` that begin with `first_bin`.
    ///
    /// # Panics
    /// If `values` is not a whole number of rows of `bins` values.
    pub fn new(first_bin: usize, bins: usize, values: Vec<f32>) -> Self {
        assert!(
            bins > 0 && values.len().is_multiple_of(bins),
            "{} rates are not whole rows of {bins} bins",
            values.len()
        );
        Self {
            first_bin,
            bins,
            values,
        }
    }

    /// The bins that have a rate; bin `t` is the time of frame `t`.
    pub fn bins(&self) -> Range<usize> {
        self.first_bin..self.first_bin + self.bins
    }

    /// Number of cells.
    pub fn cells(&self) -> usize {
        self.values.len() / self.bins
    }

    /// Rates of one cell, the first being that of the first of [`bins`](Self::bins).
    ///
    /// # Panics
    /// If there is no such cell.
    pub fn cell(&self, cell: usize) -> &[f32] {
        &self.values[cell * self.bins..][..self.bins]
    }

    /// Rate of a cell in a bin of the movie.
    ///
    /// # Panics
    /// If the bin has no rate or there is no such cell.
    pub fn at(&self, cell: usize, bin: usize) -> f32 {
        self.cell(cell)[bin - self.first_bin]
    }
}
