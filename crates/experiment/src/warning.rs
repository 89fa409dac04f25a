//! Values that could not be shown exactly as asked.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value that is shown differently from what was asked, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The key of the value.
    pub key: String,
    /// What was asked and what is shown.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.message)
    }
}

/// Adds the warnings that are not there yet.
pub(crate) fn merge(warnings: &mut Vec<Warning>, more: &[Warning]) {
    for warning in more {
        if !warnings.contains(warning) {
            warnings.push(warning.clone());
        }
    }
}
