//! Receptive fields of recorded cells.

mod files;
mod notes;
mod responses;
mod run;
mod settings;
mod text;

pub use run::FoundReceptiveFields;
pub use settings::ReceptiveFields;
pub use text::text;
