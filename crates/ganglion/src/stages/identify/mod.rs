//! Identifying each cell's circuit, kernels and all, from a network's answers to a probe.

mod files;
mod run;
mod settings;
mod text;

pub use run::{Found, Identification, NetworkAgreement};
pub use settings::{Identify, IdentifyTables};
pub use text::text;
