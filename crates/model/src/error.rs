//! What can go wrong.

use std::path::PathBuf;

/// Errors of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// `channels` and `kernels` have different lengths, or none.
    #[error(
        "model.channels lists {channels} stages but model.kernels lists {kernels}; \
         give one kernel size for each stage, at least one"
    )]
    StagesDiffer {
        /// Stages in `channels`.
        channels: usize,
        /// Stages in `kernels`.
        kernels: usize,
    },
    /// A stage without channels or kernel.
    #[error("model.channels, model.kernels and model.window must be at least 1")]
    EmptyStage,
    /// A kernel does not fit the plane that it slides over.
    #[error(
        "the kernel of stage {stage} is {kernel}x{kernel} pixels but its input is only \
         {height}x{width}; use smaller kernels or fewer stages"
    )]
    KernelTooLarge {
        /// Stage, counted from one.
        stage: usize,
        /// Kernel size, pixels.
        kernel: usize,
        /// Rows of the stage's input.
        height: usize,
        /// Columns of the stage's input.
        width: usize,
    },
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A problem with a recording.
    #[error(transparent)]
    Recording(#[from] ganglion_recording::Error),
    /// A weights file cannot be read or written as safetensors.
    #[error("{path}: not a usable safetensors file: {message}")]
    Safetensors {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// Weights that the architecture needs are absent.
    #[error("the weights lack `{name}`, which the architecture needs")]
    MissingWeights {
        /// Name of the array.
        name: String,
    },
    /// Weights that the architecture does not know.
    #[error("the weights contain `{name}`, which the architecture does not know")]
    UnknownWeights {
        /// Name of the array.
        name: String,
    },
    /// Weights of another shape.
    #[error("the weights `{name}` have shape {found:?}, but the architecture needs {expected:?}")]
    WeightsShape {
        /// Name of the array.
        name: String,
        /// Shape that the architecture needs.
        expected: Vec<usize>,
        /// Shape found.
        found: Vec<usize>,
    },
    /// The program was built without a backend.
    #[error(
        "this build of ganglion has no {backend} backend; rebuild with `--features {backend}`          or choose flex"
    )]
    BackendNotBuilt {
        /// The backend asked for.
        backend: crate::device::BackendKind,
    },
    /// No backend has this name.
    #[error("no backend is called `{name}`; choose flex, ndarray, wgpu or cuda")]
    UnknownBackend {
        /// The name given.
        name: String,
    },
}
