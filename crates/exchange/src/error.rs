//! What can go wrong.

use std::path::{Path, PathBuf};

use crate::import::ImportError;

/// Errors of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A weights file cannot be imported.
    #[error("{path}: {problem}")]
    Import {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: Box<ImportError>,
    },
    /// Writing failed.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// Predictions that do not belong together, or cannot be written.
    #[error("{path}: {message}")]
    Predictions {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A network has a part that ONNX cannot be told.
    #[error(
        "{path}: part {place} of a network of kind {kind} has no form in ONNX here; choose safetensors, npz \
         or h5"
    )]
    NotInOnnx {
        /// The file.
        path: PathBuf,
        /// The network's kind.
        kind: &'static str,
        /// The part's place in the sequence that the network is.
        place: usize,
    },
    /// More than a file of ONNX can hold.
    #[error(
        "{path}: the network takes {bytes} bytes as ONNX, and files of ONNX hold at most {largest}; choose \
         safetensors, npz or h5"
    )]
    TooLargeForOnnx {
        /// The file.
        path: PathBuf,
        /// Bytes of the file.
        bytes: usize,
        /// The most bytes.
        largest: usize,
    },
    /// A weights file cannot be written as safetensors.
    #[error("{path}: not a usable safetensors file: {message}")]
    Safetensors {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A problem with a model.
    #[error(transparent)]
    Model(#[from] ganglion_model::Error),
    /// A problem with a recording, or with a file of arrays.
    #[error(transparent)]
    Recording(#[from] ganglion_recording::Error),
}

impl Error {
    /// A weights file cannot be imported.
    pub(crate) fn import(path: &Path, problem: ImportError) -> Self {
        Self::Import {
            path: path.into(),
            problem: Box::new(problem),
        }
    }
}
