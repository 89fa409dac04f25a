//! The stages of the pipeline, each with its settings, its run and its result.
//!
//! A stage is a value: its settings, with public fields. `run` does the work with a
//! [`Runner`](crate::Runner), writes files where the settings say so, and returns the result. The program
//! reads the same settings from its command line and a config file.

pub mod attribute;
pub mod evaluate;
pub mod experiment;
pub mod identify;
pub mod plot;
pub mod reduce;
pub mod respond;
pub mod simulate;
pub mod train;

pub use attribute::Attribute;
pub use evaluate::Evaluate;
pub use experiment::Experiment;
pub use identify::Identify;
pub use plot::Plot;
pub use reduce::Reduce;
pub use respond::Respond;
pub use simulate::Simulate;
pub use train::Train;
