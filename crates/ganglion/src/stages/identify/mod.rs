//! Identifying each cell's circuit, kernels and all, from a network's answers to a probe.

mod files;
mod next;
pub(crate) mod of_training;
mod recorded;
mod run;
mod settings;
mod text;

pub use next::{ClipSummary, NextExperimentSummary, RivalSummary};
pub use run::{Found, Identification};
pub use settings::{Identify, IdentifyTables};
pub use text::{sentence, text};
