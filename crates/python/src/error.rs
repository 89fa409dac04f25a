//! Errors as Python's, with the sentences of the command.

use std::error::Error as Cause;
use std::io;

use ganglion::Error;
use ganglion_cli::failure::{is_bad_use, one_line};
use pyo3::prelude::*;
use pyo3::types::PyType;

/// What an error is in Python: a class of `ganglion.errors`.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A value makes no sense: also a `ValueError`.
    Value,
    /// A file or folder is not there: also a `FileNotFoundError`.
    Missing,
    /// A defect of ganglion: also a `RuntimeError`.
    Internal,
    /// Anything else.
    Other,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Value => "InvalidValueError",
            Self::Missing => "MissingFileError",
            Self::Internal => "InternalError",
            Self::Other => "Error",
        }
    }

    fn of(error: &anyhow::Error) -> Self {
        if error.chain().any(is_missing) {
            Self::Missing
        } else if is_bad_use(error) || error.downcast_ref().is_some_and(is_input) {
            Self::Value
        } else {
            Self::Other
        }
    }
}

/// Whether a value of an input is at fault.
fn is_input(error: &Error) -> bool {
    match error {
        Error::Input(_) => true,
        Error::Within { source, .. } => is_input(source),
        _ => false,
    }
}

/// Whether a cause is a file or folder that is not there. An error that only passes on what another one says is
/// not the cause of itself, so that those are looked into.
fn is_missing(cause: &(dyn Cause + 'static)) -> bool {
    if let Some(error) = cause.downcast_ref::<Error>() {
        return match error {
            Error::Recording(error) => is_missing(&**error),
            Error::Model(error) => is_missing(&**error),
            Error::Other(error) => is_missing(&**error),
            Error::Within { source, .. } => is_missing(&**source),
            _ => false,
        };
    }
    match cause.downcast_ref::<ganglion::model::Error>() {
        Some(ganglion::model::Error::Recording(error)) => return is_missing(error),
        Some(ganglion::model::Error::NotAModel { path }) => return !path.exists(),
        _ => {}
    }
    let io = cause.downcast_ref::<io::Error>();
    let recording = cause.downcast_ref::<ganglion::recording::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
        || matches!(recording, Some(ganglion::recording::Error::Missing { .. }))
}

/// An error of the library as one of Python's.
pub fn raised(py: Python<'_>, error: impl Into<anyhow::Error>) -> PyErr {
    let error = error.into();
    of_kind(py, Kind::of(&error), &one_line(&error))
}

/// The same for a value that a config or an argument cannot have.
pub fn raised_for_value(py: Python<'_>, error: impl Into<anyhow::Error>) -> PyErr {
    let error = error.into();
    match Kind::of(&error) {
        Kind::Other => of_kind(py, Kind::Value, &one_line(&error)),
        kind => of_kind(py, kind, &one_line(&error)),
    }
}

/// An error with a sentence.
pub fn of_kind(py: Python<'_>, kind: Kind, sentence: &str) -> PyErr {
    let class = py
        .import("ganglion.errors")
        .and_then(|errors| errors.getattr(kind.class()))
        .and_then(|class| Ok(class.cast_into::<PyType>()?));
    match class {
        Ok(class) => PyErr::from_type(class, sentence.to_owned()),
        Err(error) => error,
    }
}
