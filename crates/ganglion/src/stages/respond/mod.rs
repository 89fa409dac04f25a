//! Firing rates of a model, a simulated retina or a circuit to a stimulus.

mod defined;
mod fields;
mod in_memory;
mod run;
mod settings;
mod source;

pub use in_memory::{rates, rates_of_clips};
pub use run::Responded;
pub use settings::Respond;
pub use source::Source;
