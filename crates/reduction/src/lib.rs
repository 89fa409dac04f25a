//! From attributions to the smallest circuit that explains a response, and whether it does.

mod cell_type;
pub mod circuit;
mod config;
mod correlation;
mod error;
pub mod fit;
mod gram;
pub mod selection;
mod sweep;

pub use cell_type::{CellType, cell_types, similarity};
pub use circuit::{Circuit, CircuitResponder, Pathway};
pub use config::ReductionConfig;
pub use correlation::correlation;
pub use error::Error;
pub use gram::Gram;
pub use sweep::{CellSweep, Invariance, Sweep};
