//! Reducing a network to the smallest circuits behind a phenomenon.

mod files;
mod known;
mod run;
mod settings;
mod text;

pub use run::Reduced;
pub use settings::{Reduce, ReduceTables};
pub use text::{sentence, text};
