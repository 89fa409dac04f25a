//! Training runs: from a config file to a run directory.

mod batch;
mod check;
mod checkpoint;
mod claim;
pub mod config;
mod data;
mod directory;
pub(crate) mod generalised_linear;
mod history;
mod integrity;
pub mod lock;
mod optimiser;
mod origin;
mod penalty;
mod progress;
mod provenance;
mod receptive_field;
mod run;
mod sampler;
mod schedule;
mod spikes;
mod start;
mod validation;

pub use checkpoint::Skipped;
pub use config::RunConfig;
pub use directory::RunDirectory;
pub use generalised_linear::{FIT_REPORT, FitReport, TermScores, read_fit_report};
pub use history::{HistoryRow, read_history};
pub use lock::RunLock;
pub use progress::{SilentTraining, TrainingPlan, TrainingProgress, TrainingWarning};
pub use run::{TrainOptions, TrainingOutcome, train};
