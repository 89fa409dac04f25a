//! What ganglion itself writes beside weights.

/// Where a file keeps the text of the model's `model.toml`: metadata of safetensors, attribute of
/// HDF5, and the entry of this name in npz.
pub const DESCRIPTION: &str = "ganglion_model";
