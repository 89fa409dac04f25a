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
        let is_missing = |cause: &(dyn Cause + 'static)| {
            let io = cause.downcast_ref::<io::Error>();
            io.is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
                || matches!(
                    cause.downcast_ref(),
                    Some(ganglion::recording::Error::Missing { .. })
                )
                || matches!(
                    cause.downcast_ref(),
                    Some(ganglion::model::Error::NotAModel { path }) if !path.exists()
                )
        };
        let is_value = |cause: &(dyn Cause + 'static)| {
            matches!(cause.downcast_ref(), Some(Error::Input(_)))
        };
        if error.chain().any(is_missing) {
            Self::Missing
        } else if is_bad_use(error) || error.chain().any(is_value) {
            Self::Value
        } else {
            Self::Other
        }
    }
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
