//! A model made of a weights file.

use ganglion_model::model::Model;

use super::report::Report;

/// A model made of a weights file, and what became of everything in the file.
pub struct Imported {
    /// The model.
    pub model: Model,
    /// What was mapped, ignored and missing.
    pub report: Report,
}
