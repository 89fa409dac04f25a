//! What goes wrong between a file's arrays and a model, before the file is named.

use std::path::Path;

use super::ImportError;
use crate::Error;

/// What goes wrong between a file's arrays and a model.
#[derive(Debug)]
pub(super) enum ImportFailure {
    /// The weights file, or an option about it.
    Weights(ImportError),
    /// Something else, such as a recording to match with.
    Other(Error),
}

impl ImportFailure {
    /// The error, which names the weights file where that is at fault.
    pub(super) fn of(self, weights: &Path) -> Error {
        match self {
            Self::Weights(problem) => Error::import(weights, problem),
            Self::Other(error) => error,
        }
    }
}

impl From<ImportError> for ImportFailure {
    fn from(problem: ImportError) -> Self {
        Self::Weights(problem)
    }
}

impl From<ganglion_model::Error> for ImportFailure {
    fn from(error: ganglion_model::Error) -> Self {
        Self::Other(error.into())
    }
}

impl From<ganglion_recording::Error> for ImportFailure {
    fn from(error: ganglion_recording::Error) -> Self {
        Self::Other(error.into())
    }
}
