//! Two models on the same held-out data.

mod cells;
mod comparable;
mod files;
mod run;
mod settings;
mod text;

pub use run::Compared;
pub use settings::Compare;
pub use text::text;
