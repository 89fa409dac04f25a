//! Looking for phenomena: showing stimuli and measuring the answers.

mod files;
mod run;
mod settings;
mod stored;
mod text;

pub use run::Experimented;
pub use settings::{Experiment, ExperimentTables, named};
pub use stored::StoredExperiment;
pub use text::{sentence, text};
