//! What can go wrong.

/// Errors of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The work was to end early.
    #[error("stopped")]
    Stopped,
    /// The network has no hidden units.
    #[error(
        "the model has no hidden units to attribute a response to, as an LN model has none; use a model \
         that has, such as a bn-cnn or nips-cnn"
    )]
    NoHiddenUnits,
    /// There is no such stage.
    #[error("layer.stage = {stage} does not exist; this network's stages are 1 to {stages}")]
    NoSuchStage {
        /// The stage asked for, counted from one.
        stage: usize,
        /// Stages of the network.
        stages: usize,
    },
    /// There is no such cell.
    #[error("cells: the network has no cell {cell}; its cells are {known:?}")]
    NoSuchCell {
        /// The cell asked for.
        cell: usize,
        /// Those that there are.
        known: Vec<usize>,
    },
    /// There is no such channel or unit.
    #[error("{what} {index} does not exist; this layer has {count}, counted from 0")]
    NoSuchPart {
        /// Channel or unit.
        what: &'static str,
        /// The one asked for.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// More channels than all choices of which can be silenced.
    #[error(
        "Shapley values are over all choices of channels, which are too many for {channels}; this takes at most \
         {most}"
    )]
    TooManyChannels {
        /// Channels of the layer.
        channels: usize,
        /// Channels at most.
        most: usize,
    },
    /// Frames of another size.
    #[error(
        "the {what} has frames of {}x{} pixels, but the network takes {}x{}",
        found[0], found[1], expected[0], expected[1]
    )]
    FrameSize {
        /// Stimulus or baseline.
        what: &'static str,
        /// Rows and columns found.
        found: [usize; 2],
        /// Rows and columns that the network takes.
        expected: [usize; 2],
    },
    /// Too few frames.
    #[error("the stimulus has {frames} frames, but one response needs {history}")]
    TooShort {
        /// Frames of the stimulus.
        frames: usize,
        /// Frames that a response depends on.
        history: usize,
    },
    /// Clips that are not clips.
    #[error(
        "clips must be [clip, {history}, y, x], and at least one; found shape {found:?} with \
         {values} values"
    )]
    Clips {
        /// Frames that a response depends on.
        history: usize,
        /// Shape given.
        found: [usize; 4],
        /// Values given.
        values: usize,
    },
    /// A baseline that does not go with its stimulus.
    #[error(
        "the baseline has {baseline} responses but the stimulus {stimulus}; give a baseline of the \
         same length, or of exactly one response"
    )]
    BaselineLength {
        /// Responses of the baseline.
        baseline: usize,
        /// Responses of the stimulus.
        stimulus: usize,
    },
    /// Stimuli that are too short for a response, or none at all.
    #[error(
        "there is no response to attribute; show a stimulus of at least {history} frames, which one response \
         depends on"
    )]
    NoResponses {
        /// Frames that a response depends on.
        history: usize,
    },
    /// Values that are no numbers.
    #[error("the {what} contains values that are not finite numbers")]
    NotFinite {
        /// Stimulus or baseline.
        what: &'static str,
    },
    /// A setting is out of range.
    #[error("{key} = {value} is not usable; it must be {allowed}")]
    OutOfRange {
        /// The key.
        key: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// A stimulus that is not as uniform as asked.
    #[error(
        "the first layer's drive varies {along} by {spread:.1e} of its largest value, above \
         {tolerance:.1e}: this stimulus is not invariant there. Keep the axis, or use a {stimulus}"
    )]
    NotInvariant {
        /// Axis.
        along: &'static str,
        /// Largest deviation from the mean, over the largest drive.
        spread: f64,
        /// What was allowed.
        tolerance: f64,
        /// What would be invariant.
        stimulus: &'static str,
    },
    /// The number of responses or channels differs from what the attribution holds.
    #[error("{what}: {found} given, {expected} needed")]
    Length {
        /// What was given.
        what: &'static str,
        /// How many.
        found: usize,
        /// How many are needed.
        expected: usize,
    },
}
