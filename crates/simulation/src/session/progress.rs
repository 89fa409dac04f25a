//! What a simulation tells while it runs.

/// Told how far a simulation is.
pub trait Progress {
    /// `done` of `total` frames of a part of the work have been made.
    fn advance(&mut self, part: &str, done: usize, total: usize);

    /// Whether the simulation is to end early, with [`Error::Stopped`](crate::Error::Stopped).
    fn stops(&self) -> bool {
        false
    }
}

/// Tells nothing.
pub struct Quiet;

impl Progress for Quiet {
    fn advance(&mut self, _part: &str, _done: usize, _total: usize) {}
}
