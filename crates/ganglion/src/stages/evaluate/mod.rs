//! Judging a model against a recording and the cells' own reliability.

mod run;
mod settings;

pub use run::Evaluated;
pub use settings::Evaluate;
