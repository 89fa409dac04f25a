//! Predicted circuits of simulated retinas beside their truth.

mod files;
mod pharmacology;
mod predictions;
mod run;
mod settings;
mod text;

pub use predictions::{Predicted, Predictions};
pub use run::Scored;
pub use settings::Score;
pub use text::{summary as summary_text, text};
