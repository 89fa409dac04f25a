//! Training a network on recordings.

mod progress;
mod run;
mod settings;
mod text;

pub use run::Trained;
pub use settings::Train;
pub use text::{sentence, text};
