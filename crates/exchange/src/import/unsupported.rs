//! What networks of several formats do and ours cannot.

/// What a padding network does that ours cannot.
pub(super) const PADS: &str = "pads the input of its convolutions";
