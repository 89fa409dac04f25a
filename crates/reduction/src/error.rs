//! What can go wrong.

/// Errors of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The network cannot be attributed, or the stimulus is not invariant.
    #[error(transparent)]
    Attribution(#[from] ganglion_attribution::Error),
    /// A recording cannot be read.
    #[error(transparent)]
    Recording(#[from] ganglion_recording::Error),
    /// The experiment cannot be prepared or measured.
    #[error(transparent)]
    Experiment(#[from] ganglion_experiment::Error),
    /// A responder did not answer.
    #[error("the responses cannot be computed: {0}")]
    Responder(ganglion_experiment::ResponderError),
    /// A setting is out of range.
    #[error("reduction.{key} = {value} is not usable; it must be {allowed}")]
    OutOfRange {
        /// The key.
        key: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// The work was to end early.
    #[error("stopped")]
    Stopped,
    /// There is no such cell.
    #[error("cell {cell} is not among the model's cells {known:?}")]
    NoSuchCell {
        /// The cell asked for.
        cell: usize,
        /// The cells that there are.
        known: Vec<usize>,
    },
    /// The model does not say how large a pixel is.
    #[error(
        "the model does not say how large a pixel is; give `microns_per_pixel` in its model.toml"
    )]
    NoPixelSize,
    /// A circuit that cannot be computed.
    #[error("the circuit's {key} {problem}")]
    Circuit {
        /// The key.
        key: String,
        /// What is wrong with it and what would work.
        problem: String,
    },
    /// The text of a circuit is not one.
    #[error("the circuit cannot be read: {0}")]
    ReadCircuit(Box<toml::de::Error>),
    /// A circuit cannot be written.
    #[error("the circuit cannot be written: {0}")]
    WriteCircuit(#[from] toml::ser::Error),
    /// A movie that is not of the circuit's screen.
    #[error(
        "the movie has {frames} frames of {}x{} pixels; the circuit takes at least {history} \
         frames of {}x{}",
        found[0], found[1], expected[0], expected[1]
    )]
    Movie {
        /// Frames found.
        frames: usize,
        /// Rows and columns found.
        found: [usize; 2],
        /// Rows and columns that the circuit takes.
        expected: [usize; 2],
        /// Frames that a response depends on.
        history: usize,
    },
}
