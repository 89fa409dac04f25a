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
